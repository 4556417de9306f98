"""Where the network fails: the characters it confuses, the hardest alphabets and drawers."""

from __future__ import annotations

from typing import Any

import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.evaluation import results, scorers
from siamese.evaluation.curve import Answers
from siamese.evaluation.protocol import RUNS
from siamese.figures import evaluation as figures
from siamese.ui import cards, charts
from siamese.ui.downloads import downloads_ui, file_name
from siamese.ui.evaluate import drawings, recorded
from siamese.ui.evaluate.measurements import Measurement, characters_of, curve_job, measurement_ui

MAX_PAIRS = 12
"""Confused pairs shown."""


def failures_ui(measurement: Measurement) -> None:
    """The part of the page. Raises UserError when the drawings are not installed."""
    protocol, characters, known = (
        measurement.protocol,
        characters_of(measurement.protocol),
        recorded.failures(measurement),
    )

    def show(answers: dict[str, Answers] | None, resting: bool) -> None:
        measured = bool(answers) and len(answers[scorers.NETWORK]) > 0
        record = known
        if answers and measured:
            record = results.failures_record(characters, answers[scorers.NETWORK].choices(protocol.ways))
        recorded.origin(not measured, record is not None)
        if record is None:
            words = "Press Measure to find the characters it confuses and the alphabets and drawers that are hardest."
            st.html(f'<p class="note">{words}</p>')
            return
        failures_of(record, measurement, characters)
        if resting:
            rows = [
                {"one": "/".join(entry["characters"][0]), "other": "/".join(entry["characters"][1])}
                | {"wrong": entry["wrong"], "met": entry["met"]}
                for entry in record["confused"]
            ]
            downloads_ui(
                file_name("failures", protocol.words), rows, recorded.about(measurement, not measured) | record
            )

    measurement_ui(
        ("curve", measurement),
        lambda: curve_job(measurement),
        show,
        known is not None,
        other_trials=protocol.group != RUNS,
    )


def failures_of(record: dict[str, Any], measurement: Measurement, characters: CharacterSet) -> None:
    """A record of failures as pictures."""
    runs = measurement.protocol.group == RUNS
    words = f"{measurement.protocol.words}, {record['trials']:,} trials"
    st.header("Characters it confuses", anchor=False)
    st.html(f'<p class="note">{words}.</p>')
    st.html(drawings.confused_pairs(characters, record["confused"][:MAX_PAIRS]))
    entries = [
        figures.Entry(
            cards.alphabet_name(entry["alphabet"]),
            entry["accuracy"],
            (entry["low"], entry["high"]),
            "network",
            f"{entry['trials']} trials",
        )
        for entry in record["alphabets"]
    ]
    title = f"{'Runs' if runs else 'Alphabets'}, the hardest first"
    figure = figures.ranking(entries, charts.dark(), title, f"{words}; lines: 95 % intervals", charts.scale())
    charts.chart(figure, "hardest-alphabets", f"{title}: the network's accuracy.")
    if not runs:  # the runs do not name their drawers
        st.header("The hardest handwritings", anchor=False)
        st.html(drawings.hardest_drawers(characters, record["drawers"]))
