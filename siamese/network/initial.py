"""Initial weights of a network in training: `config.INITIAL_WEIGHTS` says what each kind is."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

HEAD_SUM, HEAD_BIAS = -16.0, 2.0
"""A head whose logit is 2 for equal embeddings and falls with their distance, wherever they differ."""
BIAS_MEAN, SPREAD = 0.5, 0.01
"""Mean of the paper's biases; standard deviation of its biases and convolutional kernels (section 3.2)."""
PAPER_DENSE_SPREAD = 0.2
"""Standard deviation of the kernels of the paper's dense layers."""


def initialise(kind: str, columns: list[keras.Model], head: tf.Variable, bias: tf.Variable, seed: int) -> None:
    """Give twins as Keras made them, a head (columns, d) and its biases (columns,) their initial weights."""
    rng, width = np.random.default_rng(seed), head.shape[1]
    if kind == "distance":
        head.assign(tf.fill(head.shape, HEAD_SUM / width))
        bias.assign(tf.fill(bias.shape, HEAD_BIAS))
    elif kind == "keras":
        limit = np.sqrt(6 / (width + 1))  # Glorot uniform, from `width` inputs to one output
        head.assign(rng.uniform(-limit, limit, head.shape))
        bias.assign(tf.zeros(bias.shape))
    else:
        dense = PAPER_DENSE_SPREAD if kind == "paper" else SPREAD
        for layer in [layer for column in columns for layer in column.layers if hasattr(layer, "kernel")]:
            spread = SPREAD if layer.name.startswith("conv") else dense
            layer.kernel.assign(rng.normal(0, spread, layer.kernel.shape))
            layer.bias.assign(rng.normal(BIAS_MEAN, SPREAD, layer.bias.shape))
        head.assign(rng.normal(0, dense, head.shape))
        bias.assign(rng.normal(BIAS_MEAN, SPREAD, bias.shape))
