from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from siamese.config import SGD, Adam, AdamW, TrainConfig
from siamese.network.optimisers import FallingRate, build_optimiser
from tests.configs import TINY

GRADIENTS = np.random.default_rng(0).normal(size=(12, 2, 3))


def descend(config: TrainConfig, factors: tuple[float, float] = (1.0, 1.0)) -> np.ndarray:
    """Two variables (2, 3) after a dozen steps."""
    variables = [tf.Variable(np.zeros(3, np.float32)) for _ in range(2)]
    optimiser = build_optimiser(config, list(factors))
    optimiser.build(variables)
    for both in GRADIENTS:
        optimiser.apply_gradients(zip([tf.constant(g, tf.float32) for g in both], variables, strict=True))
    return np.stack([v.numpy() for v in variables])


def reference(optimiser, gradients: np.ndarray) -> np.ndarray:
    """Two variables (2, 3) after a dozen steps of an optimiser of Keras."""
    variables = [tf.Variable(np.zeros(3, np.float32)) for _ in range(2)]
    for both in gradients:
        optimiser.apply_gradients(zip([tf.constant(g, tf.float32) for g in both], variables, strict=True))
    return np.stack([v.numpy() for v in variables])


def by_hand(rates: np.ndarray, momenta: np.ndarray, nesterov: bool) -> np.ndarray:
    value, velocity = np.zeros((2, 3)), np.zeros((2, 3))
    for gradient, rate, momentum in zip(GRADIENTS, rates, momenta, strict=True):
        step = gradient * rate
        velocity = momentum * velocity - step
        value += momentum * velocity - step if nesterov else velocity
    return value


def config(optimiser: SGD | Adam | AdamW) -> TrainConfig:
    return TINY.changed(optimiser=optimiser, schedule={"steps": 12})


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [(0.5, 0.9), (0.0, 0.9), (0.9, 0.0), (0.6, 0.6)])
def test_momentum_rises_linearly(momentum, nesterov):
    first, last = momentum
    expected = by_hand(np.full(12, 0.1), first + (last - first) * np.arange(12) / 12, nesterov)
    assert np.allclose(descend(config(SGD(0.1, momentum=momentum, nesterov=nesterov))), expected, atol=1e-5)


def test_momentum_stays_at_its_last_value_after_the_run():
    short = TINY.changed(optimiser=SGD(0.1, momentum=(0.5, 0.9)), schedule={"steps": 4})
    expected = by_hand(np.full(12, 0.1), 0.5 + 0.4 * np.minimum(np.arange(12) / 4, 1), False)
    assert np.allclose(descend(short), expected, atol=1e-5)


def test_the_rate_falls_every_epoch_and_every_step():
    steps = np.arange(12)
    expected = by_hand(0.1 * 0.99 ** (steps // 4) / (1 + 0.3 * steps), np.zeros(12), False)
    assert np.allclose(descend(config(SGD(0.1, epoch=4, decay=0.3))), expected, atol=1e-5)


@pytest.mark.parametrize("optimiser", [SGD(0.1), AdamW(0.1, decay=0.0, clip=0.0)])
def test_each_variable_has_its_own_rate(optimiser):
    plain = descend(config(optimiser))
    slower = descend(config(optimiser), (0.5, 1.0))
    assert np.allclose(slower, plain * np.array([[0.5], [1.0]]), atol=1e-6)


def test_a_rate_survives_its_configuration():
    rate = FallingRate(0.1, 4, 0.3)
    assert float(FallingRate(**rate.get_config())(9)) == pytest.approx(float(rate(9)))


def test_adamws_decay_is_decoupled():
    """Every step takes rate * decay of the value itself; as a part of the gradient it would be divided by its size."""
    decayed = config(AdamW(0.1, decay=0.5, warmup=0))
    start, rate = np.array([1.0, -2.0, 3.0], np.float32), build_optimiser(decayed, [1.0])._learning_rate
    variable, optimiser = tf.Variable(start), build_optimiser(decayed, [1.0])
    optimiser.build([variable])
    for _ in range(8):
        optimiser.apply_gradients([(tf.zeros(3), variable)])
    assert np.allclose(variable, start * np.prod([1 - 0.5 * float(rate(step)) for step in range(8)]), atol=1e-6)
    assert np.abs(variable.numpy() / start - 1).min() > 0.1


def test_adamw_warms_up_and_ends_at_zero():
    rate = build_optimiser(config(AdamW(0.1, warmup=4)), [1.0])._learning_rate
    assert float(rate(0)) == 0
    assert float(rate(2)) == pytest.approx(0.05)
    assert float(rate(4)) == pytest.approx(0.1)
    assert float(rate(8)) == pytest.approx(0.05)  # half a cosine from step 4 to step 12
    assert float(rate(12)) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("warmup", [12, 20])
def test_a_run_may_be_shorter_than_its_warm_up(warmup):
    rate = build_optimiser(config(AdamW(0.1, warmup=warmup)), [1.0])._learning_rate
    assert float(rate(6)) == pytest.approx(0.1 * 6 / warmup)
    assert np.isfinite(descend(config(AdamW(0.1, warmup=warmup)))).all()


def test_the_norm_of_all_gradients_together_is_limited():
    """A gradient of both variables with a norm above 2 is scaled to 2; a smaller one stays as it is."""
    norms = np.sqrt((GRADIENTS**2).sum(axis=(1, 2)))
    assert norms.min() < 2 < norms.max()
    scaled = GRADIENTS * np.minimum(1, 2 / norms)[:, None, None]
    rate = build_optimiser(config(AdamW(0.1, warmup=0)), [1.0])._learning_rate
    expected = reference(tf.keras.optimizers.AdamW(rate, weight_decay=0.0), scaled)
    assert np.allclose(descend(config(AdamW(0.1, warmup=0, decay=0.0, clip=2.0))), expected, atol=1e-5)
    unlimited = reference(tf.keras.optimizers.AdamW(rate, weight_decay=0.0), GRADIENTS)
    assert np.allclose(descend(config(AdamW(0.1, warmup=0, decay=0.0, clip=0.0))), unlimited, atol=1e-5)
    assert np.abs(expected - unlimited).max() > 0.01


def test_adam_is_adam():
    assert np.allclose(descend(config(Adam(0.1))), reference(tf.keras.optimizers.Adam(0.1), GRADIENTS), atol=1e-6)
