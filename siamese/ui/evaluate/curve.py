"""Accuracy against N, growing while it is measured."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from siamese.evaluation import published, scorers
from siamese.evaluation.curve import Answers, table
from siamese.evaluation.protocol import RUNS
from siamese.figures import evaluation as figures
from siamese.ui import cards, charts
from siamese.ui.downloads import downloads_ui, file_name
from siamese.ui.evaluate import recorded
from siamese.ui.evaluate.measurements import Measurement, curve_job, measurement_ui

MIN_HEADLINE_TRIALS = 50
"""Below, the interval is too wide for a sentence."""


def curve_ui(measurement: Measurement) -> None:
    """The part of the page. Raises UserError when the drawings are not installed."""
    protocol, known = measurement.protocol, recorded.curve(measurement)
    names, runs = measurement.labels, protocol.group == RUNS

    def show(answers: dict[str, Answers] | None, resting: bool) -> None:
        measured = table(answers or {}, range(2, protocol.ways + 1))
        shown, rows = (protocol, measured) if measured or known is None else known
        at_largest = {row["scorer"]: row for row in rows if row["ways"] == protocol.ways}
        last = [at_largest[key] for key in measurement.lines if key in at_largest]
        st.html(sentence(last, protocol.ways))
        points = {"people": published.PEOPLE.accuracy, "paper": published.KOCH.accuracy} if runs else {}
        trials = f"{last[0]['trials']:,} trials; bands: 95 % intervals" if last else "not measured yet"
        figure = figures.curve(
            rows, names, protocol.ways, charts.dark(), f"{shown.words}; {trials}", points, charts.scale()
        )
        name = file_name("curve", protocol.words)
        charts.chart(figure, name, f"Accuracy against N, from 2 to {protocol.ways}. The table below has the figures.")
        if last:
            st.html(last_table(last, names, protocol.ways, protocol.shots))
        if resting:
            recorded.origin(not measured, bool(rows))
            downloads_ui(name, rows, recorded.about(measurement, bool(rows) and not measured))

    measurement_ui(
        ("curve", measurement), lambda: curve_job(measurement), show, known is not None, other_trials=not runs
    )


def last_table(last: Sequence[Mapping[str, Any]], names: Mapping[str, str], ways: int, shots: int) -> str:
    """HTML: the figures at the largest N."""
    rows = [(names[row["scorer"]], f"{100 * row['accuracy']:.1f}", interval(row), f"{row['trials']:,}") for row in last]
    return cards.table((f"{ways}-way {shots}-shot", "right, %", "95 % interval", "trials"), rows)


def interval(figures: Mapping[str, Any]) -> str:
    """A 95 % interval in words."""
    return f"{100 * figures['low']:.1f} to {100 * figures['high']:.1f}"


def sentence(last: Sequence[Mapping[str, Any]], ways: int) -> str:
    """HTML: the result at the largest N as a sentence. Its place is kept from the start."""
    by_scorer = {row["scorer"]: row for row in last}
    network = by_scorer.get(scorers.NETWORK)
    if network is None:
        return '<div class="result waiting"><p>Press Measure to plot accuracy against N.</p></div>'
    if network["trials"] < MIN_HEADLINE_TRIALS:
        return f'<div class="result waiting"><p>So far, {network["trials"]} trials.</p></div>'
    others = [f"95 % interval {interval(network)}"]
    if "nearest" in by_scorer:
        others.append(f"nearest neighbour {100 * by_scorer['nearest']['accuracy']:.0f} %")
    if "normalised" in by_scorer:
        others.append(f"the same on normalised drawings {100 * by_scorer['normalised']['accuracy']:.0f} %")
    others.append(f"guessing {f'{100 / ways:.1f}'.removesuffix('.0')} %")
    words = f"Among {ways} characters the network is right in {100 * network['accuracy']:.1f} % of trials"
    return f'<div class="result"><p>{html.escape(words)}<small> ({html.escape("; ".join(others))}).</small></p></div>'
