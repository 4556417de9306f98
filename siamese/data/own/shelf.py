"""Where own sets are kept: what a shelf for them offers, and the one of files in the user's data folder.

A server has one shelf. `own.use` puts another one in its place: servers that share a database keep own sets there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import pathlib
import re
from collections.abc import Hashable, Mapping
from typing import Protocol

from siamese import paths
from siamese.data.own.file_format import MAX_FILE_BYTES
from siamese.data.packed_files import Stamp, delete_remains, one_at_a_time, stamp, write
from siamese.errors import UserError
from siamese.reading import parse_json, read_regular

SHARED, PRIVATE = "own-", "private-"
"""How keys begin."""
MAX_HEAD_BYTES = 2_000
"""Of the first line of a file."""

_KEY = re.compile(rf"({SHARED}[a-z0-9][a-z0-9-]{{0,69}}|{PRIVATE}[0-9a-f]{{32}})")
_LOCK = "own.lock"


@dataclasses.dataclass(frozen=True)
class Label:
    """What can be known of a set without reading it. owner: the hash of a shared set's maker, or ""."""

    name: str
    owner: str
    version: Hashable


@dataclasses.dataclass(frozen=True)
class Kept:
    """The place that a set takes. changed: seconds since 1970."""

    key: str
    size_bytes: int
    changed: float


class Shelf(Protocol):
    """Where own sets are kept; threads may share it. Every method raises UserError.

    rooms: how many times the sets of one server there is room for.
    """

    rooms: int

    def changing(self) -> contextlib.AbstractContextManager[None]:
        """While sets are changed: nobody else changes them."""

    def shared(self) -> Mapping[str, Label]:
        """The labels of all shared sets, by key."""

    def label(self, key: str) -> Label | None:
        """The label of a set; None for one that is not there."""

    def kept(self) -> list[Kept]:
        """All sets."""

    def read(self, key: str) -> bytes:
        """The content of a set's file. Raises UserError when it is not there."""

    def write(self, key: str, content: bytes) -> None:
        """Keep a set, completely or not at all. Call it while `changing`."""

    def delete(self, key: str) -> None:
        """Delete a set, if it is there. Call it while `changing`."""


def is_well_formed(text: str) -> bool:
    """Whether this could be the key of an own set."""
    return _KEY.fullmatch(text) is not None


def missing(key: str) -> UserError:
    """The error for a set that is not there."""
    return UserError(f"The alphabets {key!r} are not on this server any more: import or draw them again.")


def head(content: bytes) -> dict[str, str]:
    """The texts in the first line of a file, as `file_format.write` makes it; none where it is damaged."""
    try:
        values = parse_json(content.split(b"\n", 1)[0][:MAX_HEAD_BYTES].rstrip(b",\r\n") + b"}")
    except ValueError:
        return {}
    return {key: value for key, value in values.items() if isinstance(value, str)} if isinstance(values, dict) else {}


def folder() -> pathlib.Path:
    """The folder of shared sets; private ones are in a folder in it."""
    return paths.data() / "own"


def file(key: str) -> pathlib.Path:
    """The file of a set, which may not exist. Raises UserError for what is not the key of an own set."""
    if not is_well_formed(key):
        raise UserError(f"There are no alphabets with the key {key!r}.")
    return (folder() / "private" if key.startswith(PRIVATE) else folder()) / f"{key}.json"


class FileShelf:
    """A file for each set, in the user's data folder."""

    rooms = 1

    def changing(self) -> contextlib.AbstractContextManager[None]:
        return one_at_a_time(_LOCK)

    def shared(self) -> Mapping[str, Label]:
        return _labels(folder(), stamp(folder()))

    def label(self, key: str) -> Label | None:
        source = file(key)
        return _label(source, stamp(source)) if source.is_file() else None

    def kept(self) -> list[Kept]:
        files = [*folder().glob("*.json"), *(folder() / "private").glob("*.json")]
        return [Kept(entry.stem, entry.stat().st_size, entry.stat().st_mtime) for entry in files]

    def read(self, key: str) -> bytes:
        try:
            return read_regular(file(key), MAX_FILE_BYTES)
        except OSError as error:
            raise missing(key) from error

    def write(self, key: str, content: bytes) -> None:
        target = file(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        delete_remains(target.parent)
        write(target, lambda draft: draft.write(content))

    def delete(self, key: str) -> None:
        file(key).unlink(missing_ok=True)


@functools.lru_cache(maxsize=4)
def _labels(place: pathlib.Path, version: Stamp) -> dict[str, Label]:
    """The labels of the shared sets, read again only when a file has changed."""
    keys = [entry.stem for entry in place.glob(f"{SHARED}*.json") if is_well_formed(entry.stem)]
    return {key: _label(file(key), stamp(file(key))) for key in keys}


@functools.lru_cache(maxsize=1024)
def _label(source: pathlib.Path, version: Stamp) -> Label:
    try:
        with source.open("rb") as opened:
            texts = head(opened.readline(MAX_HEAD_BYTES))
    except OSError:
        texts = {}
    return Label(texts.get("name", source.stem), texts.get("owner", ""), version)
