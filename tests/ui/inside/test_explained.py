"""What a block does, in words, and how one of its outputs comes about, on a small network of two columns."""

from __future__ import annotations

import re

import numpy as np
import pytest

from siamese.network import architecture
from siamese.network.feature_maps import filters, output
from siamese.network.weights import Weights
from siamese.ui.inside import explained, pictures
from tests.network.test_feature_maps import COLUMN, MAPS, WEIGHTS

BLOCKS = {block.name: block for block in architecture.blocks(WEIGHTS.config, 2)}
ALONE = Weights(COLUMN, WEIGHTS.columns[:1], {})
ALONE_BLOCKS = {block.name: block for block in architecture.blocks(COLUMN, 1)}


def text(markup: str) -> str:
    return re.sub(r"<[^>]*>", "", markup)


def test_the_network_has_its_parameters_and_columns():
    count, trained = architecture.total(list(BLOCKS.values()))
    words = explained.network(WEIGHTS, list(BLOCKS.values()))
    assert f"{count:,} parameters, as many as in the paper." in words
    assert f"trained as 2 columns side by side, one sheet each: {trained:,} parameters are used" in words
    assert count > trained
    count, _ = architecture.total(list(ALONE_BLOCKS.values()))
    assert explained.network(ALONE, list(ALONE_BLOCKS.values())) == (
        f"Both twins share their weights: {count:,} parameters. Select a block."
    )


@pytest.mark.parametrize(
    ("name", "starts", "ends"),
    [
        ("conv1", "Each of the 4 filters has a weight for every number in a window of 10 × 10 pixels.", "10 × 10 px"),
        ("conv2", "Each of the 6 filters has a weight for every number in a window of 7 × 7 pixels of 2 feature maps.",
         "23 × 23 px"),
        ("pool1", "Of each 2 × 2 numbers, only the largest is kept", "11 × 11 px"),
        ("drawing", "What the network gets: 105 × 105 numbers, ink 1 and paper 0.", "scaled first."),
        ("embedding", "The last feature maps become 10 numbers from 0 to 1", "complete drawing."),
        ("distance", "Both embeddings are subtracted", "10 distances."),
        ("similarity", "Each of the 10 distances has a weight.", "from 0 to 1."),
    ],
)  # fmt: skip
def test_every_block_is_explained(name, starts, ends):
    words = explained.block(BLOCKS[name], WEIGHTS)
    assert words.startswith(starts)
    assert words.removesuffix(" of the drawing.").endswith(ends)


def test_only_later_layers_of_columns_read_their_own_maps():
    assert "Each of the 2 columns reads its own maps only." in explained.block(BLOCKS["conv2"], WEIGHTS)
    assert "columns" not in explained.block(BLOCKS["conv1"], WEIGHTS)
    assert "columns" not in explained.block(ALONE_BLOCKS["conv2"], ALONE)


def test_a_filter_is_a_picture_of_its_weights_in_two_colours():
    card = explained.filter_card(WEIGHTS, BLOCKS["conv2"], 4)
    assert pictures.grid_url(filters(WEIGHTS, "conv2", 4), 2, True) in card
    assert 'aria-label="filter 5"' in card
    assert "<figcaption>Filter</figcaption>" in card


def test_an_output_of_pooling_is_the_largest_of_four():
    own = output(WEIGHTS, MAPS, "pool1", (3, 5, 2))
    markup = explained.one_output(WEIGHTS, BLOCKS["pool1"], MAPS, (3, 5, 2))
    numbers = ", ".join(f"{value:.3f}" for value in own.inputs.ravel())
    assert f'<p class="formula">max({numbers}) = <b>{own.value:.3f}</b></p>' in markup
    assert "the output depends on rows 6 to 17 and columns 10 to 21 of it" in markup
    assert pictures.url(MAPS["drawing"][..., 0]) in markup
    assert pictures.url(MAPS["pool1"][..., 2]) in markup
    assert "Receptive field" in markup
    assert 'aria-label="feature map 3"' in markup
    first, second = re.findall(r'class="frame" style="top:(.*?);left:(.*?);', markup)
    assert first == (f"{100 * 6 / 105:.2f}%", f"{100 * 10 / 105:.2f}%")
    assert second == (f"{100 * 3 / 48:.2f}%", f"{100 * 5 / 48:.2f}%")
    assert f"height:calc({100 * 4 / 48:.2f}% - {100 * 3 / 48:.2f}%)" in markup
    assert f"width:calc({100 * 6 / 48:.2f}% - {100 * 5 / 48:.2f}%)" in markup


def test_an_output_of_a_convolution_shows_window_filter_and_products():
    place = 7, 9, 4
    own = output(WEIGHTS, MAPS, "conv2", place)
    markup = explained.one_output(WEIGHTS, BLOCKS["conv2"], MAPS, place)
    shown = [
        pictures.grid_url(own.inputs, 2, False),
        pictures.grid_url(own.kernel, 2, True),
        pictures.grid_url(own.inputs * own.kernel, 2, True),
    ]
    assert [markup.index(url) for url in shown] == sorted(markup.index(url) for url in shown)
    captions = re.findall("<figcaption>(.*?)</figcaption>", markup)
    assert captions[1:] == ["Feature map 5", "Numbers in the window", "× filter 5", "= products"]
    before = own.weighted_sum + own.bias
    assert f"sum of {own.kernel.size:,} products + bias = " in text(markup)
    assert f"= {before:.3f}; ReLU makes it {own.value:.3f}".replace("-", "−") in text(markup)


def test_a_sum_names_its_bias_and_the_five_largest_products():
    one = type("Output", (), {})()
    one.inputs, one.kernel = np.arange(1.0, 8.0), np.array([0.1, -2, 0.3, 0.1, -0.1, 0.2, 0.5])
    one.weighted_sum, one.bias, one.value = -0.25, -0.5, 0.0
    words = text(explained._sum(one, "ReLU"))
    assert "sum of 7 products + bias = −0.250 − 0.500 = −0.750; ReLU makes it 0.000" in words
    assert words.endswith(
        "The largest products: 2.000 × −2.000 = −4.000, 7.000 × 0.500 = 3.500, 6.000 × 0.200 = 1.200, "
        "3.000 × 0.300 = 0.900, 5.000 × −0.100 = −0.500."
    )
    one.bias = 0.0
    assert "= −0.250 + 0.000 = −0.250;" in text(explained._sum(one, "ReLU"))


def test_a_value_of_the_embedding_is_framed_in_the_square():
    markup = explained.embedding(WEIGHTS, MAPS, 6)  # ten values in a square of 4
    own = output(WEIGHTS, MAPS, "embedding", (6,))
    assert pictures.url(pictures.square(MAPS["embedding"]), 1.0) in markup
    assert "top:25.00%;left:50.00%;height:calc(50.00% - 25.00%);width:calc(75.00% - 50.00%)" in markup
    assert "10 values, row by row" in markup
    assert f"sigmoid makes it {own.value:.3f}" in text(markup)
