"""Weights on disk: safetensors, checked before and after reading; column by column, dense layers of low rank.

A weights file `koch.safetensors` comes with its record `koch.json` (`weights_record.py`). Nothing here can run code
from a file.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from siamese.config import TwinConfig
from siamese.evaluation.probability import sigmoid
from siamese.network.columns import Tensors, join
from siamese.network.weights_record import WeightsError, read_record, twin_of
from siamese.reading import read_regular

MAX_FILE_BYTES = 200_000_000
"""Koch's network takes 156 MB in float32."""
MAX_HEADER_BYTES = 1_000_000
"""Of a safetensors file: names, shapes and types. Ours take 5 KB."""
LEFT, RIGHT = "embedding.kernel.left", "embedding.kernel.right"


@dataclasses.dataclass(frozen=True)
class Weights:
    """A network's weights, column by column, and their record.

    config: the twin that the columns form together. columns: for each column its tensors, float32 by name
    (conv1.kernel, conv1.bias, ..., embedding.kernel, embedding.bias, head.kernel, head.bias), of the shapes of
    `config.column`.
    """

    config: TwinConfig
    columns: tuple[Tensors, ...]
    record: dict[str, Any]

    @property
    def column_config(self) -> TwinConfig:
        """The twin of one column."""
        return self.config.column(len(self.columns))

    def joined(self) -> Tensors:
        """Tensors of one network of `config` with the same function: 156 MB at Koch's size, three quarters zeros."""
        return join(self.columns, self.column_config)


def shapes(config: TwinConfig) -> dict[str, tuple[int, ...]]:
    """Name and shape of every tensor of the network."""
    expected: dict[str, tuple[int, ...]] = {}
    channels = 1
    for i, (filters, kernel) in enumerate(zip(config.filters, config.kernels, strict=True), start=1):
        expected[f"conv{i}.kernel"], expected[f"conv{i}.bias"] = (kernel, kernel, channels, filters), (filters,)
        channels = filters
    expected["embedding.kernel"] = (config.feature_side() ** 2 * channels, config.embedding)
    expected["embedding.bias"] = expected["head.kernel"] = (config.embedding,)
    return expected | {"head.bias": (1,)}


def low_rank(tensors: dict[str, np.ndarray], inputs: np.ndarray, rank: int) -> dict[str, np.ndarray]:
    """The same tensors with the dense layer's kernel as a product of two of this rank, optimal for these inputs.

    inputs: float32 (drawings, 9216), the layer's inputs for training drawings. Among all kernels of this rank the
    product changes the layer's outputs least in the mean square, each output weighted by its influence on the
    similarity: the outputs are projected on their first principal components, about their mean, which the bias keeps.
    """
    kernel, bias = tensors["embedding.kernel"], tensors["embedding.bias"]
    outputs = inputs @ kernel
    mean = outputs.mean(axis=0)
    embedding = sigmoid(outputs + bias)
    slope = np.sqrt(np.mean((embedding * (1 - embedding)) ** 2, axis=0))
    influence = np.maximum(np.abs(tensors["head.kernel"]) * slope, 1e-12)
    influence = np.maximum(influence, 1e-3 * influence.max())  # dividing by it must not enlarge a dead output
    weighted = (outputs - mean) * influence
    components = np.linalg.eigh(weighted.T @ weighted)[1][:, ::-1][:, :rank]
    left = (kernel * influence) @ components
    right = components.T / influence
    result = {name: tensor for name, tensor in tensors.items() if name != "embedding.kernel"}
    # Both factors of the same size, so that float16 suffices for both.
    balance = np.sqrt(np.abs(right).max(axis=1) / np.maximum(np.abs(left).max(axis=0), 1e-12))
    result[LEFT], result[RIGHT] = left * balance, right / balance[:, None]
    result["embedding.bias"] = bias + mean - (inputs.mean(axis=0) @ left) @ right
    return result


