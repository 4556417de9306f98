"""The drawings of a class as a data set in Omniglot's layout: PNG and strokes, without nicknames.

    images/ALPHABET/characterNN/CCCC_DD.png      105 x 105 px, black on white
    strokes/ALPHABET/characterNN/CCCC_DD.txt     START, x,y,t for each point of a stroke, BREAK
    drawings.csv                                 what each file shows, and who drew it, by number

CCCC counts the characters of the data set and DD the drawings of a character, from 1. Points are in px from the top
left, y downwards and negative, as in Omniglot's files; t counts them, since the store keeps no times.
"""

from __future__ import annotations

import collections
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from siamese.classroom import strokes
from siamese.data import ink

if TYPE_CHECKING:
    from siamese.classroom.kept_drawings import KeptDrawing

COLUMNS = ("file", "source", "alphabet", "character", "drawer", "activity", "network")


def as_zip(drawings: Iterable[KeptDrawing]) -> bytes:
    """A zip file of drawings whose ink is there."""
    content, table = io.BytesIO(), io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(COLUMNS)
    names = _Names()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for drawing in drawings:
            task, name, lines = drawing.task, names.of(drawing), strokes.from_json(drawing.strokes)
            pixels = ink.draw_strokes(lines)
            archive.writestr(f"images/{name}.png", ink.to_png(pixels))
            archive.writestr(f"strokes/{name}.txt", _as_text(lines))
            facts = [task.source, task.alphabet, task.character, names.drawer(drawing), drawing.activity]
            rows.writerow([name, *map(cell, [*facts, drawing.network])])
        archive.writestr("drawings.csv", table.getvalue())
    return content.getvalue()


class _Names:
    """The numbers of alphabets, characters and drawers, given in the order in which they are first met."""

    def __init__(self) -> None:
        self._folders: dict[tuple[str, str], str] = {}
        self._characters: dict[tuple[str, str, str], tuple[str, int]] = {}
        self._in_alphabet: collections.Counter[str] = collections.Counter()
        self._drawings: collections.Counter[int] = collections.Counter()
        self._drawers: dict[int, int] = {}

    def of(self, drawing: KeptDrawing) -> str:
        """ALPHABET/characterNN/CCCC_DD of the next drawing."""
        task = drawing.task
        folder = self._folders.setdefault((task.source, task.alphabet), self._new_folder(task.alphabet))
        key = (task.source, task.alphabet, task.character)
        if key not in self._characters:
            self._in_alphabet[folder] += 1
            self._characters[key] = f"{folder}/character{self._in_alphabet[folder]:02}", len(self._characters) + 1
        place, number = self._characters[key]
        self._drawings[number] += 1
        return f"{place}/{number:04}_{self._drawings[number]:02}"

    def drawer(self, drawing: KeptDrawing) -> int:
        """The number of the person who made the drawing."""
        return self._drawers.setdefault(drawing.person, len(self._drawers) + 1)

    def _new_folder(self, alphabet: str) -> str:
        """A folder's name of letters, digits and underscores that no other alphabet has."""
        name = re.sub(r"\W+", "_", alphabet).strip("_") or "alphabet"
        return name if name not in self._folders.values() else f"{name}_{len(self._folders) + 1}"


def _as_text(lines: Sequence[np.ndarray]) -> str:
    text, time = ["START"], 0
    for line in lines:
        for x, y in line:
            text.append(f"{x:.1f},{-y:.1f},{time}")
            time += 1
        text.append("BREAK")
    return "\n".join(text) + "\n"


def cell(value: object) -> str:
    """Text that a spreadsheet does not take for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
