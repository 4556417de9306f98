"""Own sets from pictures: a folder or a zip of alphabet/character/picture, with any pictures of a character on paper.

The two folders above a picture name its alphabet and its character, whatever lies above them. Where there is only one,
it is the character's, and the folder or archive itself is the alphabet. Pictures without any folder are one character
each. Pictures of a character are numbered by name as drawers 1, 2, 3, and characters may have different numbers.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re
import unicodedata

from siamese.data import pictures
from siamese.data.archives import Progress
from siamese.data.file_tree import FileTree
from siamese.data.own.file_format import (
    MAX_ALPHABETS,
    MAX_CHARACTERS,
    MAX_DRAWINGS,
    MAX_NAME_CHARACTERS,
    OwnAlphabet,
    OwnCharacter,
    OwnDrawing,
    OwnSet,
    packed,
)
from siamese.errors import UserError

SUFFIXES = (".png", ".jpg", ".jpeg", ".heic", ".heif", ".avif", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".mpo")
"""Of files that are taken for pictures."""
MAX_NAMED = 5
"""Characters or pictures named in a message; others are counted."""

Groups = dict[str, dict[str, list[str]]]
"""Alphabet -> character -> names of its pictures."""


@dataclasses.dataclass(frozen=True)
class Import:
    """An own set read from pictures, and sentences about what was left out."""

    own: OwnSet
    notes: tuple[str, ...]


def read_tree(tree: FileTree, name: str, progress: Progress | None = None) -> Import:
    """The own set in a folder or archive; `name` is the set's and, where the tree names none, the alphabet's.

    Reading takes up to 0.3 s per photograph. Raises UserError when there are no pictures or too many, or none that can
    be read.
    """
    groups, strays = _group(tree, name)
    drawings, unread = _draw_all(tree, groups, progress)
    alphabets, lost = [], []
    for alphabet, characters in groups.items():
        kept = {character: [drawings[f] for f in files if f in drawings] for character, files in characters.items()}
        lost += [f"{alphabet}/{character}" for character, own in kept.items() if not own]
        if any(kept.values()):
            alphabets.append(OwnAlphabet(alphabet, tuple(_character(*each) for each in kept.items() if each[1])))
    if not alphabets:
        file, reason = next(iter(unread.items()))
        raise UserError(f"None of the {len(unread)} pictures in {tree.path.name} can be read; {file}: {reason}")
    return Import(OwnSet(name, tuple(alphabets)), _notes(tree, strays, lost, unread, len(drawings) + len(unread)))


def _character(name: str, bits: list[bytes]) -> OwnCharacter:
    return OwnCharacter(name, tuple(OwnDrawing(number, bits=own) for number, own in enumerate(bits, start=1)))


def _draw_all(tree: FileTree, groups: Groups, progress: Progress | None) -> tuple[dict[str, bytes], dict[str, str]]:
    """Packed drawings by picture, and why the other pictures cannot be read."""
    from siamese.data.photograph import draw_image  # its libraries take a second to import

    drawings, unread = {}, {}
    files = [file for characters in groups.values() for own in characters.values() for file in own]
    for done, file in enumerate(files, start=1):
        try:
            drawings[file] = packed(draw_image(tree.read(file, pictures.MAX_BYTES)))
        except UserError as error:
            unread[file] = str(error)
        if progress is not None:
            progress(done, len(files))
    return drawings, unread


def _group(tree: FileTree, name: str) -> tuple[Groups, list[str]]:
    """The pictures by alphabet and character, in the order of their names, and those that belong to no character.

    Raises UserError when there are no pictures or too many.
    """
    files = sorted((f for f in tree.files if pathlib.PurePosixPath(f).suffix.lower() in SUFFIXES), key=_natural)
    if not files:
        raise UserError(
            f"{tree.path.name} has no pictures; give a folder or a zip of folders, one for each character, with "
            "pictures of it."
        )
    if len(files) > MAX_DRAWINGS:
        raise UserError(f"{tree.path.name} has {len(files):,} pictures, and {MAX_DRAWINGS:,} are the most.")
    depth = min(2, max(file.count("/") for file in files))
    places: dict[tuple[str, ...], list[str]] = {}
    strays = []
    for file in files:
        *folders, last = file.split("/")
        if len(folders) < depth:
            strays.append(file)
        else:
            places.setdefault(tuple(folders[-depth:]) if depth else (last.rpartition(".")[0],), []).append(file)
    return _named(tree, name, places), strays


def _named(tree: FileTree, name: str, places: dict[tuple[str, ...], list[str]]) -> Groups:
    """Pictures by the names of alphabet and character, of pictures by their folders. Raises UserError for too many."""
    groups: Groups = {}
    alphabets, characters = _Names(), {}
    for place, files in places.items():
        alphabet = alphabets.of(place[0], name) if len(place) == 2 else name
        names = characters.setdefault(alphabet, _Names())
        groups.setdefault(alphabet, {})[names.of(place[-1], "character")] = files
    if len(groups) > MAX_ALPHABETS or len(places) > MAX_CHARACTERS:
        raise UserError(
            f"{tree.path.name} has {len(groups)} alphabets and {len(places)} characters, and {MAX_ALPHABETS} and "
            f"{MAX_CHARACTERS} are the most."
        )
    return groups


class _Names:
    """Names of folders as names of alphabets or characters: printable, not long, and each only once."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}

    def of(self, folder: str, otherwise: str) -> str:
        if folder not in self._of:
            plain = plain_name(folder) or otherwise
            tries = (plain, *(f"{plain[: MAX_NAME_CHARACTERS - 4]} {number}" for number in range(2, MAX_DRAWINGS)))
            self._of[folder] = next(each for each in tries if each not in self._of.values())
        return self._of[folder]


def plain_name(text: str) -> str:
    """The printable part of a text as a name of at most 60 characters; it may be empty."""
    printable = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", text))
    return " ".join(printable.split())[:MAX_NAME_CHARACTERS].strip()


def _natural(name: str) -> list[tuple[int, int | str]]:
    """A key of sorting by which 9.png comes before 10.png."""
    parts = re.split(r"([0-9]{1,9})", name)
    return [(0, int(part)) if part.isdecimal() and part.isascii() else (1, part) for part in parts if part]


def _notes(tree: FileTree, strays: list[str], lost: list[str], unread: dict[str, str], total: int) -> tuple[str, ...]:
    notes = [f"{archive} was left out: {reason}" for archive, reason in list(tree.unread.items())[:MAX_NAMED]]
    if lost:
        notes.append(f"Left out, since no picture of it can be read: {_list(lost)}.")
    if unread:
        file, reason = next(iter(unread.items()))
        notes.append(f"{len(unread)} of {total} pictures could not be read, such as {file}: {reason}")
    if strays:
        notes.append(f"Left out, since it is in no character's folder: {_list(strays)}.")
    return tuple(notes)


def _list(names: list[str]) -> str:
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return ", ".join(names[:MAX_NAMED]) + more