def side_by_side(columns: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Tensors of several columns for one file; its record gives the number of `columns`."""
    return {
        f"{_prefix(i, len(columns))}{name}": tensor
        for i, column in enumerate(columns)
        for name, tensor in column.items()
    }


def _prefix(i: int, columns: int) -> str:
    return "" if columns == 1 else f"column{i + 1}."


def save(
    file: pathlib.Path, tensors: dict[str, np.ndarray], record: dict[str, Any], dtype: type[np.floating] = np.float16
) -> None:
    """Write tensors, as float16 by default, and the record with the file's sha256 to a .json file of the same name."""
    content = safetensors.numpy.save({name: np.ascontiguousarray(t, dtype=dtype) for name, t in tensors.items()})
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    written = {"sha256": hashlib.sha256(content).hexdigest(), **record}
    file.with_suffix(".json").write_text(json.dumps(written, indent=1) + "\n")


def load(file: pathlib.Path) -> Weights:
    """Read and check a weights file and its record. Raises WeightsError with one sentence for anything that is wrong.

    Sizes are checked before the tensors are read, and their values afterwards.
    """
    if not file.name:
        raise WeightsError(f"{file} is a folder: name a .safetensors file.")
    source = file.with_suffix(".json")
    record = read_record(source)
    config, column = twin_of(record, source)
    parameters = record["columns"] * sum(math.prod(shape) for shape in shapes(column).values())
    try:
        content = read_regular(file, min(MAX_FILE_BYTES, 4 * parameters + MAX_HEADER_BYTES))
    except FileNotFoundError as error:
        raise WeightsError(f"{file} is missing: restore it from the project's repository.") from error
    except OSError as error:
        raise WeightsError(f"{file} cannot be read as the weights of its record: {error.strerror}.") from error
    if hashlib.sha256(content).hexdigest() != record["sha256"]:
        raise WeightsError(
            f"{file} does not have the sha256 of its record: it is damaged or belongs to another record; restore both."
        )
    return Weights(config, _read_columns(content, column, record["columns"], file), record)


def _read_columns(content: bytes, column: TwinConfig, columns: int, file: pathlib.Path) -> tuple[Tensors, ...]:
    if int.from_bytes(content[:8], "little") > MAX_HEADER_BYTES:
        raise WeightsError(f"{file} is not a safetensors file: its header is too long.")
    try:
        tensors = safetensors.numpy.load(content)
    except (safetensors.SafetensorError, ValueError, KeyError) as error:
        raise WeightsError(f"{file} is not a safetensors file: {error}.") from error
    prefixes = [_prefix(i, columns) for i in range(columns)]
    _check_shapes(tensors, prefixes, column, file)
    for name, tensor in tensors.items():
        if not np.isfinite(tensor).all():
            raise WeightsError(f"{file}: {name} holds values that are not finite numbers; use other weights.")
    parts = []
    for prefix in prefixes:
        part = {
            name.removeprefix(prefix): tensor.astype(np.float32, copy=False)
            for name, tensor in tensors.items()
            if name.startswith(prefix)
        }
        if LEFT in part:
            with np.errstate(over="ignore", invalid="ignore"):
                part["embedding.kernel"] = part.pop(LEFT) @ part.pop(RIGHT)
            if not np.isfinite(part["embedding.kernel"]).all():
                raise WeightsError(
                    f"{file}: the product of {prefix}{LEFT} and {RIGHT} is not finite; use other weights."
                )
        parts.append(part)
    return tuple(parts)


def _check_shapes(
    tensors: dict[str, np.ndarray], prefixes: Sequence[str], column: TwinConfig, file: pathlib.Path
) -> None:
    """Raise WeightsError unless the tensors are those of the columns, in names, shapes and types."""
    expected = {}
    for prefix in prefixes:
        own = shapes(column)
        if (left := tensors.get(prefix + LEFT)) is not None:
            inputs, outputs = own.pop("embedding.kernel")
            rank = left.shape[-1] if left.ndim else 0
            own |= {LEFT: (inputs, rank), RIGHT: (rank, outputs)}
        expected |= {prefix + name: shape for name, shape in own.items()}
    if tensors.keys() != expected.keys():
        wrong = sorted(tensors.keys() ^ expected.keys())
        raise WeightsError(f"{file} has other tensors than this network: {', '.join(wrong[:4])} missing or too many.")
    for name, shape in expected.items():
        if tensors[name].shape != shape or tensors[name].dtype not in (np.float16, np.float32):
            raise WeightsError(
                f"{file}: {name} is {tensors[name].dtype} {tensors[name].shape}, this network needs floats {shape}."
            )
