from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from siamese.config import TwinConfig
from siamese.network.initial import initialise
from siamese.network.twin import build_twin

WIDE = TwinConfig(filters=(8, 8, 8, 8), embedding=400)


def initialised(kind: str, seed: int = 0):
    """Kernels and biases of the convolutions and of the dense layers of two columns, and their heads and biases."""
    columns = [build_twin(WIDE) for _ in range(2)]
    before = [weight.copy() for column in columns for weight in column.get_weights()]
    head, bias = tf.Variable(tf.ones((2, 400))), tf.Variable(tf.ones(2))
    initialise(kind, columns, head, bias, seed)
    parts = {"unchanged": all(map(np.array_equal, before, [w for c in columns for w in c.get_weights()]))}
    for name in ("conv", "embedding"):
        layers = [layer for column in columns for layer in column.layers if layer.name.startswith(name)]
        parts[f"{name} kernels"] = np.concatenate([layer.kernel.numpy().ravel() for layer in layers])
        parts[f"{name} biases"] = np.concatenate([layer.bias.numpy() for layer in layers])
    parts["first biases"] = np.concatenate([column.get_layer("conv1").bias.numpy() for column in columns])
    return parts | {"head": head.numpy(), "bias": bias.numpy()}


def test_a_head_that_is_a_distance_leaves_the_twin_as_it_is():
    """Its logit is 2 for equal embeddings and -14 for embeddings that differ by 1 everywhere."""
    parts = initialised("distance")
    assert parts["unchanged"]
    assert parts["head"] == pytest.approx(np.full((2, 400), -0.04))
    assert parts["bias"].tolist() == [2, 2]


def test_keras_own_initial_weights_are_glorot_uniform():
    parts = initialised("keras")
    limit = (6 / 401) ** 0.5
    assert parts["unchanged"]
    assert -limit <= parts["head"].min() < -0.97 * limit
    assert 0.97 * limit < parts["head"].max() <= limit
    assert parts["bias"].tolist() == [0, 0]


def test_initial_weights_of_the_paper():
    parts = initialised("paper")
    assert not parts["unchanged"]
    for name, spread in (("conv kernels", 0.01), ("embedding kernels", 0.2), ("head", 0.2)):
        assert parts[name].std() == pytest.approx(spread, rel=0.1)
        assert parts[name].mean() == pytest.approx(0, abs=0.2 * spread)
    for name in ("first biases", "conv biases", "embedding biases", "bias"):
        assert parts[name].mean() == pytest.approx(0.5, abs=0.02)
    assert parts["embedding biases"].std() == pytest.approx(0.01, rel=0.15)


def test_initial_weights_of_the_walk_through():
    """Its code leaves the first convolution's bias and the head's kernel to Keras."""
    parts, limit = initialised("walkthrough"), (6 / 401) ** 0.5
    assert not parts["unchanged"]
    for name in ("conv kernels", "embedding kernels"):
        assert parts[name].std() == pytest.approx(0.01, rel=0.1)
    assert (parts["first biases"] == 0).all()
    assert parts["conv biases"].reshape(2, 4, 8)[:, 1:].mean() == pytest.approx(0.5, abs=0.02)
    for name in ("embedding biases", "bias"):
        assert parts[name].mean() == pytest.approx(0.5, abs=0.02)
    assert 0.97 * limit < parts["head"].max() <= limit


@pytest.mark.parametrize("kind", ["paper", "walkthrough", "keras"])
def test_a_seed_decides_the_weights(kind):
    one, again, other = initialised(kind, 1), initialised(kind, 1), initialised(kind, 2)
    assert np.array_equal(one["head"], again["head"])
    assert not np.allclose(one["head"], other["head"])
    assert not np.allclose(one["head"][0], one["head"][1])
    if kind != "keras":
        assert np.array_equal(one["conv kernels"], again["conv kernels"])
        assert not np.allclose(one["conv kernels"], other["conv kernels"])
