"""Folders that pass for Omniglot's archives but are damaged, endless or made to cost memory.

`FAULTS` change a valid folder with images_background.zip, images_evaluation.zip and all_runs.zip. Afterwards an import
must end in one sentence, and leave what was imported before unchanged.
"""

from __future__ import annotations

import io
import os
import pathlib
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

import numpy as np

from tests import drawn
from tests.hostile.pictures import chunk, png, png_with

ZIP = "images_evaluation.zip"
DRAWING = "images_evaluation/Kannada/character01/0000_01.png"
SETS = {"images_background": 2, "images_evaluation": 1}
"""Characters in the small archives: as `archives.SETS`, to be put in its place."""


def entries(archive: str, alphabet: str, characters: int, drawers: int = 20) -> dict[str, bytes]:
    """Files of one of the two archives of drawings."""
    return {
        f"{archive}/{alphabet}/character{c + 1:02}/{c:04}_{d:02}.png": drawn.png(drawn.scribble(c, d))
        for c in range(characters)
        for d in range(1, drawers + 1)
    }


def runs() -> dict[str, bytes]:
    """Files of all_runs.zip: 20 runs of 20 trials, all of the same drawing."""
    picture, files = drawn.png(drawn.scribble(0, 1)), {}
    for run in range(1, 21):
        part, lines = f"run{run:02}", []
        for i in range(1, 21):
            files[f"{part}/test/item{i:02}.png"] = files[f"{part}/training/class{i:02}.png"] = picture
            lines.append(f"{part}/test/item{i:02}.png {part}/training/class{21 - i:02}.png")
        files[f"{part}/class_labels.txt"] = "\n".join(lines).encode()
    return files


def make_source(folder: pathlib.Path) -> pathlib.Path:
    """A small valid Omniglot of 2 + 1 characters."""
    folder.mkdir(parents=True)
    (folder / "images_background.zip").write_bytes(drawn.zipped(entries("images_background", "Greek", 2)))
    (folder / ZIP).write_bytes(drawn.zipped(evaluation()))
    (folder / "all_runs.zip").write_bytes(drawn.zipped(runs()))
    return folder


def evaluation() -> dict[str, bytes]:
    return entries("images_evaluation", "Kannada", 1)


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def bomb(method: int, size: int) -> bytes:
    """An archive whose first drawing inflates to `size` zeros, while the directory says 1,000 bytes."""
    files = evaluation()
    honest = io.BytesIO()
    with zipfile.ZipFile(honest, "w", method) as archive:
        with archive.open(DRAWING, "w") as entry:
            for _ in range(size // 10_000_000):
                entry.write(bytes(10_000_000))
        for name, data in files.items():
            if name != DRAWING:
                archive.writestr(name, data)
    return honest.getvalue().replace(struct.pack("<I", size), struct.pack("<I", 1000))


def _put(name: str, content: Callable[[], bytes]) -> Callable[[pathlib.Path], None]:
    def fault(folder: pathlib.Path) -> None:
        _replace(folder / name).write_bytes(content())

    return fault


def _replace(path: pathlib.Path) -> pathlib.Path:
    path.unlink(missing_ok=True)
    return path


def _pipe(folder: pathlib.Path, name: str) -> None:
    os.mkfifo(_replace(folder / name))


def _link(folder: pathlib.Path, name: str, target: str) -> None:
    _replace(folder / name).symlink_to(target)


def _sparse(folder: pathlib.Path, name: str) -> None:
    with _replace(folder / name).open("wb") as file:
        file.truncate(3_000_000_000)


def _unpacked(change: Callable[[pathlib.Path, str], None]) -> Callable[[pathlib.Path], None]:
    """The same fault in place of a drawing of an unpacked folder."""

    def fault(folder: pathlib.Path) -> None:
        zipfile.ZipFile(folder / ZIP).extractall(folder)
        (folder / ZIP).unlink()
        change(folder, DRAWING)

    return fault


def _patched(pattern: bytes, new: bytes) -> Callable[[], bytes]:
    return lambda: re.sub(pattern, new, zipped(evaluation()), flags=re.DOTALL)


def _damaged() -> bytes:
    content = bytearray(zipped(evaluation()))
    for i in range(60, 90):
        content[i + len(DRAWING)] = 0xFF
    return bytes(content)


def _renamed(name: str) -> Callable[[], bytes]:
    return lambda: zipped({name if old == DRAWING else old: data for old, data in evaluation().items()})


def _drawing(content: bytes) -> Callable[[], bytes]:
    return lambda: zipped(evaluation() | {DRAWING: content})


def _labels(content: bytes) -> Callable[[], bytes]:
    return lambda: zipped(runs() | {"run01/class_labels.txt": content})


_CENTRAL = b"PK\x01\x02"
_LIAR = struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)

