"""Devices that train one network together, each on its part of every batch: a thin layer over tf.distribute.

The mathematics is that of one device, however many there are:
- all embeddings of a batch are gathered before the losses, since the losses need all its pairs;
- every replica computes the loss of the complete batch, divided by the number of replicas, and the gradients are added
  up. Through the gathering each replica receives the gradient of its own embeddings from all replicas;
- gradients are added up before they are clipped, so that the limit is on the norm of the complete gradient;
- batch normalisation uses the moments of the complete batch.

A replica is one device with a copy of the network. With one replica nothing here adds an operation to a step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from siamese.errors import UserError

Strategy = tf.distribute.Strategy
FEATURE_MAP_AXES = (0, 1, 2)


def count() -> int:
    """Replicas of the strategy in whose scope, or by one of whose replicas, this is called."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def gather(part: tf.Tensor) -> tf.Tensor:
    """The parts (n, ...) of all replicas, one after the other; differentiable. For a replica."""
    return tf.distribute.get_replica_context().all_gather(part, axis=0) if count() > 1 else part


def add_up(tensors: Sequence[tf.Tensor]) -> Sequence[tf.Tensor]:
    """The sum of each tensor over all replicas. For a replica."""
    if count() == 1:
        return tensors
    return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, list(tensors))


def moments(maps: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Mean and variance (c,) of feature maps (batch, h, w, c) over all replicas, and how many numbers each is of.

    The variance is that within the replicas plus that of their means: unlike the mean square minus the squared mean,
    it loses no digits where the mean is large. For a replica; the parts of all have one size.
    """
    means, variances = tf.unstack(gather(tf.stack(tf.nn.moments(maps, FEATURE_MAP_AXES))[None]), num=2, axis=1)
    mean = tf.reduce_mean(means, axis=0)
    numbers = count() * tf.reduce_prod(tf.shape(maps)[:-1])
    return mean, tf.reduce_mean(variances + (means - mean) ** 2, axis=0), tf.cast(numbers, tf.float32)


def of_this_machine(drawings: int) -> Strategy:
    """The one device there is, or as many GPUs as divide a batch of this many drawings evenly."""
    gpus = tf.config.list_logical_devices("GPU")
    usable = max((n for n in range(1, len(gpus) + 1) if drawings % n == 0), default=1)
    if usable == 1:
        return tf.distribute.get_strategy()
    return tf.distribute.MirroredStrategy([gpu.name for gpu in gpus[:usable]])


class Replicas:
    """All replicas of a strategy, and those of this process.

    number: of all; part: the drawings of a batch that this process trains on; chief: whether replica 0 is among its
    own. Raises UserError when a batch of this many drawings cannot be divided evenly.
    """

    def __init__(self, strategy: Strategy, drawings: int):
        self.strategy, self.number = strategy, strategy.num_replicas_in_sync
        if drawings % self.number:
            raise UserError(
                f"A batch of {drawings} drawings cannot be divided evenly among {self.number} devices: "
                "use a number of devices that divides it."
            )
        self._each = drawings // self.number
        own: list[int] = [] if self.number > 1 else [0]
        if self.number > 1:
            self._distribute(lambda number: own.append(number) or np.zeros(1))
        self._first = min(own)
        self.part = slice(self._first * self._each, (self._first + len(own)) * self._each)
        self.chief = self._first == 0

    def divide(self, drawings: np.ndarray) -> Any:
        """The drawings of this process's part, divided among its replicas."""
        if self.number == 1:
            return tf.constant(drawings)
        return self._distribute(lambda number: drawings[(number - self._first) * self._each :][: self._each])

    def run(self, step: Callable[..., tuple[tf.Tensor, ...]], *inputs: Any) -> tuple[tf.Tensor, ...]:
        """Run a step by all replicas; the result of this process's first."""
        if self.number == 1:
            return step(*inputs)
        results = self.strategy.run(step, inputs)
        return tuple(self.strategy.experimental_local_results(result)[0] for result in results)

    def _distribute(self, value: Callable[[int], np.ndarray]) -> Any:
        return self.strategy.experimental_distribute_values_from_function(
            lambda context: tf.constant(value(context.replica_id_in_sync_group))
        )
