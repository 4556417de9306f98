from __future__ import annotations

import numpy as np
import pytest

from siamese.config import TwinConfig
from siamese.network import weights
from siamese.network.columns import join, split
from siamese.network.twin import assign, build_siamese, build_twin
from tests import drawn

PAIR = [np.stack([drawn.scribble(c, d) for c in range(3)])[..., None] for d in (1, 2)]


def random_columns(columns: int) -> list[dict[str, np.ndarray]]:
    rng = np.random.default_rng(columns)
    shapes = weights.shapes(drawn.TINY)
    return [
        {name: rng.normal(0, 0.2, shape).astype(np.float32) for name, shape in shapes.items()} for _ in range(columns)
    ]


def network(config: TwinConfig, tensors: dict[str, np.ndarray]):
    twin = build_twin(config)
    assign(twin, tensors)
    siamese = build_siamese(twin)
    siamese.get_layer("head").set_weights([tensors["head.kernel"][:, None], tensors["head.bias"]])
    return siamese


def wide(columns: int) -> TwinConfig:
    return TwinConfig(
        tuple(columns * count for count in drawn.TINY.filters), drawn.TINY.kernels, columns * drawn.TINY.embedding
    )


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_the_logit_of_the_joined_network_is_the_sum_of_the_columns_logits(columns):
    def logits(config, tensors):
        similarity = network(config, tensors)(PAIR).numpy().astype(np.float64)
        return np.log(similarity / (1 - similarity))

    parts = random_columns(columns)
    expected = sum(logits(drawn.TINY, part) for part in parts)
    assert np.allclose(logits(wide(columns), join(parts, drawn.TINY)), expected, atol=1e-3)


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_splitting_gives_the_columns_back_with_equal_shares_of_the_bias(columns):
    parts = random_columns(columns)
    joined = join(parts, drawn.TINY)
    assert {name: tensor.shape for name, tensor in joined.items()} == weights.shapes(wide(columns))
    again = split(joined, drawn.TINY, columns)
    assert len(again) == columns
    for part, other in zip(parts, again, strict=True):
        expected = {**part, "head.bias": sum(each["head.bias"] for each in parts) / columns}
        assert part.keys() == other.keys()
        assert all(np.allclose(expected[name], other[name], atol=1e-6) for name in expected)


@pytest.mark.parametrize("columns", [2, 3])
def test_the_joined_network_is_zero_between_columns(columns):
    joined = join(random_columns(columns), drawn.TINY)
    zeros = [np.mean(joined[f"conv{i}.kernel"] == 0) for i in range(2, 5)] + [np.mean(joined["embedding.kernel"] == 0)]
    assert zeros == pytest.approx([1 - 1 / columns] * 4, abs=1e-3)
    assert not (joined["conv1.kernel"] == 0).any()
