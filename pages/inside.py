"""Inside: what the network makes of a drawing, block by block, and how two embeddings become a similarity."""

from __future__ import annotations

import pathlib

import streamlit as st

from siamese.errors import UserError
from siamese.ui import inside, messages, models, page, state
from siamese.ui.draw.samples_form import samples_form_ui
from siamese.ui.inside import layers, map_part, nearest, pair

PARTS = {
    "layers": layers.layers_ui,
    "pair": pair.pair_ui,
    "map": map_part.map_ui,
    "nearest": nearest.nearest_ui,
}
LABELS = {"layers": "Block by block", "pair": "Two embeddings", "map": "Map of an alphabet", "nearest": "Most similar"}

choices = state.of("inside")

page.opening(
    "Inside",
    "See what each block of the network makes of your drawing, and how two drawings become one similarity. "
    "Notice how strokes turn into numbers, and that drawings of the same character get similar numbers.",
    pathlib.Path(inside.__file__).with_name("style.css"),
)
network = state.of(state.SHARED).network
with st.container(key="inside_part"):
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
    if (samples := samples_form_ui(choices, network)) is not None:
        PARTS[choices.part](network, *samples)
except UserError as error:
    messages.error(str(error))
