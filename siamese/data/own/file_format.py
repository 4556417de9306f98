"""The file of an own set: alphabets that people drew or photographed, as JSON that any program can write.

    {"format": "siamese-alphabets", "version": 1, "name": "Class 7b",
     "alphabets": [{"name": "Moon", "characters": [{"name": "ka", "drawings": [
         {"drawer": 1, "strokes": [[[12.5, 30], [80, 31.25]], [[50, 70]]]},
         {"drawer": 2, "png": "iVBORw0KGgo..."}]}]}]}

A drawing is made of strokes, lists of points [x, y] in px of a 105x105 drawing (x to the right, y down), or it is a
105x105 PNG, dark ink on light paper, in base64. `reader.py` reads it; other entries are ignored.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import unicodedata
from collections.abc import Iterable
from typing import Any

import numpy as np

from siamese.data import ink
from siamese.data.characters import pack, unpack
from siamese.errors import UserError

FORMAT, VERSION = "siamese-alphabets", 1
MAX_FILE_BYTES = 8_000_000
MAX_NAME_CHARACTERS = 60
MAX_ALPHABETS, MAX_CHARACTERS, MAX_DRAWINGS = 50, 500, 2_000
"""Of a set: a school's alphabets, not a data set to train on."""

Points = tuple[tuple[float, float], ...]


@dataclasses.dataclass(frozen=True)
class OwnDrawing:
    """A drawing by a drawer, from 1: its strokes, or, where there are none, its packed bits (1379 bytes)."""

    drawer: int
    strokes: tuple[Points, ...] = ()
    bits: bytes = b""

    def pixels(self) -> np.ndarray:
        """The drawing, float32 (105, 105); strokes are drawn as those on the canvas are."""
        if self.strokes:
            drawn = ink.draw_strokes([np.array(stroke) for stroke in self.strokes])
            assert drawn is not None  # a stroke has points
            return drawn
        return unpack(np.frombuffer(self.bits, np.uint8)[None])[0]


@dataclasses.dataclass(frozen=True)
class OwnCharacter:
    """A character and its drawings, by drawer."""

    name: str
    drawings: tuple[OwnDrawing, ...]


@dataclasses.dataclass(frozen=True)
class OwnAlphabet:
    """An alphabet: one character or more."""

    name: str
    characters: tuple[OwnCharacter, ...]


@dataclasses.dataclass(frozen=True)
class OwnSet:
    """What a file holds: one alphabet or more."""

    name: str
    alphabets: tuple[OwnAlphabet, ...]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Numbers of alphabets, characters and drawings."""
        characters = [character for alphabet in self.alphabets for character in alphabet.characters]
        return len(self.alphabets), len(characters), sum(len(c.drawings) for c in characters)


def rounded(strokes: Iterable[np.ndarray]) -> tuple[Points, ...]:
    """Strokes, each float (points, 2) in px, as a file keeps them: hundredths of a px."""
    return tuple(
        tuple((round(float(x), 2), round(float(y), 2)) for x, y in stroke) for stroke in strokes if len(stroke)
    )


def packed(drawing: np.ndarray) -> bytes:
    """The bits of a drawing (105, 105) for `OwnDrawing`."""
    return pack(drawing[None])[0].tobytes()


def write(own: OwnSet, **more: str) -> bytes:
    """The file's content. Its first line has everything but the alphabets, and entries of the store's own (`more`)."""
    head = json.dumps({"format": FORMAT, "version": VERSION, "name": own.name, **more}, ensure_ascii=False)[:-1]
    alphabets = ",\n".join(_plain(alphabet) for alphabet in own.alphabets)
    return f'{head},\n"alphabets": [\n{alphabets}\n]}}\n'.encode()


def _plain(alphabet: OwnAlphabet) -> str:
    name = json.dumps(alphabet.name, ensure_ascii=False)
    characters = [
        {"name": character.name, "drawings": [_plain_drawing(drawing) for drawing in character.drawings]}
        for character in alphabet.characters
    ]
    lines = ",\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in characters)
    return f'{{"name": {name}, "characters": [\n{lines}\n]}}'


def _plain_drawing(drawing: OwnDrawing) -> dict[str, Any]:
    if drawing.strokes:
        return {"drawer": drawing.drawer, "strokes": drawing.strokes}
    return {"drawer": drawing.drawer, "png": base64.b64encode(ink.to_png(drawing.pixels())).decode()}


def checked_name(text: str, what: str) -> str:
    """A name without outer spaces, in one form of Unicode. Raises UserError for an empty, long or unprintable one."""
    name = unicodedata.normalize("NFC", text[: 4 * MAX_NAME_CHARACTERS]).strip()
    if not name:
        raise UserError(f"{what} has no name.")
    if len(name) > MAX_NAME_CHARACTERS or not name.isprintable():
        raise UserError(f"the name of {what} does not have 1 to {MAX_NAME_CHARACTERS} printable characters.")
    return name
