"""The network block by block: its drawing, and filters, feature maps and one output of the block that was chosen."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.config import SIDE
from siamese.data.characters import CharacterSet
from siamese.data.support import Support
from siamese.ui import cards, charts, state
from siamese.ui.choosable import choosable
from siamese.ui.draw import canvas, paper
from siamese.ui.inside import explained, outputs, pictures

if TYPE_CHECKING:
    from siamese.network.architecture import Block
    from siamese.network.weights import Weights

PAPER = "inside"
MAPS_PER_ROW = 16
choices = state.of("inside")


@st.fragment
def layers_ui(network: str, characters: CharacterSet, chosen: Support) -> None:
    """The drawing of the network, the paper, and the block: all that changes when the pen is lifted."""
    from siamese.figures import architecture

    weights = outputs.weights_of(network)
    blocks = outputs.blocks_of(weights)
    block = next((block for block in blocks if block.name == choices.block), blocks[1])
    with st.container(key="diagram"):
        choosable(architecture.svg(blocks, len(weights.columns), charts.dark(), block.name), "inside_diagram", _choose)
    st.html(f'<p class="note">{explained.network(weights, blocks)}</p>')
    with st.container(key="inside_stage", horizontal=True, gap="medium"):
        with st.container(key=f"{PAPER}_side", width=canvas.SIDE):
            drawing, given = paper.paper_ui(PAPER, characters, chosen)
            if drawing is None and given:
                st.html(f'<p class="note">{html.escape(given.words)}</p>')
        with st.container(key="inside_block"):
            st.html(f"<h2>{html.escape(block.title)}</h2><p>{explained.block(block, weights)}</p>")
            maps = outputs.maps_of(network, drawing) if drawing is not None else None
            _block_ui(weights, block, maps)
    state.share("inside", "part", "data", "alphabet", "block", "map", "by_hand", "row", "column")


def _choose(name: str) -> None:
    if name != choices.block:
        choices.block, choices.map = name, 1


def _choose_map(number: str) -> None:
    choices.map = int(number) + 1


def _to_pair() -> None:
    choices.part = "pair"


def _block_ui(weights: Weights, block: Block, maps: dict[str, np.ndarray] | None) -> None:
    if block.kind in ("distance", "head"):
        st.button("Compare two drawings", on_click=_to_pair, type="primary")
        return
    if block.kind == "drawing":
        shown = cards.empty_card("pixels") if maps is None else _input_card(maps)
        st.html(f'<div class="numbers">{shown}</div>')
        return
    count = block.shape[-1]
    choices.map = min(choices.map, count)
    number = choices.map - 1
    if maps is None:
        st.html('<p class="note">Draw a character, or press Sample, to see what this block makes of it.</p>')
        if block.kind == "conv":
            st.html(f'<div class="numbers">{explained.filter_card(weights, block, number)}</div>')
        return
    values = maps[block.name]
    if block.kind == "dense":
        st.number_input("Value of the embedding", 1, count, key=choices.key("map"), width=180)
        st.html(explained.embedding(weights, maps, choices.map - 1))
        return
    choosable(_grid(values, number), "inside_maps", _choose_map)
    place = _place_ui(values[..., number])
    st.html(explained.one_output(weights, block, maps, (*place, number)))


def _input_card(maps: dict[str, np.ndarray]) -> str:
    return pictures.card(pictures.url(maps["drawing"][..., 0]), "the network's input", f"{SIDE} × {SIDE} numbers")


def _grid(values: np.ndarray, chosen: int) -> str:
    """Buttons with the feature maps (h, w, n), all on one scale."""
    count = values.shape[-1]
    rows = -(-count // MAPS_PER_ROW)
    sheet = pictures.grid_url(values, MAPS_PER_ROW)
    buttons = []
    for number in range(count):
        x, y = number % MAPS_PER_ROW / (MAPS_PER_ROW - 1), number // MAPS_PER_ROW / max(1, rows - 1)
        buttons.append(
            f'<button type="button" data-choice="{number}" aria-label="Feature map {number + 1}" '
            f'aria-pressed="{str(number == chosen).lower()}" style="background-position:{x:.2%} {y:.2%}"></button>'
        )
    size = f"background-size:{100 * MAPS_PER_ROW}% {100 * rows}%"
    style = f"<style>.feature_maps button {{ background-image: url({sheet}); {size} }}</style>"
    words = f"Its {count} feature maps for this drawing: the darker, the larger. Select one."
    return f'{style}<p class="note">{words}</p><div class="feature_maps">{"".join(buttons)}</div>'


def _place_ui(values: np.ndarray) -> tuple[int, int]:
    """The output of a feature map (h, w) that is explained: the largest, or one that a person chooses."""
    height, width = values.shape
    row, column = map(int, np.unravel_index(int(values.argmax()), values.shape))
    with st.container(key="inside_place", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.toggle(
            "Choose the output that is explained", key=choices.key("by_hand"), help="Otherwise it is the largest."
        )
        if choices.by_hand:
            choices.row, choices.column = min(choices.row, height), min(choices.column, width)
            st.number_input("Row", 1, height, key=choices.key("row"), width=120)
            st.number_input("Column", 1, width, key=choices.key("column"), width=120)
            row, column = choices.row - 1, choices.column - 1
    return row, column