FAULTS: dict[str, Callable[[pathlib.Path], None]] = {
    "archive is a pipe": lambda folder: _pipe(folder, ZIP),
    "archive is a device": lambda folder: _link(folder, ZIP, "/dev/zero"),
    "archive is a dangling link": lambda folder: _link(folder, ZIP, "nowhere"),
    "archive is a folder": lambda folder: _replace(folder / ZIP).mkdir(),
    "archive of 3 GB": lambda folder: _sparse(folder, ZIP),
    "drawing is a pipe": _unpacked(_pipe),
    "drawing is a device": _unpacked(lambda folder, name: _link(folder, name, "/dev/zero")),
    "drawing is a dangling link": _unpacked(lambda folder, name: _link(folder, name, "nowhere")),
    "drawing is a link to itself": _unpacked(lambda folder, name: _link(folder, name, "0000_01.png")),
    "drawing is a folder": _unpacked(lambda folder, name: _replace(folder / name).mkdir()),
    "drawing of 3 GB": _unpacked(_sparse),
    "drawing is missing": _unpacked(lambda folder, name: _replace(folder / name) and None),
    "empty file": _put(ZIP, lambda: b""),
    "text": _put(ZIP, lambda: b"not a zip"),
    "half an archive": _put(ZIP, lambda: zipped(evaluation())[:3000]),
    "archive of nothing": _put(ZIP, lambda: zipped({})),
    "damaged deflate": _put(ZIP, _damaged),
    "sizes too small": _put(ZIP, lambda: bomb(zipfile.ZIP_DEFLATED, 100_000_000)),
    "bzip2 of 50 MB": _put(ZIP, lambda: bomb(zipfile.ZIP_BZIP2, 50_000_000)),
    "lzma of 50 MB": _put(ZIP, lambda: bomb(zipfile.ZIP_LZMA, 50_000_000)),
    "honest 100 MB": _put(ZIP, _drawing(bytes(100_000_000))),
    "unknown compression": _put(ZIP, _patched(rb"(PK\x01\x02.{6})\x08\x00", b"\\g<1>\x63\x00")),
    "encrypted": _put(ZIP, _patched(rb"(PK\x01\x02.{4})\x00\x00", b"\\g<1>\x01\x00")),
    "wrong checksum": _put(ZIP, lambda: zipped(evaluation(), zipfile.ZIP_STORED).replace(b"IEND\xae", b"IEND\xaf")),
    "300,000 entries": _put(
        ZIP,
        lambda: (
            (_CENTRAL + _LIAR + b"a") * 300_000
            + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65_535, 65_535, 300_000 * 47, 0, 0)
        ),
    ),
    "directory outside the file": _put(
        ZIP, lambda: struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, 2**31, 2**31, 0)
    ),
    "name of 5,000 digits": _put(ZIP, _renamed("images_evaluation/Kannada/character01/0_" + "9" * 5000 + ".png")),
    "name above the root": _put(ZIP, _renamed("../../" + DRAWING)),
    "name with control characters": _put(ZIP, _renamed("images_evaluation/a\x1b[2J\n/character01/0000_01.png")),
    "name that is no UTF-8": _put(ZIP, lambda: _renamed("é" * 9)().replace("é".encode(), b"\xff\xfe")),
    "drawing twice": _put(
        ZIP, lambda: zipped(evaluation() | {"images_evaluation/Kannada/character01/7_01.png": b"junk"})
    ),
    "21 drawers": _put(ZIP, lambda: zipped(entries("images_evaluation", "Kannada", 1, 21))),
    "19 drawers": _put(ZIP, lambda: zipped(entries("images_evaluation", "Kannada", 1, 19))),
    "one character more": _put(ZIP, lambda: zipped(entries("images_evaluation", "Kannada", 2))),
    "drawing is text": _put(ZIP, _drawing(b"text")),
    "drawing is blank": _put(ZIP, _drawing(drawn.png(np.zeros((105, 105)), "L"))),
    "drawing of 30000 x 30000": _put(ZIP, _drawing(png(30_000, 30_000, rows=bytes(1000)))),
    "drawing without pixels": _put(ZIP, _drawing(png(105, 105, rows=b""))),
    "drawing with a bomb of texts": _put(
        ZIP, _drawing(png_with(chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(50_000_000)))))
    ),
    "runs are a pipe": lambda folder: _pipe(folder, "all_runs.zip"),
    "runs of nothing": _put("all_runs.zip", lambda: zipped({})),
    "labels of 5,000 digits": _put("all_runs.zip", _labels(b"run01/test/item01.png class" + b"1" * 5000 + b".png")),
    "labels in binary": _put("all_runs.zip", _labels(bytes(range(256)))),
    "labels of a class 21": _put(
        "all_runs.zip", lambda: _labels(runs()["run01/class_labels.txt"].replace(b"class20", b"class21"))()
    ),
    "labels of three words": _put("all_runs.zip", _labels(b"one two three\n")),
    "labels of 10 MB": _put("all_runs.zip", _labels(b"run01/test/item01.png class01.png\n" * 300_000)),
    "an item of the runs is missing": _put(
        "all_runs.zip", lambda: zipped({k: v for k, v in runs().items() if k != "run20/test/item20.png"})
    ),
}
