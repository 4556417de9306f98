"""The outputs of every block of the twin for one drawing, in NumPy and float32, and how one of them comes about.

For looking inside: `Matcher` computes the same in TensorFlow, many drawings at a time, in the machine's fastest
precision. A test compares both.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from siamese.evaluation.probability import sigmoid
from siamese.network.columns import Tensors
from siamese.network.weights import Weights

POOL = 2
"""Side of the window of max-pooling, which moves by as much."""


@dataclasses.dataclass(frozen=True)
class Output:
    """How one output of a block comes about.

    inputs: what it is computed from, float32: the window (h, w, maps) of a feature map, or (n,) for the embedding.
    kernel: the weights, of the same shape, and bias: None and 0 for max-pooling. value: the output itself.
    """

    inputs: np.ndarray
    kernel: np.ndarray | None
    bias: float
    value: float

    @property
    def weighted_sum(self) -> float:
        """The sum of all products of inputs and weights."""
        return 0.0 if self.kernel is None else float((self.inputs.astype(np.float64) * self.kernel).sum())


def feature_maps(weights: Weights, drawing: np.ndarray) -> dict[str, np.ndarray]:
    """Outputs by the name of the block (`architecture.blocks`), for a drawing (105, 105) as the twin receives it.

    Feature maps are float32 (h, w, maps) after the ReLU, those of the columns one after the other; the embedding is
    float32 (d,).
    """
    parts = [_column_maps(column, drawing.astype(np.float32), weights) for column in weights.columns]
    return {"drawing": parts[0]["drawing"]} | {
        name: np.concatenate([part[name] for part in parts], axis=-1) for name in parts[0] if name != "drawing"
    }


def output(weights: Weights, maps: dict[str, np.ndarray], block: str, place: tuple[int, ...]) -> Output:
    """How the output of a block (conv1, pool1, ..., embedding) at (row, column, map), or at (value,), comes about."""
    column, own = _column_of(weights, maps[block].shape[-1], place[-1])
    inputs = _own_maps(weights, maps[_input_of(weights, block)], column)
    value = float(maps[block][place])
    if block.startswith("pool"):
        row, col = POOL * place[0], POOL * place[1]
        return Output(inputs[row : row + POOL, col : col + POOL, own : own + 1], None, 0.0, value)
    tensors = weights.columns[column]
    kernel, bias = tensors[f"{block}.kernel"][..., own], float(tensors[f"{block}.bias"][own])
    if block == "embedding":
        return Output(inputs.ravel(), kernel, bias, value)
    row, col = place[0], place[1]
    return Output(inputs[row : row + kernel.shape[0], col : col + kernel.shape[1]], kernel, bias, value)


def filters(weights: Weights, block: str, number: int) -> np.ndarray:
    """The filter (side, side, inputs) of one map of a convolution."""
    column, own = _column_of(weights, weights.config.filters[int(block.removeprefix("conv")) - 1], number)
    return weights.columns[column][f"{block}.kernel"][..., own]


def _column_maps(tensors: Tensors, drawing: np.ndarray, weights: Weights) -> dict[str, np.ndarray]:
    maps = {"drawing": drawing[..., None]}
    x, layers = maps["drawing"], len(weights.config.filters)
    for i in range(1, layers + 1):
        x = maps[f"conv{i}"] = np.maximum(_convolve(x, tensors[f"conv{i}.kernel"]) + tensors[f"conv{i}.bias"], 0)
        if i < layers:
            x = maps[f"pool{i}"] = _pool(x)
    maps["embedding"] = sigmoid(x.ravel() @ tensors["embedding.kernel"] + tensors["embedding.bias"])
    return maps


def _convolve(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Maps (h, w, i) with a kernel (k, k, i, o), without padding -> (h - k + 1, w - k + 1, o)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], axis=(0, 1))  # (h', w', i, k, k)
    return np.tensordot(windows, kernel.transpose(2, 0, 1, 3), 3)


def _pool(x: np.ndarray) -> np.ndarray:
    height, width, maps = x.shape
    return (
        x[: height // POOL * POOL, : width // POOL * POOL]
        .reshape(height // POOL, POOL, width // POOL, POOL, maps)
        .max(axis=(1, 3))
    )


def _input_of(weights: Weights, block: str) -> str:
    """The name of the block before this one."""
    if block == "embedding":
        return f"conv{len(weights.config.filters)}"
    number = int(block[-1])
    if block.startswith("pool"):
        return f"conv{number}"
    return f"pool{number - 1}" if number > 1 else "drawing"


def _column_of(weights: Weights, width: int, number: int) -> tuple[int, int]:
    """The column of a map or value of a block that is this wide, and its number in that column."""
    return divmod(number, width // len(weights.columns))


def _own_maps(weights: Weights, maps: np.ndarray, column: int) -> np.ndarray:
    """Those of the maps (h, w, n) that a column reads: the drawing, or its own."""
    return maps if maps.shape[-1] == 1 else np.split(maps, len(weights.columns), axis=-1)[column]
