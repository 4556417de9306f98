"""Evaluate: accuracy against N, Lake's runs, trials one by one, failures, same or different; recorded and live."""

from __future__ import annotations

import pathlib

import streamlit as st

from siamese.errors import UserError
from siamese.ui import evaluate, messages, page, state
from siamese.ui.evaluate import protocol_form
from siamese.ui.evaluate.curve import curve_ui
from siamese.ui.evaluate.failures import failures_ui
from siamese.ui.evaluate.lake import lake_ui
from siamese.ui.evaluate.trial import trial_ui
from siamese.ui.evaluate.verification import verification_ui

PARTS = {
    "curve": ("Accuracy against N", curve_ui),
    "lake": ("Lake's runs", lake_ui),
    "trial": ("One trial", trial_ui),
    "failures": ("Where it fails", failures_ui),
    "verification": ("Same or different", verification_ui),
}

page.opening(
    "Evaluate",
    "Measure how often the network is right among N characters, with one example of each. "
    "Notice how its lead over comparing pixels grows with N, and what it still gets wrong.",
    pathlib.Path(evaluate.__file__).with_name("style.css"),
)
page.wait_for_network()
part = state.of("evaluate").part
st.segmented_control(
    "Part",
    list(PARTS),
    format_func=lambda key: PARTS[key][0],
    required=True,
    key=state.of("evaluate").key("part"),
    label_visibility="collapsed",
)
try:
    if (measurement := protocol_form.form_ui(part)) is not None:
        protocol_form.note(measurement.protocol, pairs=part == "verification")
        PARTS[part][1](measurement)
except UserError as error:
    messages.info(str(error))
protocol_form.share()
