"""Lake's 400 trials beside what was published, run by run, and every wrong answer as a picture."""

from __future__ import annotations

import streamlit as st

from siamese.data import omniglot
from siamese.data.characters import CharacterSet
from siamese.evaluation import lake, published, results
from siamese.evaluation.lake import LakeAnswers
from siamese.figures import evaluation as figures
from siamese.ui import datasets, messages, state
from siamese.ui.evaluate import keep, measuring, pictures, plans, setup, work
from siamese.ui.evaluate.plans import LAKE_PLAN

PROTOCOL = "20-way 1-shot within an alphabet, 400 trials, each answered on its own. Filled: measured here, with its 95 % interval; hollow: as published."


def lake_ui() -> None:
    """The part of the page. Raises UserError when the runs are not there."""
    if not omniglot.available():
        messages.info("Lake's runs come with Omniglot, which is not installed. It is optional.")
        datasets.download_ui()
        return
    characters, _ = plans.trials_of(LAKE_PLAN)
    answer, key = plans.lake_answer(), ("curve", LAKE_PLAN)
    ticks = work.ticking(key)

    @st.fragment(run_every=ticks)
    def live() -> None:
        job = work.look(key, ticks is not None)
        known = (keep.recorded() or {}).get("lake_runs", {})
        work.work_ui(key, lambda: measuring.measure_curve(LAKE_PLAN), bool(known))
        finished = job is not None and job.done
        if job is not None and finished:
            answers = {name: lake.lake_answers(answered, answer) for name, answered in job.value.items()}
        else:
            answers = {name: results.lake_answers(record, answer) for name, record in known.items()}
        answers = {name: found for name, found in answers.items() if name in state.SCORERS}
        beside_published(answers, "measured here" if finished else "recorded")
        keep.origin(bool(known) and not finished, bool(answers))
        if answers:
            one_by_one(answers, characters)
        else:
            st.html('<p class="note">Measure to see the 20 runs one by one, and every wrong answer as a picture.</p>')
        setup.share()

    live()


def beside_published(answers: dict[str, LakeAnswers], source: str) -> None:
    """Ours, from this source, and what others published, the best first."""
    ours = [
        figures.Entry(f"{keep.capital(setup.NAMES[n])}, here", a.accuracy.accuracy, a.accuracy.interval(), n)
        for n, a in answers.items()
    ]
    theirs = [
        figures.Entry(p.name, p.accuracy, None, "people" if p.people else "muted", p.source)
        for p in published.LAKE_RUNS
    ]
    entries = sorted(ours + theirs, key=lambda entry: -entry.accuracy)
    keep.chart(
        figures.ranking(entries, keep.dark(), "Lake's runs", PROTOCOL),
        "lake-runs",
        "Accuracy on Lake's runs, measured here and published.",
    )
    rows = [
        {
            "who": e.name,
            "accuracy": e.accuracy,
            "low": round(e.interval[0], 4),
            "high": round(e.interval[1], 4),
            "source": source,
        }
        if e.interval
        else {"who": e.name, "accuracy": e.accuracy, "low": None, "high": None, "source": e.note}
        for e in entries
    ]
    keep.take_away(
        "lake-runs",
        rows,
        {"protocol": PROTOCOL, "chosen": {name: found.chosen.tolist() for name, found in answers.items()}},
    )


def one_by_one(answers: dict[str, LakeAnswers], characters: CharacterSet) -> None:
    """The runs and the wrong answers of the scorer chosen."""
    session = state.of("evaluate")
    if session.scorer not in answers:
        session.scorer = next(iter(answers))
    st.subheader("Run by run", anchor=False)
    st.segmented_control(
        "Answers of",
        list(answers),
        format_func=setup.NAMES.get,
        required=True,
        key=state.of("evaluate").key("scorer"),
        label_visibility="collapsed",
    )
    found = answers[session.scorer]
    st.html(pictures.runs_grid(found))
    count = len(found.wrong)
    st.subheader(
        "No wrong answer" if count == 0 else "The wrong answer" if count == 1 else f"The {count} wrong answers",
        anchor=False,
    )
    st.selectbox(
        "Of",
        range(21),
        format_func=lambda run: f"Run {run}" if run else "All runs",
        key=state.of("evaluate").key("lake_run"),
        width=200,
        label_visibility="collapsed",
    )
    st.html(pictures.lake_errors(characters, found, session.lake_run))
