"""Lake's 400 trials: compared with published results, run by run, and every wrong answer as a picture."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import streamlit as st

from siamese.data import omniglot
from siamese.evaluation import lake, published, results, scorers
from siamese.evaluation.curve import Answers
from siamese.evaluation.lake import LakeAnswers
from siamese.evaluation.protocol import LAKE_RUNS
from siamese.figures import evaluation as figures
from siamese.ui import cards, charts, state
from siamese.ui.downloads import downloads_ui
from siamese.ui.evaluate import drawings, protocol_form, recorded
from siamese.ui.evaluate.curve import interval
from siamese.ui.evaluate.measurements import Measurement, curve_job, measurement_ui

PROTOCOL = (
    f"{LAKE_RUNS.words}, 400 trials, each answered on its own. "
    "Filled: measured, with its 95 % interval; hollow: as published."
)
JOINT = "A run's 20 queries named together"
JOINT_NOTE = (
    "Another task: a run has 20 queries, one of each character, and naming them together uses each character once "
    "(Hungarian assignment). “Perfect” scores were published for it (Polis & Ilin, 2021). The trials of a run "
    "then depend on each other, so there is no interval."
)


def lake_ui(measurement: Measurement) -> None:
    """The part of the page. Raises UserError when the runs are not installed."""
    truth, records = omniglot.load_runs().answer, recorded.load().get("lake_runs", {})

    def show(answers: dict[str, Answers] | None, resting: bool) -> None:
        measured = bool(answers) and all(given.complete for given in answers.values())
        if measured:
            given = {key: lake.lake_answers(own, truth) for key, own in (answers or {}).items()}
        else:
            given = {
                key: results.lake_answers(record, truth) for key, record in records.items() if key in measurement.lines
            }
        ranking_ui(given, "measured here" if measured else "recorded")
        recorded.origin(not measured, bool(given))
        if given:
            one_by_one_ui(given)
        else:
            st.html('<p class="note">The 20 runs and every wrong answer will appear here.</p>')
        protocol_form.share()

    measurement_ui(("curve", measurement), lambda: curve_job(measurement), show, bool(records), other_trials=False)


def ranking_ui(given: Mapping[str, LakeAnswers], source: str) -> None:
    """Our scorers among published results, the best first; the joint naming apart from them."""
    ours = [
        figures.Entry(
            f"{cards.capitalised(scorers.SCORERS[key].label)}, here", a.accuracy.accuracy, a.accuracy.interval(), key
        )
        for key, a in given.items()
    ]
    theirs = [
        figures.Entry(p.name, p.accuracy, None, "people" if p.people else "muted", p.source)
        for p in published.LAKE_RUNS
    ]
    entries = sorted(ours + theirs, key=lambda entry: -entry.accuracy)
    figure = figures.ranking(entries, charts.dark(), "Lake's runs", PROTOCOL, charts.scale())
    charts.chart(figure, "lake-runs", "Accuracy on Lake's runs, measured here and published.")
    if given:
        st.html(table(given))
    rows = [csv_row(entry, source) for entry in entries]
    if scorers.NETWORK in given:
        joint = given[scorers.NETWORK].joint_accuracy
        rows.append(
            {
                "name": f"network, here: {JOINT.lower()}",
                "accuracy": joint.accuracy,
                "low": None,
                "high": None,
                "source": source,
            }
        )
    chosen = {key: {"chosen": own.chosen.tolist(), "jointly": own.jointly.tolist()} for key, own in given.items()}
    downloads_ui("lake-runs", rows, {"protocol": PROTOCOL, "answers": chosen})


def csv_row(entry: figures.Entry, source: str) -> dict[str, Any]:
    """A line of the ranking for a file."""
    low, high = (round(bound, 4) for bound in entry.interval) if entry.interval else (None, None)
    named = {"name": entry.name, "accuracy": entry.accuracy, "low": low, "high": high}
    return named | {"source": source if entry.interval else entry.note}


def table(given: Mapping[str, LakeAnswers]) -> str:
    """HTML: our scorers on the 400 trials, and set apart, the network naming the queries of each run together."""
    cells_of_scorers = [
        (
            scorers.SCORERS[key].label,
            own.accuracy.right,
            f"{100 * own.accuracy.accuracy:.1f}",
            interval(own.accuracy.figures()),
        )
        for key, own in given.items()
    ]
    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(str(cell))}</td>' for cell in row)}</tr>" for row in cells_of_scorers
    )
    heads = "".join(f"<th>{name}</th>" for name in ("each trial on its own", "right of 400", "%", "95 % interval"))
    apart = ""
    if scorers.NETWORK in given:
        joint = given[scorers.NETWORK].joint_accuracy
        cells = (f"{JOINT}, by the network", joint.right, f"{100 * joint.accuracy:.1f}", "")
        apart = f'<tr class="apart">{"".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells)}</tr>'
    rows = f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody><tbody>{apart}</tbody>"
    note = f'<p class="note joint">{html.escape(JOINT_NOTE)}</p>' if apart else ""
    return f'<table class="figures">{rows}</table>{note}'


def one_by_one_ui(given: Mapping[str, LakeAnswers]) -> None:
    """The runs and the wrong answers of the scorer chosen."""
    choices = state.of("evaluate")
    if choices.scorer not in given:
        choices.scorer = next(iter(given))
    st.header("Run by run", anchor=False)
    st.segmented_control(
        "Answers of",
        list(given),
        format_func=lambda key: scorers.SCORERS[key].label,
        required=True,
        key=choices.key("scorer"),
        label_visibility="collapsed",
    )
    answers = given[choices.scorer]
    st.html(drawings.runs_grid(answers))
    wrong = len(answers.wrong)
    title = "No wrong answer" if wrong == 0 else "The wrong answer" if wrong == 1 else f"The {wrong} wrong answers"
    st.header(title, anchor=False)
    st.selectbox(
        "Run",
        range(21),
        format_func=lambda run: f"Run {run}" if run else "All runs",
        key=choices.key("lake_run"),
        width=200,
        label_visibility="collapsed",
    )
    st.html(drawings.lake_errors(answers, choices.lake_run))
