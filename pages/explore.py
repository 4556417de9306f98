"""Explore: alphabets, characters and drawers of the data that the network learns from and is judged on."""

from __future__ import annotations

import pathlib

import streamlit as st

from siamese.errors import UserError
from siamese.ui import explore, messages, models, page, state
from siamese.ui.explore import batches, browse, distortions, form, source

PARTS = {
    "alphabets": browse.browse_ui,
    "distortions": distortions.distortions_ui,
    "batches": batches.batches_ui,
}
LABELS = {"alphabets": "Alphabets", "distortions": "Distortions", "batches": "Pairs and episodes"}

choices = state.of("explore")

page.opening(
    "Explore",
    "Look through the alphabets: choose one, then a character, and see how each person drew it. "
    "Notice how much people differ, and which alphabets the network has never seen.",
    pathlib.Path(explore.__file__).with_name("style.css"),
)
network = state.of(state.SHARED).network
with st.container(key="explore_part"):
    st.segmented_control(
        "Part",
        list(PARTS),
        format_func=LABELS.get,
        required=True,
        key=choices.key("part"),
        label_visibility="collapsed",
    )
models.in_use_ui()
page.wait_for_network(network)
try:
    if (characters := form.form_ui()) is not None:
        PARTS[choices.part](characters)
        source.source_ui(choices.data)
except UserError as error:
    messages.error(str(error))
