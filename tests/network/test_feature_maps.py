"""Feature maps: against a convolution by loops, against the twin in Keras, and output by output."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.config import TwinConfig
from siamese.network import columns
from siamese.network.feature_maps import feature_maps, filters, output
from siamese.network.weights import Weights, shapes
from tests import drawn

COLUMN = TwinConfig(filters=(2, 3, 2, 3), embedding=5)
JOINED = TwinConfig(filters=(4, 6, 4, 6), embedding=10)


def tensors(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {name: rng.normal(0, 0.2, shape).astype(np.float32) for name, shape in shapes(COLUMN).items()}


WEIGHTS = Weights(JOINED, (tensors(1), tensors(2)), {})
DRAWING = drawn.scribble(3, 1)
MAPS = feature_maps(WEIGHTS, DRAWING)


def by_loops(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """A convolution without padding and its ReLU, number by number, in float64."""
    side, _, _, count = kernel.shape
    result = np.zeros((x.shape[0] - side + 1, x.shape[1] - side + 1, count))
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            window = x[row : row + side, column : column + side].astype(np.float64)
            for number in range(count):
                result[row, column, number] = max(0.0, (window * kernel[..., number]).sum() + bias[number])
    return result


def test_feature_maps_equal_a_convolution_by_loops():
    x = DRAWING[..., None]
    for i in range(1, 4):
        own = WEIGHTS.columns[0]
        conv = by_loops(x, own[f"conv{i}.kernel"], own[f"conv{i}.bias"])
        assert np.allclose(MAPS[f"conv{i}"][..., : conv.shape[-1]], conv, atol=1e-4)
        height, width = conv.shape[0] // 2, conv.shape[1] // 2
        pooled = [
            [conv[2 * r : 2 * r + 2, 2 * c : 2 * c + 2].max(axis=(0, 1)) for c in range(width)] for r in range(height)
        ]
        x = np.array(pooled)
        assert np.allclose(MAPS[f"pool{i}"][..., : conv.shape[-1]], x, atol=1e-4)


def test_the_embedding_equals_that_of_the_joined_twin_in_keras():
    from siamese.network.twin import assign, build_twin

    twin = build_twin(JOINED)
    assign(twin, columns.join(WEIGHTS.columns, COLUMN))
    embedding = np.asarray(twin(DRAWING[None, ..., None]))[0]
    assert np.allclose(MAPS["embedding"], embedding, atol=1e-5)


@pytest.mark.parametrize("block", ["conv1", "conv2", "conv4"])
def test_an_output_of_a_convolution_is_the_relu_of_its_weighted_sum_and_bias(block):
    for number in (0, JOINED.filters[int(block[-1]) - 1] - 1):  # one map of each column
        place = (2, 3, number)
        one = output(WEIGHTS, MAPS, block, place)
        assert one.inputs.shape == one.kernel.shape
        assert np.array_equal(one.kernel, filters(WEIGHTS, block, number))
        assert max(0.0, one.weighted_sum + one.bias) == pytest.approx(MAPS[block][place], abs=1e-4)


def test_an_output_of_max_pooling_is_the_largest_of_its_four_inputs():
    one = output(WEIGHTS, MAPS, "pool2", (4, 7, 5))
    assert one.inputs.shape == (2, 2, 1)
    assert one.inputs.max() == one.value == MAPS["pool2"][4, 7, 5]


def test_a_value_of_the_embedding_is_the_sigmoid_of_its_weighted_sum_and_bias():
    one = output(WEIGHTS, MAPS, "embedding", (7,))
    assert one.inputs.shape == (6 * 6 * 3,)
    assert 1 / (1 + np.exp(-one.weighted_sum - one.bias)) == pytest.approx(MAPS["embedding"][7], abs=1e-5)
