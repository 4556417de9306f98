"""Weights on disk: safetensors, checked before and after reading; column by column, dense layers of low rank.

A weights file `koch.safetensors` has its record `koch.json` beside it: how it was made, what it reached, and its
sha256. Nothing here can run code from a file.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import operator
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from siamese.config import TwinConfig
from siamese.errors import UserError
from siamese.network.columns import Tensors, join

LARGEST = 200_000_000
"""Bytes; Koch's network in float32 takes 156 MB."""
LEFT, RIGHT = "embedding.kernel.left", "embedding.kernel.right"
RECORD_KEYS = ("sha256", "twin", "trained_on", "temperature", "none_threshold")


class WeightsError(UserError):
    """A file that is not weights of this network; the text says why and what to do."""


@dataclasses.dataclass(frozen=True)
class Weights:
    """A network's weights, column by column, and the record beside them.

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
    """The same tensors with the dense layer as a product of two, the best there is for these inputs of the layer.

    inputs: float32 (drawings, 9216), of training drawings. Among all kernels of this rank the product changes the
    layer's outputs least in the mean square, each output weighed by how much it moves the similarity: outputs are
    projected on the first principal components of what they do on the drawings, about their mean, which the bias keeps.
    """
    kernel, bias = tensors["embedding.kernel"], tensors["embedding.bias"]
    outputs = inputs @ kernel
    mean = outputs.mean(axis=0)
    embedding = 1 / (1 + np.exp(-(outputs + bias)))
    slope = np.sqrt(np.mean((embedding * (1 - embedding)) ** 2, axis=0))
    influence = np.maximum(np.abs(tensors["head.kernel"]) * slope, 1e-12)
    influence = np.maximum(influence, 1e-3 * influence.max())  # a dead output must not blow up when weighed back
    weighed = (outputs - mean) * influence
    components = np.linalg.eigh(weighed.T @ weighed)[1][:, ::-1][:, :rank]
    left = (kernel * influence) @ components
    right = components.T / influence
    result = {name: tensor for name, tensor in tensors.items() if name != "embedding.kernel"}
    # Both factors alike in size, so that float16 serves both.
    balance = np.sqrt(np.abs(right).max(axis=1) / np.maximum(np.abs(left).max(axis=0), 1e-12))
    result[LEFT], result[RIGHT] = left * balance, right / balance[:, None]
    result["embedding.bias"] = bias + mean - (inputs.mean(axis=0) @ left) @ right
    return result


def side_by_side(columns: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Tensors of several columns for one file, whose record says how many `columns` there are."""
    return {
        f"{_prefix(i, len(columns))}{name}": tensor
        for i, column in enumerate(columns)
        for name, tensor in column.items()
    }


def _prefix(i: int, columns: int) -> str:
    return "" if columns == 1 else f"column{i + 1}."


def save(file: pathlib.Path, tensors: dict[str, np.ndarray], record: dict[str, Any]) -> None:
    """Write tensors as float16 and the record beside them, completed by the file's sha256."""
    content = safetensors.numpy.save({name: np.ascontiguousarray(t, dtype=np.float16) for name, t in tensors.items()})
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    written = {"sha256": hashlib.sha256(content).hexdigest(), **record}
    file.with_suffix(".json").write_text(json.dumps(written, indent=1) + "\n")


def load(file: pathlib.Path) -> Weights:
    """Read and check a weights file. Raises WeightsError with one sentence for anything that is wrong."""
    if not file.name:
        raise WeightsError(f"{file} is a folder: name a .safetensors file.")
    record = _read_record(file)
    config = _twin_config(record["twin"], file)
    if not file.is_file():
        raise WeightsError(f"{file} is missing: restore it from the project's repository.")
    if file.stat().st_size > LARGEST:
        raise WeightsError(
            f"{file} has {file.stat().st_size:,} bytes; weights of this network never exceed {LARGEST:,}."
        )
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != record["sha256"]:
        raise WeightsError(
            f"{file} does not have the sha256 of its record: it is damaged or belongs to another record; restore both."
        )
    return Weights(config, _read_columns(content, config, record.get("columns", 1), file), record)


def _read_record(file: pathlib.Path) -> dict[str, Any]:
    source = file.with_suffix(".json")
    try:
        record = json.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise WeightsError(
            f"{source}, the record of the weights, cannot be read ({error.strerror}): keep it beside {file.name}."
        ) from error
    except ValueError as error:
        raise WeightsError(f"{source} is not the record of a weights file: {error}.") from error
    if isinstance(record, dict) and "framed" in record:  # the name of this field in records of earlier versions
        record.setdefault("normalised", record.pop("framed"))
    missing = [key for key in RECORD_KEYS if not isinstance(record, dict) or key not in record]
    if missing:
        raise WeightsError(f"{source} lacks {', '.join(missing)}: it is not the record of a weights file.")
    for key, least in (("temperature", "above 0"), ("none_threshold", "of 0 or more")):
        value = record[key]
        if (
            not isinstance(value, (int, float))
            or not np.isfinite(value)
            or value < 0
            or (key == "temperature" and value == 0)
        ):
            raise WeightsError(f"{source} gives {value!r} as {key}; it must be a number {least}.")
    return record


def _column_config(config: TwinConfig, columns: Any, file: pathlib.Path) -> TwinConfig:
    try:
        return config.column(operator.index(columns))
    except (TypeError, ValueError) as error:
        raise WeightsError(f"The record of {file} does not describe columns: {error}") from error


def _twin_config(twin: Any, file: pathlib.Path) -> TwinConfig:
    try:
        return TwinConfig(tuple(map(int, twin["filters"])), tuple(map(int, twin["kernels"])), int(twin["embedding"]))
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"The record of {file} does not describe a twin: {error}.") from error


def _read_columns(content: bytes, config: TwinConfig, columns: Any, file: pathlib.Path) -> tuple[Tensors, ...]:
    column = _column_config(config, columns, file)
    try:
        tensors = safetensors.numpy.load(content)
    except (safetensors.SafetensorError, ValueError, KeyError) as error:
        raise WeightsError(f"{file} is not a safetensors file: {error}.") from error
    prefixes = [_prefix(i, columns) for i in range(columns)]
    expected = {}
    for prefix in prefixes:
        own = shapes(column)
        if (left := tensors.get(prefix + LEFT)) is not None:
            wide, narrow = own.pop("embedding.kernel")
            rank = left.shape[-1] if left.ndim else 0
            own |= {LEFT: (wide, rank), RIGHT: (rank, narrow)}
        expected |= {prefix + name: shape for name, shape in own.items()}
    if tensors.keys() != expected.keys():
        wrong = sorted(tensors.keys() ^ expected.keys())
        raise WeightsError(f"{file} has other tensors than this network: {', '.join(wrong[:4])} missing or too many.")
    for name, shape in expected.items():
        if tensors[name].shape != shape or tensors[name].dtype not in (np.float16, np.float32):
            raise WeightsError(
                f"{file}: {name} is {tensors[name].dtype} {tensors[name].shape}, this network needs floats {shape}."
            )
        if not np.isfinite(tensors[name]).all():
            raise WeightsError(
                f"{file}: {name} holds values that are not finite numbers; the training that wrote it had failed."
            )
    tensors = {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
    parts = [
        {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)} for prefix in prefixes
    ]
    for part in parts:
        if LEFT in part:
            part["embedding.kernel"] = part.pop(LEFT) @ part.pop(RIGHT)
    return tuple(parts)
