"""Own sets: alphabets that people on this server drew or imported, a file each in the user's data folder.

A shared set is listed for everybody; its key is "own-" and its name in plain letters. A private set is never listed: it
is found only by its key, "private-" and 128 random bits, which its maker's session and links hold.
"""

from __future__ import annotations

import functools
import hashlib
import pathlib
import re
import secrets
import time
import unicodedata

import numpy as np

from siamese import paths
from siamese.data.characters import Alphabet, Character, CharacterSet, pack
from siamese.data.own.file_format import MAX_FILE_BYTES, OwnSet, write
from siamese.data.own.reader import read
from siamese.data.packed_files import Stamp, delete_remains, one_at_a_time, stamp
from siamese.data.packed_files import write as write_file
from siamese.errors import UserError
from siamese.reading import parse_json, read_regular

SHARED, PRIVATE = "own-", "private-"
"""How keys begin."""
MAX_SHARED_SETS, MAX_PRIVATE_SETS = 100, 300
MAX_TOTAL_BYTES = 500_000_000
KEPT_SECONDS = 24 * 3600.0
"""A private set that has not been changed for this long makes room for others once there are too many."""
MAX_HEAD_BYTES = 2_000
"""Of the first line of a file."""

_KEY = re.compile(rf"({SHARED}[a-z0-9][a-z0-9-]{{0,69}}|{PRIVATE}[0-9a-f]{{32}})")
_LOCK = "own.lock"


def folder() -> pathlib.Path:
    """The folder of shared sets; private ones are in a folder in it."""
    return paths.data() / "own"


def file(key: str) -> pathlib.Path:
    """The file of a set, which may not exist. Raises UserError for what is not the key of an own set."""
    if not _KEY.fullmatch(key):
        raise UserError(f"There are no alphabets with the key {key!r}.")
    return (folder() / "private" if key.startswith(PRIVATE) else folder()) / f"{key}.json"


def is_key(text: str) -> bool:
    """Whether this is the key of an own set that is kept."""
    return _KEY.fullmatch(text) is not None and file(text).is_file()


def names() -> dict[str, str]:
    """Key -> name of the shared sets, by name. Read again only when a file has changed."""
    return dict(_names(folder(), stamp(folder())))


@functools.lru_cache(maxsize=4)
def _names(place: pathlib.Path, version: Stamp) -> tuple[tuple[str, str], ...]:
    keys = [entry.stem for entry in place.glob(f"{SHARED}*.json") if _KEY.fullmatch(entry.stem)]
    return tuple(sorted(((key, name(key)) for key in keys), key=lambda pair: (pair[1].casefold(), pair[0])))


def name(key: str) -> str:
    """The name of a set; its key where its file is damaged."""
    return _head(file(key), stamp(file(key))).get("name", key)


def owner(key: str) -> str:
    """The hash that `keep` was given of a shared set's maker, or ""."""
    return _head(file(key), stamp(file(key))).get("owner", "")


@functools.lru_cache(maxsize=1024)
def _head(source: pathlib.Path, version: Stamp) -> dict[str, str]:
    """The texts in the first line of a file, as `write` makes it."""
    try:
        with source.open("rb") as opened:
            values = parse_json(opened.readline(MAX_HEAD_BYTES).rstrip(b",\r\n") + b"}")
    except (OSError, ValueError):
        return {}
    entries = values.items() if isinstance(values, dict) else ()
    return {key: value for key, value in entries if isinstance(value, str)}


def load(key: str) -> OwnSet:
    """A set as it was kept. Raises UserError when it is not there or damaged."""
    try:
        content = read_regular(file(key), MAX_FILE_BYTES)
    except OSError as error:
        raise UserError(f"The alphabets {key!r} are not on this server any more: import or draw them again.") from error
    return read(content, file(key).name)


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
    with one_at_a_time(_LOCK):
        shared = names()
        same = [other for other, taken in shared.items() if taken.casefold() == own.name.casefold() and other != key]
        if same and not key.startswith(PRIVATE):
            raise UserError(f"There are alphabets called {own.name} already: choose another name, or delete those.")
        key = key or _new_key(own.name, shared)
        target = file(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file():
            _make_room(key.startswith(PRIVATE), len(content))
        delete_remains(target.parent)
        write_file(target, lambda draft: draft.write(content))
    return key


def delete(key: str) -> None:
    """Delete a set. Raises UserError when it is not there."""
    if not is_key(key):
        raise UserError(f"There are no alphabets with the key {key!r}.")
    with one_at_a_time(_LOCK):
        file(key).unlink(missing_ok=True)


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
    kept = sorted((folder() / "private").glob("*.json"), key=lambda entry: entry.stat().st_mtime)
    shared = list(folder().glob("*.json"))
    if private and len(kept) >= MAX_PRIVATE_SETS and time.time() - kept[0].stat().st_mtime > KEPT_SECONDS:
        kept.pop(0).unlink()
    if len(kept if private else shared) >= (MAX_PRIVATE_SETS if private else MAX_SHARED_SETS):
        raise UserError("This server has as many own alphabets as it can keep: delete some first.")
    if sum(entry.stat().st_size for entry in [*kept, *shared]) + size > MAX_TOTAL_BYTES:
        raise UserError("The own alphabets on this server take as much room as they may: delete some first.")
