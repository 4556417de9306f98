"""Reads Omniglot's published pen strokes, to compare them with the pictures of the set.

The archives (strokes_background_small1.zip, strokes_background_small2.zip) have a text file for each drawing: "START",
then "x,y,t" in px of the drawing, with y negative downwards and t in ms, and "BREAK" at the end of each stroke.
"""

from __future__ import annotations

import os
import pathlib
import re
import zipfile
from collections.abc import Collection

import numpy as np

FOLDER = "OMNIGLOT_STROKES_DIR"
ABSENT = (
    f"{FOLDER} does not name the folder with Omniglot's strokes_background_small1.zip and strokes_background_small2.zip"
)

_FILE = re.compile(r"^strokes_[^/]+/([^/]+)/(character\d+)/\d+_(\d+)\.txt$")

Drawn = tuple[str, str, int, list[np.ndarray]]
"""Alphabet, character, drawer, strokes: each float (points, 2), x to the right, y down, in px of the drawing."""


def archives() -> list[pathlib.Path]:
    """The archives in the folder; none if the variable is not set."""
    return sorted(pathlib.Path(os.environ.get(FOLDER) or os.devnull).glob("strokes_background_small*.zip"))


def load(
    archive: pathlib.Path, drawers: Collection[int] | None = None, alphabets: Collection[str] | None = None
) -> list[Drawn]:
    """The drawings of an archive as strokes, or of these drawers and alphabets only."""
    drawings = []
    with zipfile.ZipFile(archive) as zipped:
        for name in sorted(zipped.namelist()):
            match = _FILE.match(name)
            if not match or (drawers and int(match[3]) not in drawers) or (alphabets and match[1] not in alphabets):
                continue
            drawings.append((match[1], match[2], int(match[3]), parse(zipped.read(name).decode())))
    return drawings


def parse(text: str) -> list[np.ndarray]:
    """Strokes of one file."""
    strokes: list[list[tuple[float, float]]] = [[]]
    for line in text.split():
        if line == "BREAK":
            strokes.append([])
        elif line != "START":
            x, y, _ = line.split(",")
            strokes[-1].append((float(x), -float(y)))
    return [np.array(stroke) for stroke in strokes if stroke]
