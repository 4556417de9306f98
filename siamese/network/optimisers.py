"""The optimisers of the presets: AdamW (ours), Adam (the walk-through) and SGD (the paper and the blog post)."""

from __future__ import annotations

import keras
import tensorflow as tf

from siamese.config import Adam, AdamW, TrainConfig

EPOCH_DECAY = 0.99
"""Factor on the rate after every epoch (Koch et al., section 3.2)."""


@keras.saving.register_keras_serializable("siamese")
class FallingRate(keras.optimizers.schedules.LearningRateSchedule):
    """The rate times 0.99 per epoch (the paper), divided by 1 + decay * step (what Keras called decay in 2017)."""

    def __init__(self, rate: float, epoch: int, decay: float):
        self.rate, self.epoch, self.decay = rate, epoch, decay

    def __call__(self, step):
        step = tf.cast(step, tf.float32)
        fallen = self.rate / (1 + self.decay * step)
        return fallen * EPOCH_DECAY ** tf.floor(step / self.epoch) if self.epoch else fallen

    def get_config(self):
        return {"rate": self.rate, "epoch": self.epoch, "decay": self.decay}


class _Summed:
    """An optimiser whose gradients are sums over all replicas already; see `Replicas.sum`.

    Keras would sum them after they are clipped, so that the limit would be on each replica's part.
    """

    def _all_reduce_sum_gradients(self, grads_and_vars):
        return list(grads_and_vars)


class PlainAdam(_Summed, keras.optimizers.Adam):
    """Adam at one rate."""


class LayerAdamW(_Summed, keras.optimizers.AdamW):
    """AdamW whose rate has a factor for each variable."""

    def __init__(self, rate, factors: list[float], decay: float, clip: float | None):
        super().__init__(rate, weight_decay=decay, global_clipnorm=clip)
        self._factors = factors

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient, variable, learning_rate * self._factors[self._get_variable_index(variable)])


class RisingMomentum(_Summed, keras.optimizers.SGD):
    """SGD whose momentum rises linearly over the run, and whose rate has a factor for each variable (section 3.2)."""

    def __init__(
        self,
        rate: FallingRate,
        momentum: tuple[float, float],
        steps: int,
        factors: list[float],
        nesterov: bool,
    ):
        super().__init__(rate, momentum=max(momentum), nesterov=nesterov)
        self._range, self._steps, self._factors = momentum, steps, factors

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        step = gradient * learning_rate * (self._factors[index])
        if not any(self._range):
            variable.assign_sub(step)
            return
        first, last = self._range
        momentum = first + (last - first) * tf.minimum(tf.cast(self.iterations.value, tf.float32) / self._steps, 1.0)
        velocity = self.momentums[index]
        velocity.assign(momentum * velocity.value - step)
        variable.assign_add(momentum * velocity.value - step if self.nesterov else velocity.value)


def build_optimiser(config: TrainConfig, factors: list[float]) -> keras.optimizers.Optimizer:
    """The optimiser of a configuration, not yet built. factors: on the rate of each variable it will be built with."""
    chosen, steps = config.optimiser, config.schedule.steps
    if isinstance(chosen, AdamW):
        rate = keras.optimizers.schedules.CosineDecay(
            0.0, max(1, steps - chosen.warmup), warmup_target=chosen.rate, warmup_steps=chosen.warmup
        )
        return LayerAdamW(rate, factors, chosen.decay, chosen.clip or None)
    if isinstance(chosen, Adam):
        return PlainAdam(chosen.rate)
    rate = FallingRate(chosen.rate, chosen.epoch, chosen.decay)
    return RisingMomentum(rate, chosen.momentum, steps, factors, chosen.nesterov)
