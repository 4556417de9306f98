"""Reads the file of an own set (`file_format.py`). It comes from other people, so reading is strict.

Each kind of fault is one sentence. The cost of reading is known before anything is drawn: numbers of values, drawings
and points and the length of strokes are limited.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import numpy as np
from PIL import Image

from siamese.config import SIDE
from siamese.data.own.file_format import (
    FORMAT,
    MAX_ALPHABETS,
    MAX_CHARACTERS,
    MAX_DRAWINGS,
    MAX_FILE_BYTES,
    VERSION,
    OwnAlphabet,
    OwnCharacter,
    OwnDrawing,
    OwnSet,
    Points,
    checked_name,
)
from siamese.data.pictures import png
from siamese.errors import UserError
from siamese.reading import parse_json

MAX_DRAWER = 9_999
MAX_STROKES = 500
"""Of a drawing."""
MAX_DRAWING_LENGTH_PX = 20_000.0
"""Of the strokes of a drawing, as on the canvas."""
MAX_POINTS, MAX_LENGTH_PX = 200_000, 1_000_000.0
"""Points and length of all strokes of a set: a drawing has some 50 points and 250 px."""
MAX_VALUES = 1_000_000
"""Values and lists in a file, counted before it is parsed: each takes up to 100 bytes of memory."""
LOWEST_PX, HIGHEST_PX = -float(SIDE), 2.0 * SIDE
"""Coordinates: the pen clips there."""
MAX_PNG_BYTES = 20_000

Value = TypeVar("Value")


class _Fault(ValueError):
    """What is wrong with a file, as a clause."""


def read(content: bytes, shown: str) -> OwnSet:
    """The own set in a file's content; `shown` names the file. Raises UserError for anything but a valid set."""
    try:
        return _Reader().read(content)
    except ValueError as error:
        reason = error if isinstance(error, _Fault) else "it is not valid JSON"
        raise UserError(f"{shown} has no alphabets that can be read: {reason}; export it again, or correct it.") from (
            error
        )


class _Reader:
    """One reading of a file: what it has counted so far."""

    def __init__(self) -> None:
        self._characters = self._drawings = self._points = 0
        self._length = 0.0

    def read(self, content: bytes) -> OwnSet:
        if len(content) > MAX_FILE_BYTES:
            _refuse(f"it has more than {MAX_FILE_BYTES // 1_000_000} MB")
        content = content.removeprefix(b"\xef\xbb\xbf")
        if sum(map(content.count, (b",", b"[", b"{"))) > MAX_VALUES:
            _refuse(f"it has more than {MAX_VALUES:,} values")
        value = parse_json(content)
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            _refuse(f'its "format" is not "{FORMAT}"')
        if value.get("version") != VERSION or isinstance(value["version"], bool):
            _refuse(f'its "version" is not {VERSION}; a newer program may have written it')
        name = _name(value.get("name"), "the set")
        return OwnSet(name, self._all(value.get("alphabets"), "alphabets", MAX_ALPHABETS, self._alphabet))

    def _all(
        self, values: Any, what: str, most: int, read: Callable[[Any], Value], key: str = "name"
    ) -> tuple[Value, ...]:
        """Each of a list of values, which must differ in `key`."""
        if not isinstance(values, list) or not values:
            _refuse(f'"{what}" is not a list with something in it')
        if len(values) > most:
            _refuse(f"it has {len(values):,} {what}, and {most:,} are the most")
        results, keys = [], set()
        for value in values:
            if not isinstance(value, dict):
                _refuse(f'"{what}" holds something that is not an object')
            result = read(value)
            if (own := getattr(result, key)) in keys:
                _refuse(f"two of its {what} have the {key} {_quoted(own)}")
            keys.add(own)
            results.append(result)
        return tuple(results)

    def _alphabet(self, value: dict) -> OwnAlphabet:
        name = _name(value.get("name"), "an alphabet")
        return OwnAlphabet(name, self._all(value.get("characters"), "characters", MAX_CHARACTERS, self._character))

    def _character(self, value: dict) -> OwnCharacter:
        self._characters += 1
        if self._characters > MAX_CHARACTERS:
            _refuse(f"it has more than {MAX_CHARACTERS:,} characters")
        name = _name(value.get("name"), "a character")
        return OwnCharacter(name, self._all(value.get("drawings"), "drawings", MAX_DRAWINGS, self._drawing, "drawer"))

    def _drawing(self, value: dict) -> OwnDrawing:
        self._drawings += 1
        if self._drawings > MAX_DRAWINGS:
            _refuse(f"it has more than {MAX_DRAWINGS:,} drawings")
        drawer = value.get("drawer")
        if isinstance(drawer, bool) or not isinstance(drawer, int) or not 1 <= drawer <= MAX_DRAWER:
            _refuse(f'a "drawer" is not a whole number from 1 to {MAX_DRAWER:,}')
        if ("strokes" in value) == ("png" in value):
            _refuse('a drawing has not either "strokes" or "png"')
        if "png" in value:
            return OwnDrawing(drawer, bits=_png_bits(value["png"]))
        return OwnDrawing(drawer, self._strokes(value["strokes"]))

    def _strokes(self, value: Any) -> tuple[Points, ...]:
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_STROKES:
            _refuse(f'"strokes" is not a list of 1 to {MAX_STROKES} strokes')
        strokes = []
        for line in value:
            if not isinstance(line, list) or not line:
                _refuse("a stroke is not a list of points")
            self._points += len(line)
            if self._points > MAX_POINTS:
                _refuse(f"its strokes have more than {MAX_POINTS:,} points")
            strokes.append(tuple(map(_point, line)))
        length = sum(float(np.hypot(*np.diff(np.array(stroke), axis=0).T).sum()) for stroke in strokes)
        self._length += length
        if length > MAX_DRAWING_LENGTH_PX or self._length > MAX_LENGTH_PX:
            _refuse("its strokes are too long")
        return tuple(strokes)


def _refuse(reason: str) -> NoReturn:
    raise _Fault(reason)


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _name(value: Any, what: str) -> str:
    if not isinstance(value, str):
        _refuse(f"{what} has no name")
    try:
        return checked_name(value, what)
    except UserError as error:
        raise _Fault(str(error).rstrip(".")) from error


def _point(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        _refuse("a point is not a pair of numbers")
    for number in value:
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            _refuse("a point is not a pair of numbers")
        if not LOWEST_PX <= number <= HIGHEST_PX:
            _refuse(f"a point is further than {SIDE} px from the paper")
    return float(value[0]), float(value[1])


def _png_bits(text: Any) -> bytes:
    """The packed bits of a 105x105 PNG in base64, dark ink on light paper."""
    if not isinstance(text, str) or len(text) > MAX_PNG_BYTES * 4 // 3 + 4:
        _refuse(f'a "png" is not a picture of at most {MAX_PNG_BYTES:,} bytes in base64')
    try:
        container = png.read(base64.b64decode(text, validate=True))
        with Image.open(io.BytesIO(container.content), formats=("PNG",)) as image:
            if image.size != (SIDE, SIDE):
                _refuse(f'a "png" has {image.width}x{image.height} px and not {SIDE}x{SIDE}')
            dark = np.asarray(image.convert("L")) < 128
    except _Fault:
        raise
    except (UserError, ValueError, OSError, SyntaxError) as error:
        raise _Fault('a "png" is not a PNG in base64') from error
    if not dark.any() or dark.all():
        _refuse('a "png" shows nothing')
    return np.packbits(dark).tobytes()
