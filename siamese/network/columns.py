"""Networks side by side as one: every kernel holds theirs on its diagonal, and its logit is the sum of theirs.

The network is trained as narrow columns (`config.TrainConfig.columns`), which share nothing but the batches and the limit on
the gradient's norm, and runs as Koch's one network. Tensors are by name as in `weights.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from siamese.config import TwinConfig

Tensors = dict[str, np.ndarray]


def join(columns: Sequence[Tensors], config: TwinConfig) -> Tensors:
    """One network out of columns that are each of this `config`."""
    if len(columns) == 1:
        return columns[0]
    joined = {
        name: np.concatenate([column[name] for column in columns]) for name in columns[0] if name.endswith(".bias")
    }
    joined["head.kernel"] = np.concatenate([column["head.kernel"] for column in columns])
    joined["head.bias"] = np.sum([column["head.bias"] for column in columns], axis=0)
    joined["conv1.kernel"] = np.concatenate([column["conv1.kernel"] for column in columns], axis=-1)
    for name in _inner(config):
        joined[name] = _on_the_diagonal([column[name] for column in columns])
    dense = _on_the_diagonal([_by_place(column["embedding.kernel"], config) for column in columns])
    return joined | {"embedding.kernel": dense.reshape(-1, dense.shape[-1])}


def split(joined: Tensors, config: TwinConfig, columns: int) -> list[Tensors]:
    """The columns, each of this `config`, that were joined."""
    if columns == 1:
        return [joined]
    dense = _by_place(
        joined["embedding.kernel"],
        TwinConfig(tuple(columns * count for count in config.filters), config.kernels, config.embedding),
    )
    parts = []
    for i in range(columns):
        part = {
            name: np.split(tensor, columns)[i]
            for name, tensor in joined.items()
            if name.endswith(".bias") and name != "head.bias"
        }
        part["head.kernel"] = np.split(joined["head.kernel"], columns)[i]
        part["head.bias"] = joined["head.bias"] / columns
        part["conv1.kernel"] = np.split(joined["conv1.kernel"], columns, axis=-1)[i]
        for name in _inner(config):
            part[name] = _block(joined[name], i, columns)
        block = _block(dense, i, columns)
        parts.append(part | {"embedding.kernel": block.reshape(-1, block.shape[-1])})
    return parts


def _inner(config: TwinConfig) -> list[str]:
    """Names of the convolutions that see feature maps."""
    return [f"conv{i}.kernel" for i in range(2, len(config.filters) + 1)]


def _by_place(kernel: np.ndarray, config: TwinConfig) -> np.ndarray:
    """The dense layer's kernel (places * maps, embedding) -> (places, maps, embedding)."""
    return kernel.reshape(config.feature_side() ** 2, config.filters[-1], -1)


def _on_the_diagonal(kernels: Sequence[np.ndarray]) -> np.ndarray:
    """(..., in, out) each -> (..., sum of in, sum of out), zero where one's inputs would meet another's outputs."""
    *places, inputs, outputs = kernels[0].shape
    joined = np.zeros((*places, len(kernels) * inputs, len(kernels) * outputs), kernels[0].dtype)
    for i, kernel in enumerate(kernels):
        joined[..., i * inputs : (i + 1) * inputs, i * outputs : (i + 1) * outputs] = kernel
    return joined


def _block(kernel: np.ndarray, i: int, columns: int) -> np.ndarray:
    return np.split(np.split(kernel, columns, axis=-2)[i], columns, axis=-1)[i]
