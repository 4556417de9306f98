"""Verify: do two drawings show the same character; and is this the signature that a company has on file?"""

from __future__ import annotations

import pathlib

import streamlit as st

from siamese.errors import UserError
from siamese.ui import messages, models, page, state, verify
from siamese.ui.draw.samples_form import samples_form_ui
from siamese.ui.verify import company, pair

PARTS = {"pair": "Two drawings", "company": "Signatures of a company"}

choices = state.of("verify")


def part_ui(network: str) -> None:
    """The part of the page that was chosen."""
    if choices.part == "company":
        company.company_ui(network)
    elif (samples := samples_form_ui(choices, network)) is not None:
        pair.pair_ui(network, *samples)
        state.share("verify", "part", "data", "alphabet", "why")


page.opening(
    "Same or different",
    "Make two drawings, and the network says whether they show the same character. "
    "Notice that one similarity decides, whatever the character, and that the order does not matter.",
    pathlib.Path(verify.__file__).with_name("style.css"),
    above_paper=True,
)
network = state.of(state.SHARED).network
with st.container(key="verify_part"):
    st.segmented_control(
        "Part", list(PARTS), format_func=PARTS.get, required=True, key=choices.key("part"), label_visibility="collapsed"
    )
models.in_use_ui()
page.wait_for_network(network)
try:
    part_ui(network)
except UserError as error:
    messages.error(str(error))
