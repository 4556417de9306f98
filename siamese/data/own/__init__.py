"""Own sets: alphabets that people drew or imported, on the shelf of this server (`own.shelf`).

A shared set is listed for everybody; its key is "own-" and its name in plain letters. A private set is never listed: it
is found only by its key, "private-" and 128 random bits, which its maker's session and links hold.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
import unicodedata
from collections.abc import Hashable

import numpy as np

from siamese.data.characters import Alphabet, Character, CharacterSet, pack
from siamese.data.own.file_format import MAX_FILE_BYTES, OwnSet, write
from siamese.data.own.reader import read
from siamese.data.own.shelf import PRIVATE, SHARED, FileShelf, Shelf, is_well_formed
from siamese.errors import UserError

MAX_SHARED_SETS, MAX_PRIVATE_SETS = 100, 300
MAX_TOTAL_BYTES = 500_000_000
"""Of one server."""
KEPT_SECONDS = 24 * 3600.0
"""A private set that has not been changed for this long makes room for others once there are too many."""

_shelf: Shelf = FileShelf()


def use(shelf: Shelf) -> None:
    """Keep own sets on another shelf from now on."""
    global _shelf
    _shelf = shelf


def is_key(text: str) -> bool:
    """Whether this is the key of an own set that is kept."""
    return is_well_formed(text) and _shelf.label(text) is not None


def names() -> dict[str, str]:
    """Key -> name of the shared sets, by name."""
    labels = {key: label.name for key, label in _shelf.shared().items()}
    return dict(sorted(labels.items(), key=lambda pair: (pair[1].casefold(), pair[0])))


def name(key: str) -> str:
    """The name of a set; its key where its file is damaged."""
    label = _shelf.label(key)
    return label.name if label else key


def owner(key: str) -> str:
    """The hash that `keep` was given of a shared set's maker, or ""."""
    label = _shelf.label(key)
    return label.owner if label else ""


def version(key: str) -> Hashable:
    """Differs when the content of a set does; None for one that is not there."""
    label = _shelf.label(key)
    return label.version if label else None


def load(key: str) -> OwnSet:
    """A set as it was kept. Raises UserError when it is not there or damaged."""
    return read(_shelf.read(key), f"{key}.json")


def character_set(own: OwnSet) -> CharacterSet:
    """Its drawings: 0.6 ms for each that consists of strokes."""
    characters, drawings, numbers, drawers = [], [], [], []
    for alphabet in own.alphabets:
        for character in alphabet.characters:
            for drawing in sorted(character.drawings, key=lambda drawing: drawing.drawer):
                drawings.append(pack(drawing.pixels()[None])[0])
                numbers.append(len(characters))
                drawers.append(drawing.drawer)
            characters.append(Character(alphabet.name, character.name, caption=character.name))
    return CharacterSet(
        own.name,
        tuple(Alphabet(alphabet.name) for alphabet in own.alphabets),
        tuple(characters),
        np.stack(drawings),
        np.array(numbers, np.int32),
        np.array(drawers, np.int32),
    )


def new_private_key() -> str:
    """A key that nobody can guess."""
    return PRIVATE + secrets.token_hex(16)


def keep(own: OwnSet, key: str = "", maker: str = "") -> str:
    """Write a set, under a new shared key or in place of the set with this key, and return the key.

    maker: for a shared set, a text that only its maker knows; a hash of it is kept. Raises UserError, and then changes
    nothing: when a shared set has this name already, when there are too many sets, or when the disk is full.
    """
    content = write(own, owner=digest(maker)) if maker else write(own)
    if len(content) > MAX_FILE_BYTES:
        raise UserError(f"{own.name} takes more than {MAX_FILE_BYTES // 1_000_000} MB: leave out some drawings.")
    with _shelf.changing():
        shared = names()
        same = [other for other, taken in shared.items() if taken.casefold() == own.name.casefold() and other != key]
        if same and not key.startswith(PRIVATE):
            raise UserError(f"There are alphabets called {own.name} already: choose another name, or delete those.")
        key = key or _new_key(own.name, shared)
        if not is_key(key):
            _make_room(key.startswith(PRIVATE), len(content))
        _shelf.write(key, content)
    return key


def delete(key: str) -> None:
    """Delete a set. Raises UserError when it is not there."""
    if not is_key(key):
        raise UserError(f"There are no alphabets with the key {key!r}.")
    with _shelf.changing():
        _shelf.delete(key)


def digest(maker: str) -> str:
    """The hash by which a maker is recognised, "" for nobody."""
    return hashlib.sha256(maker.encode()).hexdigest() if maker else ""


def _new_key(text: str, taken: dict[str, str]) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-")
    plain = plain or hashlib.sha256(text.encode()).hexdigest()[:8]  # a name in another script
    tries = (f"{SHARED}{plain}", *(f"{SHARED}{plain}-{number}" for number in range(2, MAX_SHARED_SETS + 2)))
    return next(key for key in tries if key not in taken)


def _make_room(private: bool, size: int) -> None:
    """Raise UserError unless there is room for another set; old private sets make room."""
    kept = sorted(_shelf.kept(), key=lambda each: each.changed)
    alike = [each for each in kept if each.key.startswith(PRIVATE) == private]
    most = _shelf.rooms * (MAX_PRIVATE_SETS if private else MAX_SHARED_SETS)
    if private and len(alike) >= most and time.time() - alike[0].changed > KEPT_SECONDS:
        oldest = alike.pop(0)
        kept.remove(oldest)
        _shelf.delete(oldest.key)
    if len(alike) >= most:
        raise UserError("This server has as many own alphabets as it can keep: delete some first.")
    if sum(each.size_bytes for each in kept) + size > _shelf.rooms * MAX_TOTAL_BYTES:
        raise UserError("The own alphabets on this server take as much room as they may: delete some first.")
