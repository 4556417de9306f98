"""The network block by block: what each block shows with and without a drawing, and what can be chosen."""

from __future__ import annotations

import re

import numpy as np
import pytest

from siamese.data.support import Support
from siamese.ui.draw import paper
from siamese.ui.draw.paper import Given
from siamese.ui.inside import explained, layers, outputs, pictures
from siamese.ui.inside.layers import layers_ui
from tests.apps import beside, buttons, markup, part_of, press
from tests.network.test_feature_maps import DRAWING, MAPS, WEIGHTS


@pytest.fixture(autouse=True)
def shown(home, monkeypatch) -> dict:
    """What is on the paper; what can be chosen, by its key."""
    now: dict = {"drawing": DRAWING, "given": None}
    monkeypatch.setattr(outputs, "weights_of", lambda network: WEIGHTS)
    monkeypatch.setattr(outputs, "maps_of", lambda network, drawing: MAPS)
    monkeypatch.setattr(paper, "paper_ui", lambda *given: (now["drawing"], now["given"]))
    monkeypatch.setattr(layers, "choosable", lambda page, key, choose: now.update({key: (page, choose)}))
    return now


def inside(**choices):
    chosen = Support((0,), np.zeros((1, 0), int), ())
    return part_of(layers_ui, "", None, chosen, **{f"inside__{name}": value for name, value in choices.items()})


def test_a_block_has_its_title_words_and_place_in_the_diagram(shown):
    app = inside(block="pool2")
    assert "<h2>Max-pooling 2</h2>" in markup(app)
    assert "Of each 2 × 2 numbers" in markup(app)
    page, choose = shown["inside_diagram"]
    assert "<svg" in page
    assert choose is layers._choose
    assert app.query_params == {"block": "pool2"}
    assert "Both twins share their weights" in markup(app)


def test_without_a_drawing_a_convolution_shows_its_filter_and_pooling_nothing(shown):
    shown["drawing"] = None
    app = inside(block="conv2", map=4)
    assert "Draw a character, or press Sample, to see what this block makes of it." in markup(app)
    assert explained.filter_card(WEIGHTS, outputs.blocks_of(WEIGHTS)[3], 3) in markup(app)
    assert "figure" not in markup(inside(block="pool2"))
    assert "card empty pixels" in markup(inside(block="drawing"))
    shown["given"] = Given("The <picture> is empty.")
    assert '<p class="note">The &lt;picture&gt; is empty.</p>' in markup(inside())


def test_the_drawing_is_shown_as_the_network_gets_it():
    app = inside(block="drawing")
    assert pictures.url(MAPS["drawing"][..., 0]) in markup(app)
    assert "105 × 105 numbers" in markup(app)


def test_feature_maps_can_be_chosen_and_the_largest_output_is_explained(shown):
    app = inside(block="conv2", map=3)
    page, choose = shown["inside_maps"]
    assert choose is layers._choose_map
    assert re.findall('data-choice="(\\d)" aria-label="Feature map (\\d)" aria-pressed="(\\w+)"', page) == [
        (str(number), str(number + 1), str(number == 2).lower()) for number in range(6)
    ]
    row, column = np.unravel_index(MAPS["conv2"][..., 2].argmax(), MAPS["conv2"].shape[:2])
    blocks = {block.name: block for block in outputs.blocks_of(WEIGHTS)}
    assert explained.one_output(WEIGHTS, blocks["conv2"], MAPS, (row, column, 2)) in markup(app)
    toggle = app.toggle(key="inside:by_hand")
    assert (toggle.label, toggle.help) == ("Choose the output that is explained", "Otherwise it is the largest.")
    assert len(app.number_input) == 0


def test_an_output_can_be_chosen_by_hand_within_the_map():
    app = inside(block="conv2", map=99, by_hand=True, row=90, column=2)
    assert app.session_state["inside:map"] == 6
    height, width = MAPS["conv2"].shape[:2]
    row, column = app.number_input(key="inside:row"), app.number_input(key="inside:column")
    assert (row.label, row.min, row.max, row.value) == ("Row", 1, height, height)
    assert (column.label, column.min, column.max, column.value) == ("Column", 1, width, 2)
    assert ["Choose the output that is explained", "Row", "Column"] in beside(app)
    blocks = {block.name: block for block in outputs.blocks_of(WEIGHTS)}
    assert explained.one_output(WEIGHTS, blocks["conv2"], MAPS, (height - 1, 1, 5)) in markup(app)
    app = inside(block="conv2", by_hand=True, row=1, column=90)
    assert (app.session_state["inside:row"], app.session_state["inside:column"]) == (1, width)


def test_a_value_of_the_embedding_can_be_chosen():
    app = inside(block="embedding", map=4)
    field = app.number_input(key="inside:map")
    assert (field.label, field.min, field.max, field.value) == ("Value of the embedding", 1, 10, 4)
    assert explained.embedding(WEIGHTS, MAPS, 3) in markup(app)


@pytest.mark.parametrize("block", ["distance", "similarity"])
def test_the_last_blocks_lead_to_two_drawings(block):
    app = inside(block=block)
    assert buttons(app) == {"Compare two drawings": True}
    press(app, "Compare two drawings")
    assert app.session_state["inside:part"] == "pair"


def test_another_block_begins_with_its_first_map(monkeypatch):
    session = {"inside:block": "conv1", "inside:map": 5}
    monkeypatch.setattr(layers.st, "session_state", session)
    layers._choose("conv1")
    assert session == {"inside:block": "conv1", "inside:map": 5}
    layers._choose("conv2")
    assert session == {"inside:block": "conv2", "inside:map": 1}
    layers._choose_map("6")
    assert session["inside:map"] == 7


def test_buttons_show_their_maps_on_one_sheet():
    values = np.random.default_rng(0).random((4, 5, 40)).astype(np.float32)
    page = layers._grid(values, 17)
    assert pictures.grid_url(values, 16) in page
    assert "background-size:1600% 300%" in page
    places = re.findall(r"background-position:([\d.]+%) ([\d.]+%)", page)
    assert len(places) == 40
    assert (places[0], places[15], places[16], places[39]) == (
        ("0.00%", "0.00%"), ("100.00%", "0.00%"), ("0.00%", "50.00%"), ("46.67%", "100.00%"),
    )  # fmt: skip
    assert "Its 40 feature maps for this drawing" in page
    assert layers._grid(values[..., :3], 0).count("background-position:0.00% 0.00%") == 1


def test_the_style_sheet_finds_the_parts_of_the_page(monkeypatch):
    keys, container = [], layers.st.container

    def noted(**options):
        keys.append(options.get("key"))
        return container(**options)

    monkeypatch.setattr(layers.st, "container", noted)
    inside(block="conv1")
    assert [key for key in keys if key] == ["diagram", "inside_stage", "inside_side", "inside_block", "inside_place"]
