"""Join columns, which are equal narrow networks, to one network, and split it again.

The network is trained as columns (`config.TrainConfig.columns`) that share only the batches and the limit on the
gradient's norm. The joined network has the columns' kernels as blocks on the diagonal of its own and zeros elsewhere;
its logit is the sum of the columns' logits. `Matcher` runs the columns; exports contain the joined network. Tensors
have the names of `weights.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from siamese.config import TwinConfig

Tensors = dict[str, np.ndarray]


def join(columns: Sequence[Tensors], config: TwinConfig) -> Tensors:
    """The tensors of one network from those of its columns, each a twin of this `config`."""
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
    dense = _on_the_diagonal([_by_position(column["embedding.kernel"], config) for column in columns])
    return joined | {"embedding.kernel": dense.reshape(-1, dense.shape[-1])}


def split(joined: Tensors, config: TwinConfig, columns: int) -> list[Tensors]:
    """The tensors of each column, a twin of this `config`, from those of the joined network."""
    if columns == 1:
        return [joined]
    dense = _by_position(
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
    """Names of the convolutions after the first, whose inputs are feature maps."""
    return [f"conv{i}.kernel" for i in range(2, len(config.filters) + 1)]


def _by_position(kernel: np.ndarray, config: TwinConfig) -> np.ndarray:
    """The dense layer's kernel (positions * maps, embedding) -> (positions, maps, embedding)."""
    return kernel.reshape(config.feature_side() ** 2, config.filters[-1], -1)


def _on_the_diagonal(kernels: Sequence[np.ndarray]) -> np.ndarray:
    """Kernels (..., in, out) -> one (..., sum of in, sum of out) that is zero off the diagonal."""
    *window, inputs, outputs = kernels[0].shape
    joined = np.zeros((*window, len(kernels) * inputs, len(kernels) * outputs), kernels[0].dtype)
    for i, kernel in enumerate(kernels):
        joined[..., i * inputs : (i + 1) * inputs, i * outputs : (i + 1) * outputs] = kernel
    return joined


def _block(kernel: np.ndarray, i: int, columns: int) -> np.ndarray:
    """The i-th kernel on the diagonal."""
    return np.split(np.split(kernel, columns, axis=-2)[i], columns, axis=-1)[i]
