"""The blocks of the network: Koch's sizes and counts, columns, receptive fields."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.config import SIDE, TwinConfig
from siamese.network import architecture
from siamese.network.feature_maps import feature_maps
from siamese.network.weights import Weights
from tests import drawn
from tests.network.conftest import random_tensors

KOCH = {block.name: block for block in architecture.blocks(TwinConfig(), 4)}


def test_shapes_are_those_of_the_papers_figure_4():
    assert [block.shape for block in KOCH.values()] == [
        (105, 105, 1),
        *((96, 96, 64), (48, 48, 64)),
        *((42, 42, 128), (21, 21, 128)),
        *((18, 18, 128), (9, 9, 128)),
        *((6, 6, 256), (4096,), (4096,), (1,)),
    ]
    assert KOCH["conv1"].size == "96 × 96 × 64"


def test_parameters_add_up_to_the_papers_and_four_columns_train_a_quarter():
    assert architecture.total(list(KOCH.values())) == (38_951_745, 9_749_313)
    assert (KOCH["conv1"].parameters, KOCH["conv1"].trained) == (6_464, 6_464)
    assert KOCH["conv2"].parameters == 7 * 7 * 64 * 128 + 128
    assert KOCH["conv2"].trained == 4 * (7 * 7 * 16 * 32 + 32)
    one = architecture.blocks(TwinConfig())
    assert architecture.total(one) == (38_951_745, 38_951_745)


@pytest.mark.parametrize("name", ["conv1", "pool1", "conv2", "pool2", "conv3", "pool3", "conv4"])
def test_an_output_depends_on_its_receptive_field_and_on_nothing_else(name):
    weights = Weights(drawn.TINY, (random_tensors(),), {})
    block = {block.name: block for block in architecture.blocks(drawn.TINY)}[name]
    row, column = block.shape[0] // 2, block.shape[1] // 3
    top, left, bottom, right = architecture.receptive_field(block, row, column)
    assert (bottom - top, right - left) == (block.receptive, block.receptive)
    rng = np.random.default_rng(0)
    drawing = rng.random((SIDE, SIDE), np.float32)
    outside = rng.random((SIDE, SIDE), np.float32)
    outside[top:bottom, left:right] = drawing[top:bottom, left:right]
    one, other = (feature_maps(weights, each)[name][row, column] for each in (drawing, outside))
    assert np.allclose(one, other, atol=1e-4)
    inside = drawing.copy()
    inside[top:bottom, left:right] = 1 - drawing[top:bottom, left:right]
    assert not np.allclose(one, feature_maps(weights, inside)[name][row, column], atol=1e-4)


def test_the_embedding_depends_on_the_complete_drawing():
    assert architecture.receptive_field(KOCH["embedding"], 0, 0) == (0, 0, SIDE, SIDE)
    assert architecture.receptive_field(KOCH["conv4"], 5, 5)[2] <= SIDE
