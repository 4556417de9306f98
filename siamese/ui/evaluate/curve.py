"""Accuracy against N, growing while it is measured."""

from __future__ import annotations

import dataclasses
import html
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.evaluation import published
from siamese.evaluation.curve import table
from siamese.figures import evaluation as figures
from siamese.ui.evaluate import keep, measuring, plans, setup, work
from siamese.ui.evaluate.plans import Plan

RECORDED_WAYS = 20


def curve_ui(plan: Plan) -> None:
    """The part of the page. Raises UserError when the alphabets are not there."""
    characters = plans.group_set(plan.group, plan.only)
    setup.note(plan, characters)
    key, names = ("curve", plan), setup.names_of(plan)
    ticks = work.ticking(key)

    @st.fragment(run_every=ticks)
    def live() -> None:
        job = work.look(key, ticks is not None)
        known = recorded_rows(plan)
        work.work_ui(
            key,
            lambda: measuring.measure_curve(plan),
            known is not None,
            work.next_draw if plan.group != "runs" else None,
        )
        measured = table(job.value, range(2, plan.ways + 1)) if job and job.value else []
        rows = measured or known or []
        last = [row for row in rows if row["ways"] == plan.ways and row["scorer"] in names]
        st.html(sentence(last, plan))
        points = {"people": published.PEOPLE.accuracy, "paper": published.KOCH.accuracy} if plan.group == "runs" else {}
        words = setup.protocol(plan, characters, last[0]["trials"] if last else 0)
        figure = figures.curve(rows, names, plan.ways, keep.dark(), words, points)
        keep.chart(
            figure,
            keep.file_name("curve", characters.name),
            f"Accuracy against N, from 2 to {plan.ways}. The table below has the figures.",
        )
        if last:
            lines = [
                (names[row["scorer"]], f"{100 * row['accuracy']:.1f}", keep.interval(row), f"{row['trials']:,}")
                for row in last
            ]
            st.html(keep.table((f"{plan.ways}-way, {plan.shots}-shot", "right, %", "95 % interval", "trials"), lines))
        if ticks is None:
            from_record = not measured and known is not None
            keep.origin(from_record, bool(rows))
            keep.take_away(keep.file_name("curve", characters.name), rows, about(plan, characters, from_record))

    live()


def sentence(last: Sequence[Mapping[str, Any]], plan: Plan) -> str:
    """HTML: what the largest N says, as a sentence; its place is there before there is anything to say."""
    found = {row["scorer"]: row for row in last}
    if "network" not in found:
        words = "Measure, and the curves grow here: how often each is right among N characters."
        return f'<div class="result waiting"><p>{words}</p></div>'
    ours, rival, normalised = found["network"], found.get("nearest"), found.get("normalised")
    than = f", nearest neighbour in {100 * rival['accuracy']:.0f} %" if rival else ""
    than += (
        f", or {100 * normalised['accuracy']:.0f} % where drawings are brought to one size and place first"
        if normalised
        else ""
    )
    words = f"Among {plan.ways} characters the network is right in {100 * ours['accuracy']:.1f} % of trials"
    chance = f"{100 / plan.ways:.1f}".removesuffix(".0")
    return (
        f'<div class="result"><p>{html.escape(words)}<small> (95 % interval {keep.interval(ours)}){html.escape(than)}; '
        f"guessing would be right in {chance} %.</small></p></div>"
    )


def recorded_rows(plan: Plan) -> list[dict[str, Any]] | None:
    """Rows of the recorded curves where they are of this set-up but for its seed and number of trials."""
    found = (keep.recorded() or {}).get("curves", {})
    if plan.group not in found or not usual(plan) or plan.ways > RECORDED_WAYS:
        return None
    rows = [row for row in found[plan.group]["rows"] if row["ways"] <= plan.ways]
    if plan.seen and "background" in found:
        rows += [
            row | {"scorer": "seen"}
            for row in found["background"]["rows"]
            if row["scorer"] == "network" and row["ways"] <= plan.ways
        ]
    return rows


def usual(plan: Plan) -> bool:
    """Whether the set-up is that of the recorded results: all alphabets of a group, within, one example each, no other network."""
    return not (plan.only or plan.across or plan.rival) and plan.shots == 1


def about(plan: Plan, characters: CharacterSet, from_record: bool) -> dict[str, Any]:
    """A set-up for a file; what is recorded has its own seed and trials, which its rows and `recorded` say."""
    setup.share()
    chosen = {
        "alphabets": characters.name,
        **dataclasses.asdict(plan),
        "link": urllib.parse.urlencode(st.query_params.to_dict()),
    }
    if from_record:
        chosen = {key: value for key, value in chosen.items() if key not in ("seed", "trials")} | {
            "recorded": (keep.recorded() or {})["made"]
        }
    return chosen
