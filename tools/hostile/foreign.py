"""Mutants of other programs' weights files through the importer: each is refused in a sentence or is a network."""

from __future__ import annotations

import contextlib
import io
import pathlib
import random
import tempfile
from collections.abc import Iterator

import h5py
import numpy as np
import safetensors.numpy

from siamese.errors import UserError
from siamese.network.foreign import hdf5_reader, keras_file, source
from tests import drawn
from tools.hostile.measure import Outcome, isolated, print_table
from tools.hostile.weights import mutated

MUTANTS = 10_000
WHOLE = 60
"""Mutants that are also read in the program's own way, with a new Python process each."""
LIMIT_SECONDS, LIMIT_MB = 1.5, 300


def run(short: bool) -> bool:
    """Print the figure, in seconds of a processor; whether the goal is reached."""
    count = MUTANTS // (100 if short else 1)
    faults, rows = [], []
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        for kind, content in good().items():
            place = pathlib.Path(folder) / kind
            place.mkdir()
            outcomes = list(_outcomes(place, content, count // 3 + 1))
            programs = [
                isolated(lambda i=i, place=place, content=content: _try(place, content, i))
                for i in range(min(WHOLE, count))
            ]
            for name, results in ((f"{kind}, reading in a fork", outcomes), (f"{kind}, as a program", programs)):
                rows.append((name, len(results), *_most(results), f"{sum(o.value == 'valid' for o in results)} valid"))
                crashes = [o for o in results if o.error == "killed" and name.endswith("fork")]
                if crashes:
                    rows.append(
                        (f"{kind}: HDF5 crashed, which ends its process only", len(crashes), *_most(crashes), "")
                    )
                faults += [f"{name}: {o.error} {o.text}" for o in results if o.error and o not in crashes]
            seconds, megabytes = _most(outcomes + programs)
            if seconds > LIMIT_SECONDS or megabytes > LIMIT_MB:
                faults.append(f"{kind}: {seconds:.1f} s, {megabytes:.0f} MB")
    print_table(rows)
    print(f"  faults: {len(faults)}", *faults[:20], sep="\n    ")
    return not faults


def good() -> dict[str, bytes]:
    """A small network as each kind of file."""
    rng, arrays, channels = np.random.default_rng(0), [], 1
    for filters, kernel in zip(drawn.TINY.filters, drawn.TINY.kernels, strict=True):
        arrays += [rng.normal(size=(kernel, kernel, channels, filters)), np.zeros(filters)]
        channels = filters
    inputs = drawn.TINY.feature_side() ** 2 * channels
    arrays += [rng.normal(size=(inputs, drawn.TINY.embedding)), np.zeros(drawn.TINY.embedding)]
    arrays = [array.astype(np.float32) for array in [*arrays, np.ones((drawn.TINY.embedding, 1)), np.zeros(1)]]
    old, new = io.BytesIO(), io.BytesIO()
    with h5py.File(old, "w") as file:
        file.attrs["layer_names"] = [b"twin"]
        names = [f"layer_{i // 2}/{i}:0" for i in range(len(arrays))]
        group = file.create_group("twin")
        group.attrs["weight_names"] = [name.encode() for name in names]
        for name, array in zip(names, arrays, strict=True):
            group[name] = array
    with h5py.File(new, "w") as file:
        for i, array in enumerate(arrays):
            file[f"layers/layer_{i // 2}/vars/{i % 2}"] = array
    torch = {f"l.{i // 2}.{'bias' if i % 2 else 'weight'}": _turned(array) for i, array in enumerate(arrays)}
    return {"old": old.getvalue(), "new": new.getvalue(), "pytorch": safetensors.numpy.save(torch)}


def _turned(array: np.ndarray) -> np.ndarray:
    axes = {4: (3, 2, 0, 1), 2: (1, 0)}.get(array.ndim, (0,))
    return np.ascontiguousarray(array.transpose(axes))


def _outcomes(folder: pathlib.Path, content: bytes, count: int) -> Iterator[Outcome]:
    """Each mutant read in a fork of its own, which is spared the start of a new Python."""

    def in_this_process(arguments: list[str]) -> tuple[int, str]:
        with contextlib.redirect_stdout(io.StringIO()) as output:
            return hdf5_reader.main(*arguments), output.getvalue()

    keras_file.run_reader, kept = in_this_process, keras_file.run_reader
    try:
        for seed in range(count):
            yield isolated(lambda seed=seed: _try(folder, content, seed), 20)
    finally:
        keras_file.run_reader = kept


def _try(folder: pathlib.Path, content: bytes, seed: int) -> str:
    file = folder / "mutant"
    file.write_bytes(mutated(content, random.Random(seed)))
    try:
        source.read(file)
    except UserError:
        return "refused"
    return "valid"


def _most(outcomes: list[Outcome]) -> tuple[float, float]:
    return max(o.cpu_seconds for o in outcomes), max(o.megabytes for o in outcomes)
