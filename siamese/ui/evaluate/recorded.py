"""Recorded results on the page, and the line that says where figures come from."""

from __future__ import annotations

import dataclasses
import html
import urllib.parse
from collections.abc import Mapping
from typing import Any

import streamlit as st

from siamese.evaluation import results, scorers
from siamese.evaluation.protocol import Protocol
from siamese.ui import models
from siamese.ui.evaluate import protocol_form
from siamese.ui.evaluate.measurements import TRAINING, Measurement


@st.cache_data(show_spinner=False)
def _load(modified: float) -> dict[str, Any] | None:
    return results.load()


def load() -> dict[str, Any]:
    """The recorded results, {} when there are none. They may be of other weights than the ones that answer."""
    try:
        return _load(results.FILE.stat().st_mtime) or {}
    except FileNotFoundError:
        return {}


def curve(measurement: Measurement) -> tuple[Protocol, list[dict[str, Any]]] | None:
    """The recorded curve that can stand in for a measurement: its protocol, and its rows up to the same N."""
    known = results.recorded_protocol(measurement.protocol, load())
    if known is None or measurement.compared:
        return None
    curves, ways = load()["curves"], measurement.protocol.ways
    rows = [row for row in curves[measurement.protocol.group]["rows"] if row["ways"] <= ways]
    if measurement.training and known.training is not None and known.training.group in curves:
        training = [row for row in curves[known.training.group]["rows"] if row["scorer"] == scorers.NETWORK]
        rows += [row | {"scorer": TRAINING} for row in training if row["ways"] <= ways]
    return known, rows


def failures(measurement: Measurement) -> dict[str, Any] | None:
    """The recorded failures of a measurement, whose N has to be theirs."""
    known = results.recorded_protocol(measurement.protocol, load())
    return (
        load()["failures"].get(measurement.protocol.group)
        if known and known.ways == measurement.protocol.ways
        else None
    )


def verification(protocol: Protocol) -> dict[str, Any] | None:
    """The recorded pairs of a group, for all of its alphabets."""
    return None if protocol.alphabets else load().get("verification", {}).get(protocol.group)


def origin(from_record: bool, anything: bool) -> None:
    """One line on where the figures shown come from."""
    made = load().get("made")
    words = "Measured here." if anything else ""
    if not anything and not made:
        words = "No results are recorded yet: <code>make results</code> records them."
    elif anything and from_record and made:
        words = f"Recorded on {html.escape(made['date'])} by <code>{html.escape(made['command'])}</code>."
        matcher = models.matcher()
        if matcher is not None and matcher.record["sha256"] != made["weights_sha256"]:
            words += " <b>These results are of other weights than the ones that answer here: measure again.</b>"
    st.html(f'<p class="note">{words}</p>')


def about(measurement: Measurement, from_record: bool) -> dict[str, Any]:
    """What was measured, for a JSON file. Recorded figures have a seed and trials of their own."""
    protocol_form.share()
    protocol: Mapping[str, Any] = dataclasses.asdict(measurement.protocol)
    if from_record:
        protocol = {key: value for key, value in protocol.items() if key not in ("seed", "trials")}
    described = {
        "words": measurement.protocol.words,
        **protocol,
        "link": urllib.parse.urlencode(st.query_params.to_dict()),
    }
    return described | ({"recorded": load()["made"]} if from_record else {})
