"""Evaluate: accuracy against N, Lake's runs, trials one by one, mistakes, same or different; recorded, live, and to take away."""

from __future__ import annotations

import streamlit as st

from siamese.errors import UserError
from siamese.ui import messages, page, state
from siamese.ui.evaluate import setup
from siamese.ui.evaluate.curve import curve_ui
from siamese.ui.evaluate.failures import failures_ui
from siamese.ui.evaluate.lake import lake_ui
from siamese.ui.evaluate.pairs import pairs_ui
from siamese.ui.evaluate.trial import trial_ui

PARTS = {
    "curve": ("Accuracy against N", curve_ui),
    "lake": ("Lake's runs", lake_ui),
    "trial": ("A trial, opened", trial_ui),
    "failures": ("Where it fails", failures_ui),
    "verification": ("Same or different", pairs_ui),
}

page.opening(
    "Evaluate",
    "Measure how often the network is right among N characters it has one example of, and watch the curve grow. "
    "Notice how its lead over comparing pixels widens with N, and what it still gets wrong.",
)
st.html(setup.STYLE)
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
    if part == "lake":
        lake_ui()
    elif (plan := setup.plan_ui(trials=part != "verification")) is not None:
        PARTS[part][1](plan)
except (UserError, ValueError) as error:
    messages.info(str(error))
setup.share()
