"""Changes of an alphabet of an own set: each gives a new set, or raises UserError in one sentence.

`place` is the alphabet's position in the set. Drawings of a character are numbered as drawers 1, 2, 3, in their order.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from siamese.data.own.file_format import (
    MAX_DRAWINGS,
    OwnAlphabet,
    OwnCharacter,
    OwnDrawing,
    OwnSet,
    Points,
    checked_name,
    packed,
    rounded,
)
from siamese.errors import UserError

MAX_TAUGHT = 60
"""Characters of an alphabet that is taught: a drawing is compared with all of them."""
MAX_EXAMPLES = 20
"""Drawings of one of its characters."""
MAX_KEPT_POINTS = 2_000
"""Points of a drawing; a careful one has a hundred."""
_TOLERANCE = 0.002
"""Of simplified strokes, as a share of the drawing's extent, since small drawings are enlarged."""

Ink = tuple[Points, ...] | bytes
"""What a drawing is made of: its strokes or its packed bits."""


def empty(name: str) -> OwnSet:
    """A set of one alphabet that has no characters yet, which cannot be kept."""
    return OwnSet(name, (OwnAlphabet(name, ()),))


def ink_of(strokes: Sequence[np.ndarray], drawing: np.ndarray | None) -> Ink:
    """The strokes of a canvas, each float (points, 2) in px, without needless points; or else a drawing (105, 105).

    Raises UserError where there is neither, or too much.
    """
    points = [np.asarray(stroke, np.float32) for stroke in strokes if len(stroke)]
    extent = float(np.ptp(np.concatenate(points), axis=0).max()) if points else 0.0
    lines = rounded(_simplified(stroke, _TOLERANCE * extent) for stroke in points)
    if sum(map(len, lines)) > MAX_KEPT_POINTS:
        raise UserError("There is too much ink on the canvas to keep: clear it and draw one character.")
    if lines:
        return lines
    if drawing is None or not drawing.any():
        raise UserError("There is nothing drawn yet: draw the character first.")
    return packed(drawing)


def add_character(own: OwnSet, place: int, name: str, ink: Ink) -> OwnSet:
    """The set with another character, of one example."""
    name = new_name(own, place, name)
    if len(own.alphabets[place].characters) >= MAX_TAUGHT:
        raise UserError(f"This alphabet has {MAX_TAUGHT} characters, and more are not taught: start another alphabet.")
    return _with(own, place, lambda characters: (*characters, OwnCharacter(name, (_drawing(1, ink),))))


def add_example(own: OwnSet, place: int, name: str, ink: Ink) -> OwnSet:
    """The set with one more example of a character that it has."""
    character = character_named(own, place, name)
    if character is None:
        raise UserError(f"There is no character called {name} in this alphabet any more.")
    if len(character.drawings) >= MAX_EXAMPLES or own.counts[2] >= MAX_DRAWINGS:
        raise UserError(f"{character.name} has {len(character.drawings)} examples, and there is room for no more.")
    number = max(drawing.drawer for drawing in character.drawings) + 1
    return _changed(own, place, character, (*character.drawings, _drawing(number, ink)))


def remove_example(own: OwnSet, place: int, name: str) -> OwnSet:
    """The set without the last example of a character; without the character, if that was the only one."""
    character = character_named(own, place, name)
    return own if character is None else _changed(own, place, character, character.drawings[:-1])


def remove_character(own: OwnSet, place: int, name: str) -> OwnSet:
    """The set without a character."""
    character = character_named(own, place, name)
    return own if character is None else _changed(own, place, character, ())


def rename_character(own: OwnSet, place: int, name: str, new: str) -> OwnSet:
    """The set with another name for a character."""
    character = character_named(own, place, name)
    if character is None or new.strip() == character.name:
        return own
    if character_named(own, place, new) is not character:  # the same name in capitals is no other one
        new = new_name(own, place, new)
    renamed = OwnCharacter(checked_name(new, "this character"), character.drawings)
    return _with(own, place, lambda characters: tuple(renamed if c is character else c for c in characters))


def rename(own: OwnSet, name: str) -> OwnSet:
    """The set with another name; its alphabet too, if it has only one."""
    name = checked_name(name, "this alphabet")
    alphabets = own.alphabets
    if len(alphabets) == 1:
        alphabets = (dataclasses.replace(alphabets[0], name=name),)
    return OwnSet(name, alphabets)


def new_name(own: OwnSet, place: int, text: str) -> str:
    """The name of a new character. Raises UserError for a name that is empty, unusual or taken."""
    if not text.strip():
        raise UserError("This character has no name yet: type one.")
    name = checked_name(text, "this character")
    if (taken := character_named(own, place, name)) is not None:
        raise UserError(f"There is a character called {taken.name} already: choose another name.")
    return name


def character_named(own: OwnSet, place: int, name: str) -> OwnCharacter | None:
    """The character of this name, in capitals or not."""
    wanted = name.strip().casefold()
    return next((c for c in own.alphabets[place].characters if c.name.casefold() == wanted), None)


def _simplified(stroke: np.ndarray, tolerance: float) -> np.ndarray:
    """The points (n, 2) of a stroke without those that are this close, in px, to a line between others."""
    line = cv2.approxPolyDP(stroke.reshape(-1, 1, 2), tolerance, closed=False).reshape(-1, 2)
    if not np.array_equal(line[-1], stroke[-1]):  # it leaves out the end of a stroke that returns to its start
        line = np.concatenate([line, stroke[-1:]])
    return line


def _drawing(number: int, ink: Ink) -> OwnDrawing:
    return OwnDrawing(number, bits=ink) if isinstance(ink, bytes) else OwnDrawing(number, ink)


def _changed(own: OwnSet, place: int, character: OwnCharacter, drawings: tuple[OwnDrawing, ...]) -> OwnSet:
    """The set with these drawings of a character; without it, if there are none."""
    changed = (OwnCharacter(character.name, drawings),) if drawings else ()
    return _with(
        own, place, lambda characters: tuple(new for c in characters for new in (changed if c is character else (c,)))
    )


def _with(own: OwnSet, place: int, change: Callable[[tuple[OwnCharacter, ...]], tuple[OwnCharacter, ...]]) -> OwnSet:
    alphabets = list(own.alphabets)
    alphabets[place] = OwnAlphabet(alphabets[place].name, change(alphabets[place].characters))
    return OwnSet(own.name, tuple(alphabets))
