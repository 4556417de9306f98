"""The weights in an HDF5 file of Keras, as plain arrays. A program of its own: HDF5's C library can crash.

    python -I hdf5_reader.py FILE FOLDER MAX_BYTES MEMORY_BYTES

Each array goes to FOLDER as 0.npy, 1.npy and so on. layers.json lists the names of the weights in the order of the
layers, and model.json has the model's description, or null. Only hard links are followed, and only data that lie
uncompressed in the file itself are read: an HDF5 file can name other files to be read, and can claim any size.
"""

from __future__ import annotations

import json
import pathlib
import re
import sys
from collections.abc import Iterator

import h5py
import numpy as np

MAX_OBJECTS, MAX_DEPTH, MAX_NAME_CHARACTERS = 2000, 12, 500
EXIT_REFUSED = 3
CPU_SECONDS, CPU_SECONDS_PER_MB = 0.8, 0.01
"""Some ten times what valid files take."""
IGNORED = ("optimizer", "optimizer_weights", "metrics", "seed_generator", "top_level_model_weights")
"""Groups that are not weights of layers."""


class Refused(Exception):
    """The file is not what Keras writes; the text is a clause that says why."""


def main(file: str, folder: str, max_bytes: str, memory_bytes: str) -> int:
    """Read the file; exit code 0, or 3 with the reason on stdout."""
    _limit(int(memory_bytes), pathlib.Path(file).stat().st_size)
    try:
        with h5py.File(file, "r") as opened:
            weights = list(_weights(opened))
            if not weights:
                raise Refused("it has no weights of layers")
            _copy(weights, pathlib.Path(folder), int(max_bytes))
            description = opened.attrs.get("model_config", "null")
            (pathlib.Path(folder) / "model.json").write_text(*_texts([description]), encoding="utf-8")
    except Refused as error:
        print(error)
        return EXIT_REFUSED
    except Exception:  # whatever h5py makes of damaged data
        print("its contents are damaged")
        return EXIT_REFUSED
    return 0


def _weights(opened: h5py.File) -> Iterator[tuple[str, h5py.Dataset]]:
    """Name and data set of every weight, in the order of the layers."""
    root = opened
    if "model_weights" in opened:  # Keras' older layout, of a whole model
        root = _child(opened, "model_weights")
    if "layer_names" not in root.attrs:
        weights = sorted(_data_sets(root, "", 0, [0]), key=lambda item: _natural(item[0]))
        yield from ((name, data) for name, data in weights if re.search(r"(^|/)vars/\d+$", name))
        return
    for layer in _texts(root.attrs["layer_names"]):
        group = _child(root, layer)
        for name in _texts(group.attrs.get("weight_names", [])):
            yield f"{layer}/{name}", _child(group, name)


def _data_sets(group: h5py.Group, prefix: str, depth: int, count: list[int]) -> Iterator[tuple[str, h5py.Dataset]]:
    if depth > MAX_DEPTH:
        raise Refused("its groups are nested too deeply")
    for name in group:
        count[0] += 1
        if count[0] > MAX_OBJECTS:
            raise Refused(f"it has more than {MAX_OBJECTS:,} parts")
        if name in IGNORED:
            continue
        child = _child(group, name)
        if isinstance(child, h5py.Group):
            yield from _data_sets(child, f"{prefix}{name}/", depth + 1, count)
        else:
            yield prefix + name, child


def _child(group: h5py.Group, path: str) -> h5py.Group | h5py.Dataset:
    """A part of the file, by a path along hard links only."""
    for name in path.split("/"):
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise Refused("it refers to other places or files")
        group = group[name]
    return group


def _texts(values: np.ndarray) -> list[str]:
    if len(values) > MAX_OBJECTS:
        raise Refused(f"it has more than {MAX_OBJECTS:,} parts")
    return [value.decode() if isinstance(value, bytes) else str(value) for value in values]


def _natural(name: str) -> list[tuple[str, int]]:
    """Sorts conv2d before conv2d_1, and conv2d_2 before conv2d_10."""
    return [(text, int(number or -1)) for text, number in re.findall(r"(\D+)(\d{0,9})", name)]


def _copy(weights: list[tuple[str, h5py.Dataset]], folder: pathlib.Path, max_bytes: int) -> None:
    total = 0
    for name, data in weights:
        if not isinstance(data, h5py.Dataset) or len(name) > MAX_NAME_CHARACTERS:
            raise Refused("its weights are not arrays")
        if data.dtype.kind != "f" or data.ndim > 4:
            raise Refused(f"the weight {name[:60]!r} is not an array of floating-point numbers")
        if data.external or data.is_virtual or data.chunks is not None or data.id.get_storage_size() != data.nbytes:
            raise Refused(f"the weight {name[:60]!r} is compressed or lies in another file")
        total += data.nbytes
        if total > max_bytes:
            raise Refused(f"its weights take more than {max_bytes / 1e6:,.0f} MB, and Koch's take 156 MB")
    for number, (_, data) in enumerate(weights):
        np.save(folder / f"{number}.npy", np.asarray(data[()], np.float32), allow_pickle=False)
    (folder / "layers.json").write_text(json.dumps([name for name, _ in weights]), encoding="utf-8")


def _limit(memory_bytes: int, file_bytes: int) -> None:
    """Let the system refuse more memory and end this process after some time on a processor: HDF5's library can loop
    on damaged files. On systems that cannot, the checks before reading and the caller's time limit have to do."""
    try:
        import resource
        import signal

        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS + CPU_SECONDS_PER_MB * file_bytes / 1e6)
        with open("/proc/self/statm") as statm:
            used = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory_bytes, used + memory_bytes))
    except (AttributeError, ImportError, OSError, ValueError):
        pass


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
