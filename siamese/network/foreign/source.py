"""One file of another program's weights -> weights of ours, with a record that says what is not known."""

from __future__ import annotations

import hashlib
import json
import pathlib
import re
import tempfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import safetensors

from siamese.config import TwinConfig
from siamese.network import weights
from siamese.network.columns import Tensors
from siamese.network.foreign import keras_file, layers
from siamese.network.foreign.layers import CONVERT, Named
from siamese.network.weights_record import WeightsError

ORIGIN = "trained elsewhere: which characters it was trained on is not known"
HDF5, ZIP = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04"
MAX_TENSORS, MAX_RANK = 200, 4
HASHED_BYTES = 8_000_000
"""At once."""
READABLE_TYPES = ("F16", "F32", "F64")


def read(
    file: pathlib.Path, ink: float = 0.0, paper: float = 1.0, names: Mapping[str, str] | None = None, shown: str = ""
) -> weights.Weights:
    """The weights in a `.h5`, `.keras` or `.safetensors` file. Raises WeightsError.

    ink, paper: the values that these had in the drawings the network was trained on; both articles have black ink on
    white paper. names: for PyTorch, from our names of tensors (conv1.kernel, conv1.bias, ..., head.bias) to the file's;
    without it, layers are taken in the order of their names. shown: how messages name the file.
    """
    shown = shown or str(file)
    if ink == paper:
        raise WeightsError(f"Ink and paper are both {ink:g}: give the two values that drawings had in training.")
    try:
        if not file.is_file():
            raise WeightsError(f"{shown} is not a file. {CONVERT}")
        if file.stat().st_size > keras_file.MAX_SOURCE_BYTES:
            raise WeightsError(f"{shown} has more than 600 MB: save the weights alone, without the optimiser.")
        with file.open("rb") as opened:
            start = opened.read(len(HDF5))
        with tempfile.TemporaryDirectory(prefix="weights-") as folder:
            config, tensors = _read(file, start, pathlib.Path(folder), names, shown)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name or content is damaged"
        raise WeightsError(f"{shown} cannot be read: {reason}.") from error
    with np.errstate(over="ignore", invalid="ignore"):
        tensors = layers.with_input(tensors, ink, paper)
    if not all(np.isfinite(tensors[name]).all() for name in ("conv1.kernel", "conv1.bias")):
        raise WeightsError(f"{shown}: its first convolution is too large for these values of ink and paper.")
    return weights.Weights(config, (tensors,), _record(config, file))


def write(imported: weights.Weights, target: pathlib.Path) -> None:
    """Write imported weights, in float32, and their record next to them. Raises WeightsError."""
    if target.suffix != ".safetensors":
        raise WeightsError(f"{target} does not end in .safetensors: add it; the record goes to a .json file beside it.")
    for file in (target, target.with_suffix(".json")):
        if file.exists():
            raise WeightsError(f"{file} already exists: choose another name with --to or move it away.")
    try:
        weights.save(target, imported.columns[0], imported.record, np.float32)
    except OSError as error:
        raise WeightsError(f"{target} cannot be written: {error.strerror or error}.") from error


def _read(
    file: pathlib.Path, start: bytes, folder: pathlib.Path, names: Mapping[str, str] | None, shown: str
) -> tuple[TwinConfig, Tensors]:
    if start == HDF5:
        named, description = keras_file.read_h5(file, folder, shown)
        layers.check_description(description, shown)
        return layers.from_keras(named, shown)
    if start.startswith(ZIP):
        named, description = keras_file.read_keras(file, folder, shown)
        layers.check_description(description, shown)
        return layers.from_keras(named, shown)
    return layers.from_pytorch(_read_safetensors(file, start, names, shown), shown)


def _read_safetensors(file: pathlib.Path, start: bytes, names: Mapping[str, str] | None, shown: str) -> Named:
    header_bytes = int.from_bytes(start, "little")
    if not 2 <= header_bytes <= min(weights.MAX_HEADER_BYTES, file.stat().st_size):
        raise WeightsError(f"{shown} holds no weights. {CONVERT}")
    tensors = {}
    try:
        with safetensors.safe_open(file, framework="numpy") as opened:
            present, size = list(opened.keys()), 0
            if "conv1.kernel" in present or "column1.conv1.kernel" in present:
                raise WeightsError(f"{shown} is a weights file of this program already: use it with its .json record.")
            if len(present) > MAX_TENSORS:
                raise WeightsError(f"{shown} is not Koch's network: it has {len(present):,} tensors. {CONVERT}")
            for name in sorted(present, key=_natural):
                part = opened.get_slice(name)
                shape, kind = part.get_shape(), part.get_dtype()
                if name.endswith("num_batches_tracked"):
                    continue
                if kind not in READABLE_TYPES or len(shape) > MAX_RANK:
                    raise WeightsError(f"{shown}: {name[:60]!r} is {kind} {shape[:5]}; save all weights as float32.")
                size += int(np.prod(shape, dtype=np.float64)) * 4
                if size > weights.MAX_FILE_BYTES:
                    raise WeightsError(f"{shown} has more than 200 MB of weights, and Koch's network 156 MB.")
                with np.errstate(over="ignore"):
                    tensors[name] = np.asarray(opened.get_tensor(name), np.float32)
    except (safetensors.SafetensorError, ValueError, TypeError, KeyError) as error:
        raise WeightsError(f"{shown} holds no weights that can be read. {CONVERT}") from error
    if names is not None:
        return layers.renamed(tensors, names, shown)
    return list(tensors.items())


def _natural(name: str) -> list[tuple[str, int]]:
    """Sorts conv.2 before conv.10."""
    return [(text, int(number or -1)) for text, number in re.findall(r"(\D+)(\d{0,9})", name)]


def read_names(file: pathlib.Path) -> dict[str, str]:
    """A map of names from a JSON file. Raises WeightsError."""
    try:
        names = json.loads(weights.read_regular(file, weights.MAX_HEADER_BYTES))
    except OSError as error:
        raise WeightsError(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"{file} is not valid JSON.") from error
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        raise WeightsError(f'{file} is not a map of names, such as {{"conv1.kernel": "conv.0.weight", ...}}.')
    return names


def _record(config: TwinConfig, file: pathlib.Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(HASHED_BYTES):
            digest.update(piece)
    return {
        "origin": ORIGIN,
        "source_sha256": digest.hexdigest(),
        "twin": {"filters": list(config.filters), "kernels": list(config.kernels), "embedding": config.embedding},
        "columns": 1,
        "normalised": False,
        "trained_on": None,
        "temperature": 1.0,
        "none_threshold": 0.0,
        "same_threshold": None,
    }
