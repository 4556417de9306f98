"""Model files that are not weights of ours: other formats, records and headers that lie, tensors that do not fit.

A case is the bytes of the weights file and its record. The record gets the right sha256, so that only the rest is
wrong.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import math
import os
import pathlib
import pickle
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import safetensors.numpy

from siamese.network import weights
from tests import drawn

Tensors = dict[str, np.ndarray]
MARKER = "CODE-FROM-A-MODEL-RAN"
"""Name of the file that a payload would make."""


class _Payload:
    """Pickled, it runs a command when it is loaded."""

    def __reduce__(self) -> tuple:
        return os.system, (f"touch {MARKER}",)


def tensors() -> Tensors:
    """Valid weights of the tiny twin, float16."""
    rng = np.random.default_rng(0)
    return {name: rng.normal(0, 0.2, shape).astype(np.float16) for name, shape in weights.shapes(drawn.TINY).items()}


def record(**changes: Any) -> dict[str, Any]:
    """A valid record of the tiny twin, with these changes; `...` leaves an entry out."""
    complete = {
        "twin": dataclasses.asdict(drawn.TINY),
        "trained_on": {"alphabets": ["Greek"], "scripts": ["Greek"]},
        "temperature": 1.5,
        "none_threshold": 0.4,
    }
    return {key: value for key, value in (complete | changes).items() if value is not ...}


def write(file: pathlib.Path, content: bytes, text: str | dict[str, Any]) -> None:
    """Write a case: the weights and their record, a dict with the right sha256 or any text."""
    file.write_bytes(content)
    if isinstance(text, dict):
        text = json.dumps({"sha256": hashlib.sha256(content).hexdigest(), **text})
    file.with_suffix(".json").write_text(text)


def good() -> bytes:
    return safetensors.numpy.save(tensors())


def _with_header(change: Callable[[dict], None]) -> bytes:
    content = good()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + content[8 + length :]


def _first(header: dict) -> dict:
    return header[next(name for name in header if name != "__metadata__")]


def _save(change: Callable[[Tensors], Tensors]) -> bytes:
    return safetensors.numpy.save(change(tensors()))


def _npz(**arrays: Any) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def _zip(name: str, data: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return content.getvalue()


def _low_rank(left: np.ndarray, right: np.ndarray) -> bytes:
    rest = {name: tensor for name, tensor in tensors().items() if name != "embedding.kernel"}
    return safetensors.numpy.save(rest | {weights.LEFT: left, weights.RIGHT: right})


_LONG = "[" * 200_000
CASES: dict[str, tuple[Callable[[], bytes], str | dict[str, Any]]] = {
    # Other formats, some with code in them
    "empty": (lambda: b"", record()),
    "text": (lambda: b"weights", record()),
    "pickle with a command": (lambda: pickle.dumps(_Payload()), record()),
    "npy with a pickled command": (lambda: _npz(a=np.array([_Payload()], dtype=object)), record()),
    "npz": (lambda: _npz(**tensors()), record()),
    "torch archive with a command": (lambda: _zip("archive/data.pkl", pickle.dumps(_Payload())), record()),
    "keras archive with a Lambda": (
        lambda: _zip("config.json", b'{"class_name": "Lambda", "config": {"function": "__import__(\'os\')"}}'),
        record(),
    ),
    "zip bomb": (lambda: _zip("a", bytes(50_000_000)), record()),
    "HDF5": (lambda: b"\x89HDF\r\n\x1a\n" + bytes(2000), record()),
    "ONNX": (lambda: b"\x08\x07\x12\x07pytorch" + bytes(100), record()),
    "SavedModel": (lambda: b"\x08\x01\x12" + bytes(300), record()),
    "ELF": (lambda: b"\x7fELF\x02\x01\x01" + bytes(300), record()),
    "gguf": (lambda: b"GGUF\x03\0\0\0" + bytes(100), record()),
    "noise": (lambda: np.random.default_rng(1).bytes(100_000), record()),
    # Headers of safetensors that lie
    "header of 2^63 bytes": (lambda: b"\xff" * 8 + b"{}", record()),
    "header of 900 MB": (lambda: (900_000_000).to_bytes(8, "little") + b"{}", record()),
    "header of 0 bytes": (lambda: bytes(8), record()),
    "header beyond the file": (lambda: (500).to_bytes(8, "little") + b"{}", record()),
    "header is a list": (lambda: (2).to_bytes(8, "little") + b"[]", record()),
    "header of 200,000 brackets": (lambda: (200_000).to_bytes(8, "little") + _LONG.encode(), record()),
    "header of binary": (lambda: (4).to_bytes(8, "little") + b"\xff\xfe\0\0", record()),
    "offsets beyond the file": (lambda: _with_header(lambda h: _first(h).update(data_offsets=[0, 10**12])), record()),
    "offsets backwards": (lambda: _with_header(lambda h: _first(h).update(data_offsets=[64, 0])), record()),
    "offsets negative": (lambda: _with_header(lambda h: _first(h).update(data_offsets=[-8, 0])), record()),
    "offsets overlapping": (
        lambda: _with_header(lambda h: [t.update(data_offsets=[0, 2]) for t in h.values()] and None),
        record(),
    ),
    "shape of 2^62": (lambda: _with_header(lambda h: _first(h).update(shape=[2**62])), record()),
    "shape whose product overflows": (lambda: _with_header(lambda h: _first(h).update(shape=[2**33, 2**33])), record()),
    "shape of text": (lambda: _with_header(lambda h: _first(h).update(shape=["4"])), record()),
    "unknown type": (lambda: _with_header(lambda h: _first(h).update(dtype="F8_E9")), record()),
    "type of objects": (lambda: _with_header(lambda h: _first(h).update(dtype="O")), record()),
    "bytes after the tensors": (lambda: good() + bytes(100), record()),
    "half": (lambda: good()[: len(good()) // 2], record()),
    "3,000 tensors": (
        lambda: safetensors.numpy.save({f"t{i}": np.zeros(1, np.float16) for i in range(3000)}),
        record(),
    ),
    # Tensors that do not fit
    "missing tensor": (lambda: _save(lambda t: {k: v for k, v in t.items() if k != "head.bias"}), record()),
    "extra tensor": (lambda: _save(lambda t: t | {"extra": np.zeros(1, np.float16)}), record()),
    "name with control characters": (lambda: _save(lambda t: t | {"\x1b[2J\n": np.zeros(1, np.float16)}), record()),
    "name of a path": (lambda: _save(lambda t: t | {"../../etc/passwd": np.zeros(1, np.float16)}), record()),
    "name of 10,000 characters": (lambda: _save(lambda t: t | {"a" * 10_000: np.zeros(1, np.float16)}), record()),
    "wrong shape": (lambda: _save(lambda t: t | {"head.kernel": np.zeros(7, np.float16)}), record()),
    "integers": (lambda: _save(lambda t: t | {"head.kernel": np.zeros(32, np.int64)}), record()),
    "double precision": (lambda: _save(lambda t: t | {"head.kernel": np.zeros(32)}), record()),
    "not a number": (lambda: _save(lambda t: t | {"head.kernel": np.full(32, np.nan, np.float16)}), record()),
    "infinite": (lambda: _save(lambda t: t | {"conv1.bias": np.full(4, np.inf, np.float16)}), record()),
    "factors without rank": (lambda: _low_rank(np.zeros(3, np.float16), np.zeros((4, 32), np.float16)), record()),
    "factors of different ranks": (
        lambda: _low_rank(np.zeros((288, 4), np.float16), np.zeros((5, 32), np.float16)),
        record(),
    ),
    "finite factors, infinite product": (
        lambda: _low_rank(np.full((288, 4), 3e38, np.float32), np.full((4, 32), 3e38, np.float32)),
        record(),
    ),
    "larger than its network": (lambda: good() + bytes(3_000_000), record()),
    # Records
    "no record": (good, ""),
    "record is a list": (good, "[1, 2]"),
    "record of 200,000 brackets": (good, _LONG),
    "record of another file": (good, record(sha256="0" * 64)),
    "sha256 is a number": (good, record(sha256=7)),
    "temperature of Infinity": (good, record(temperature=math.inf)),
    "temperature of NaN": (good, record(temperature=math.nan)),
    "temperature of 10**400": (good, record(temperature=10**400)),
    "temperature of 5,000 digits": (good, '{"temperature": ' + "9" * 5000 + "}"),
    "temperature is text": (good, record(temperature="hot")),
    "threshold below 0": (good, record(none_threshold=-1)),
    "no list of alphabets": (good, record(trained_on=...)),
    "alphabets are text": (good, record(trained_on={"alphabets": "Greek", "scripts": []})),
    "alphabet with a line break": (good, record(trained_on={"alphabets": ["a\nb"], "scripts": []})),
    "10**9 columns": (good, record(columns=10**9)),
    "columns that do not divide": (good, record(columns=3)),
    "twin of 10**9 filters": (good, record(twin={"filters": [10**9] * 4, "kernels": [10, 7, 4, 4], "embedding": 32})),
    "twin without layers": (good, record(twin={"filters": [], "kernels": [], "embedding": 32})),
    "twin too deep for a drawing": (good, record(twin={"filters": [4] * 8, "kernels": [9] * 8, "embedding": 32})),
    "record of 3 MB": (good, json.dumps({"a": "x" * 3_000_000})),
    "record with a null character": (good, '{"twin": "\\u0000"}\0'),
}
