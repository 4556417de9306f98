"""Where the network fails: the characters it takes for each other, the hardest alphabets and drawers."""

from __future__ import annotations

from typing import Any

import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.evaluation import results
from siamese.figures import evaluation as figures
from siamese.ui import cards
from siamese.ui.evaluate import curve, keep, measuring, pictures, plans, setup, work
from siamese.ui.evaluate.plans import Plan

PAIRS = 12
"""Confused pairs shown."""


def failures_ui(plan: Plan) -> None:
    """The part of the page. Raises UserError when the alphabets are not there."""
    characters = plans.group_set(plan.group, plan.only)
    setup.note(plan, characters)
    key = ("curve", plan)
    ticks = work.ticking(key)

    @st.fragment(run_every=ticks)
    def live() -> None:
        job, found = work.look(key, ticks is not None), recorded(plan)
        known = found is not None
        work.work_ui(
            key, lambda: measuring.measure_curve(plan), known, work.next_draw if plan.group != "runs" else None
        )
        measured = job is not None and job.value is not None and len(job.value["network"]) > 0
        if job is not None and measured:
            found = results.failures_record(characters, job.value["network"].choices(plan.ways))
        keep.origin(known and not measured, found is not None)
        if found is None:
            st.html(
                '<p class="note">Measure to see which characters it takes for each other, and which alphabets and drawers are hardest.</p>'
            )
            return
        show(found, plan, characters)
        if ticks is None:
            rows = [
                entry | dict(zip(("one", "other"), map("/".join, entry["characters"]), strict=True))
                for entry in found["confused"]
            ]
            rows = [{key: row[key] for key in ("one", "other", "wrong", "met")} for row in rows]
            keep.take_away(
                keep.file_name("failures", characters.name), rows, curve.about(plan, characters, not measured) | found
            )

    live()


def recorded(plan: Plan) -> dict[str, Any] | None:
    """The recorded failures of this group, where the set-up is theirs."""
    found = (keep.recorded() or {}).get("failures", {}).get(plan.group)
    return found if found and curve.usual(plan) and found["ways"] == plan.ways else None


def show(found: dict[str, Any], plan: Plan, characters: CharacterSet) -> None:
    """A record of failures as pictures."""
    words = f"{characters.name}, {found['ways']}-way {plan.shots}-shot, {found['trials']:,} trials"
    st.subheader("Taken for each other", anchor=False)
    st.html(f'<p class="note">{words}.</p>')
    st.html(pictures.confused_pairs(characters, found["confused"][:PAIRS]))
    entries = [
        figures.Entry(
            cards.alphabet_name(a["alphabet"]), a["accuracy"], (a["low"], a["high"]), "network", f"{a['trials']} trials"
        )
        for a in found["alphabets"]
    ]
    what = "Runs" if plan.group == "runs" else "Alphabets"
    figure = figures.ranking(entries, keep.dark(), f"{what}, the hardest first", f"{words}; lines: 95 % intervals")
    keep.chart(figure, "hardest-alphabets", f"{what} by the network's accuracy on them, the hardest first.")
    if plan.group == "runs":
        return  # a run has but one drawer of queries, whom nobody named
    st.subheader("The hardest drawers", anchor=False)
    st.html(pictures.hardest_drawers(characters, found["drawers"]))
