"""Arrays of a Keras file, `.h5` or `.keras`, read in another process with limits of time and memory."""

from __future__ import annotations

import json
import pathlib
import shutil
import subprocess
import sys
import zipfile
import zlib
from typing import Any

import numpy as np

from siamese.network.foreign.layers import CONVERT, Named
from siamese.network.weights_record import WeightsError
from siamese.reading import read_regular

READER = pathlib.Path(__file__).with_name("hdf5_reader.py")
MAX_SOURCE_BYTES = 600_000_000
"""Koch's network in float32 with Adam's two moments takes 470 MB."""
MAX_WEIGHTS_BYTES = 200_000_000
MEMORY_BYTES = 240_000_000
"""Of the reading process, beside Python and its libraries: the largest array is 151 MB."""
CLOCK_SECONDS = 60
MAX_CONFIG_BYTES = 1_000_000
MAX_RATIO = 4
"""How much larger a part of a .keras file may be than its compressed form: weights can hardly be compressed."""


def read_h5(file: pathlib.Path, folder: pathlib.Path, shown: str) -> tuple[Named, Any]:
    """The weights in an HDF5 file, and its description of the model as plain JSON, if it has one; by way of `folder`.

    Raises WeightsError about `shown`.
    """
    try:
        code, output = run_reader([str(file), str(folder), str(MAX_WEIGHTS_BYTES), str(MEMORY_BYTES)])
    except subprocess.TimeoutExpired as error:
        raise WeightsError(f"{shown} takes too long to read: save the weights again, without the optimiser.") from error
    if code:
        reason = output.strip() or "its contents are damaged"
        raise WeightsError(f"{shown} holds no weights that can be read: {reason}. {CONVERT}")
    names = json.loads((folder / "layers.json").read_text(encoding="utf-8"))
    named = [(name, np.load(folder / f"{i}.npy")) for i, name in enumerate(names)]
    try:
        return named, json.loads(read_regular(folder / "model.json", MAX_CONFIG_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise WeightsError(f"{shown} has a damaged description of its model: save the weights alone.") from error


def run_reader(arguments: list[str]) -> tuple[int, str]:
    """Exit code and output of hdf5_reader.py with these arguments. Raises subprocess.TimeoutExpired."""
    done = subprocess.run(
        [sys.executable, "-I", str(READER), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=CLOCK_SECONDS,
    )
    return done.returncode, done.stdout.decode(errors="replace")


def read_keras(file: pathlib.Path, folder: pathlib.Path, shown: str) -> tuple[Named, Any]:
    """The weights in a .keras file and its description of the model, as plain JSON. Raises WeightsError."""
    try:
        with zipfile.ZipFile(file) as archive:
            config = json.loads(_part(archive, "config.json", MAX_CONFIG_BYTES, shown).read(MAX_CONFIG_BYTES))
            with (
                _part(archive, "model.weights.h5", MAX_SOURCE_BYTES, shown) as part,
                open(folder / "weights.h5", "wb") as copy,
            ):
                shutil.copyfileobj(part, copy)
    except (zipfile.BadZipFile, zlib.error, ValueError, RecursionError, EOFError, NotImplementedError) as error:
        raise WeightsError(f"{shown} is a damaged .keras file: save it again.") from error
    return read_h5(folder / "weights.h5", folder, shown)[0], config


def _part(archive: zipfile.ZipFile, name: str, max_bytes: int, shown: str) -> Any:
    entry = next((entry for entry in archive.infolist() if entry.filename == name), None)
    if entry is None:
        raise WeightsError(f"{shown} is not a .keras file: it has no {name}. {CONVERT}")
    if (
        entry.file_size > max_bytes
        or entry.flag_bits & 1
        or (name.endswith(".h5") and entry.file_size > MAX_RATIO * entry.compress_size)
    ):
        raise WeightsError(f"{shown}: {name} in it is too large, encrypted or too strongly compressed; save it again.")
    return archive.open(entry)
