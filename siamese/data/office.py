"""A small company with one signature of each person on file: the example by which articles explain one-shot learning.

A signature is the person's initials, two letters side by side. Those of the ten people are composed of the built-in
Latin capitals. Anyone can join: a name and one drawing are enough.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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
OTHER_DRAWERS = range(2, 8)
MAX_PEOPLE, MAX_NAME_CHARACTERS = 40, 20

_LETTERS = "Latin capital"
_FIRST_FILE_DRAWER = 11  # of the built-in alphabets: each person on file has a drawer of her own
_SIDE_BY_SIDE = 0  # in compose.LAYOUTS


def company(builtin: CharacterSet) -> CharacterSet:
    """The ten people, each with a signature on file and the same initials by six other drawers."""
    letters = {builtin.characters[c].symbol: c for c in builtin.members(_LETTERS)}
    characters, drawings, character_of, drawer_of = [], [], [], []
    for person, (initials, name) in enumerate(PEOPLE):
        characters.append(Character(ALPHABET, name, initials, name))
        for drawer in (ON_FILE, *OTHER_DRAWERS):
            source = _FIRST_FILE_DRAWER + person if drawer == ON_FILE else drawer
            rows = [builtin.row(letters[letter], source) for letter in initials]
            first, second = (strokes.trace(drawing) for drawing in builtin.drawings(rows))
            rng = np.random.default_rng((person, drawer))
            drawings.append(compose.compose(first, second, _SIDE_BY_SIDE, rng))
            character_of.append(person)
            drawer_of.append(drawer)
    return _character_set(characters, np.stack(drawings), character_of, drawer_of)


def joined(people: CharacterSet, name: str, signature: np.ndarray) -> CharacterSet:
    """The company with one more person, who has this drawing (105, 105) on file.

    Raises UserError for a name that is missing, too long or taken, and when there is no room.
    """
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME_CHARACTERS or not name.isprintable():
        raise UserError(f"Type initials or a name of 1 to {MAX_NAME_CHARACTERS} characters.")
    if name.casefold() in (character.name.casefold() for character in people.characters):
        raise UserError(f"There is a signature of {name} on file already: choose another name.")
    if len(people.characters) >= MAX_PEOPLE:
        raise UserError(f"The file is full: it holds {MAX_PEOPLE} signatures.")
    return _character_set(
        [*people.characters, Character(ALPHABET, name, "", name)],
        np.concatenate([people.drawings(), signature[None]]),
        [*people.character_of, len(people.characters)],
        [*people.drawer_of, ON_FILE],
    )


def empty() -> CharacterSet:
    """A company of nobody yet."""
    return _character_set([], np.zeros((0, 105, 105), np.float32), [], [])


def _character_set(
    characters: Sequence[Character], drawings: np.ndarray, character_of: Sequence[int], drawer_of: Sequence[int]
) -> CharacterSet:
    return CharacterSet(
        ALPHABET,
        (Alphabet(ALPHABET),),
        tuple(characters),
        pack(drawings),
        np.array(character_of, np.int32),
        np.array(drawer_of, np.int32),
    )
