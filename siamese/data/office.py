"""A small company with one signature of each person on file: the example by which articles explain one-shot learning.

A signature is the person's initials, two letters side by side. Those of the ten people are composed of the built-in
Latin capitals. Anyone can join: a name and one drawing are enough.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from siamese.config import SIDE
from siamese.data import compose, strokes
from siamese.data.characters import Alphabet, Character, CharacterSet, pack
from siamese.errors import UserError

ALPHABET = "The company"
PEOPLE = (
    ("AK", "Amina K."),
    ("BT", "Ben T."),
    ("CW", "Chen W."),
    ("DS", "Dina S."),
    ("ER", "Emil R."),
    ("FN", "Fatou N."),
    ("GP", "Goran P."),
    ("HM", "Hana M."),
    ("IL", "Iker L."),
    ("JV", "Jo V."),
)
"""Initials and names."""
ON_FILE = 1
"""The drawer of the signatures on file; the other drawers wrote the same initials."""
OTHER_DRAWERS = range(2, 6)
MAX_PEOPLE, MAX_NAME_CHARACTERS = 40, 20

_LETTERS = "Latin capital"
_FIRST_FILE_DRAWER = 11  # of the built-in alphabets: each signature on file is in a hand of its own
_SIDE_BY_SIDE = 0  # in compose.LAYOUTS


def company(builtin: CharacterSet) -> CharacterSet:
    """The ten people of the built-in alphabets: a signature on file each, and the initials by four other drawers."""
    letters = {builtin.characters[c].symbol: c for c in builtin.members(_LETTERS)}
    drawings = []
    for person, (initials, _) in enumerate(PEOPLE):
        for drawer in (ON_FILE, *OTHER_DRAWERS):
            source = _FIRST_FILE_DRAWER + person if drawer == ON_FILE else drawer
            rows = [builtin.row(letters[letter], source) for letter in initials]
            drawings.append(signature(builtin.drawings(rows), np.random.default_rng((person, drawer))))
    drawers = [ON_FILE, *OTHER_DRAWERS]
    return _character_set(
        [Character(ALPHABET, name, initials, name) for initials, name in PEOPLE],
        pack(np.stack(drawings)),
        np.repeat(np.arange(len(PEOPLE)), len(drawers)),
        np.tile(drawers, len(PEOPLE)),
    )


def signature(letters: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A drawing (105, 105) of two letters, drawings (2, 105, 105), side by side; their places vary a little."""
    first, second = map(strokes.trace, letters)
    return strokes.render(compose.compose(first, second, _SIDE_BY_SIDE, rng), strokes.PEN_PX)


def joined(people: CharacterSet, name: str, signature: np.ndarray) -> CharacterSet:
    """The company with one more person, who has this drawing (105, 105) on file.

    Raises UserError for a name that is missing, too long or taken, and when the file is full.
    """
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME_CHARACTERS or not name.isprintable():
        raise UserError(f"Type initials or a name of 1 to {MAX_NAME_CHARACTERS} characters, then press Put on file.")
    if name.casefold() in (character.name.casefold() for character in people.characters):
        raise UserError(f"A signature of {name} is on file already: choose another name.")
    if len(people.characters) >= MAX_PEOPLE:
        raise UserError(f"The file is full, it holds {MAX_PEOPLE} signatures: remove one first.")
    return _character_set(
        [*people.characters, Character(ALPHABET, name, "", name)],
        np.concatenate([people.bits, pack(signature)]),
        np.append(people.character_of, len(people.characters)),
        np.append(people.drawer_of, ON_FILE),
    )


def without(people: CharacterSet, person: int) -> CharacterSet:
    """The company without the person at this index."""
    kept = people.character_of != person
    character_of = people.character_of[kept]
    return _character_set(
        [character for index, character in enumerate(people.characters) if index != person],
        people.bits[kept],
        character_of - (character_of > person),
        people.drawer_of[kept],
    )


def rows_on_file(people: CharacterSet) -> np.ndarray:
    """The rows, int (n, 1), of the signatures on file."""
    rows = [people.row(person, ON_FILE) for person in range(len(people.characters))]
    return np.array(rows, int).reshape(-1, 1)


def _character_set(
    characters: Sequence[Character], bits: np.ndarray, character_of: np.ndarray, drawer_of: np.ndarray
) -> CharacterSet:
    return CharacterSet(
        ALPHABET,
        (Alphabet(ALPHABET),),
        tuple(characters),
        bits,
        character_of.astype(np.int32),
        drawer_of.astype(np.int32),
    )


EMPTY = _character_set([], pack(np.zeros((0, SIDE, SIDE))), np.zeros(0), np.zeros(0))
"""A company in which nobody is on file."""
