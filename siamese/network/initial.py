"""Initial weights of a network in training. `config.INITIAL_WEIGHTS` describes each kind."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

HEAD_SUM, HEAD_BIAS = -16.0, 2.0
"""A head that is a distance: its logit is 2 for equal embeddings and falls by up to 16 as they differ."""
SPREAD = 0.01
"""Standard deviation of the paper's biases and convolutional kernels (section 3.2)."""
BIAS_MEAN = 0.5
"""Mean of the paper's biases."""
PAPER_DENSE_SPREAD = 0.2
"""Standard deviation of the kernels of the paper's dense layers."""


def initialise(kind: str, columns: list[keras.Model], head: tf.Variable, bias: tf.Variable, seed: int) -> None:
    """Set the initial weights of twins as Keras made them, of a head (columns, d) and of its biases (columns,)."""
    rng, width = np.random.default_rng(seed), head.shape[1]
    if kind in ("paper", "walkthrough"):
        for layer in [layer for column in columns for layer in column.layers if hasattr(layer, "kernel")]:
            spread = PAPER_DENSE_SPREAD if kind == "paper" and not layer.name.startswith("conv") else SPREAD
            layer.kernel.assign(rng.normal(0, spread, layer.kernel.shape))
            if kind == "paper" or layer.name != "conv1":
                layer.bias.assign(rng.normal(BIAS_MEAN, SPREAD, layer.bias.shape))
    if kind == "distance":
        head.assign(tf.fill(head.shape, HEAD_SUM / width))
    elif kind == "paper":
        head.assign(rng.normal(0, PAPER_DENSE_SPREAD, head.shape))
    else:
        limit = np.sqrt(6 / (width + 1))  # Glorot uniform, from `width` inputs to one output
        head.assign(rng.uniform(-limit, limit, head.shape))
    if kind == "distance":
        bias.assign(tf.fill(bias.shape, HEAD_BIAS))
    elif kind == "keras":
        bias.assign(tf.zeros(bias.shape))
    else:
        bias.assign(rng.normal(BIAS_MEAN, SPREAD, bias.shape))
