"""CharacterSet: drawings packed to bits, by alphabet, character and drawer.

A drawing is float32 (105, 105), ink 1, paper 0, everywhere in this project. Packed it takes 1,379 bytes, so all of
Omniglot (32,460 drawings) is 45 MB in memory and 4.3 MB compressed on disk.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import io
import lzma
import pathlib
import threading
import zipfile
import zlib
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from cachetools import LRUCache, cached

from siamese.config import SIDE

PIXELS = SIDE * SIDE
PACKED = (PIXELS + 7) // 8
MAX_SHARED_BYTES = 100_000_000
"""Of the support sets that are kept unpacked in a process: 0.9 MB each for 20 drawings."""


def pack(drawings: np.ndarray) -> np.ndarray:
    """Bits (n, 1379) uint8 of drawings (n, 105, 105); a pixel counts as ink from 0.5 on."""
    return np.packbits(np.asarray(drawings).reshape(-1, PIXELS) >= 0.5, axis=1)


def unpack(bits: np.ndarray) -> np.ndarray:
    """Drawings float32 (n, 105, 105) of bits (n, 1379)."""
    return np.unpackbits(bits, axis=1, count=PIXELS).reshape(-1, SIDE, SIDE).astype(np.float32)


@dataclasses.dataclass(frozen=True)
class Alphabet:
    """A group of characters. `script` is its Unicode script, which print and handwriting share; empty if invented."""

    name: str
    script: str = ""


@dataclasses.dataclass(frozen=True)
class Character:
    """A class. `symbol` and `caption` are its Unicode character and name, empty if unknown."""

    alphabet: str
    name: str
    symbol: str = ""
    caption: str = ""


@dataclasses.dataclass(frozen=True)
class CharacterSet:
    """Drawings in the order of `characters`, and of drawers within each.

    bits: uint8 (drawings, 1379); character_of, drawer_of: int32 (drawings,). Arrays are read-only and may be shared
    between threads. print_drawer: the drawer whose drawings are print; None where people drew all.
    """

    name: str
    alphabets: tuple[Alphabet, ...]
    characters: tuple[Character, ...]
    bits: np.ndarray
    character_of: np.ndarray
    drawer_of: np.ndarray
    print_drawer: int | None = None

    def __post_init__(self) -> None:
        count = len(self.bits)
        if (
            self.bits.shape != (count, PACKED)
            or self.character_of.shape != (count,)
            or self.drawer_of.shape != (count,)
        ):
            raise ValueError(
                f"bits {self.bits.shape}, character_of {self.character_of.shape} and drawer_of {self.drawer_of.shape} "
                "do not fit together."
            )
        if count and not (self.character_of.min() >= 0 and self.character_of.max() < len(self.characters)):
            raise ValueError(f"A drawing refers to a character beyond the {len(self.characters)} of the set.")
        for array in (self.bits, self.character_of, self.drawer_of):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.bits)

    @functools.cached_property
    def digest(self) -> str:
        """A hash of the drawings and whose they are: another set of the same name and size has another."""
        content = hashlib.blake2b(digest_size=16)
        for array in (self.bits, self.character_of, self.drawer_of):
            content.update(np.ascontiguousarray(array))
        return content.hexdigest()

    @functools.cached_property
    def _rows(self) -> dict[int, np.ndarray]:
        order = np.lexsort((self.drawer_of, self.character_of))
        starts = np.searchsorted(self.character_of[order], np.arange(len(self.characters) + 1))
        return {c: order[starts[c] : starts[c + 1]] for c in range(len(self.characters))}

    @functools.cached_property
    def _members(self) -> dict[str, tuple[int, ...]]:
        members: dict[str, list[int]] = {alphabet.name: [] for alphabet in self.alphabets}
        for index, character in enumerate(self.characters):
            members[character.alphabet].append(index)
        return {name: tuple(indices) for name, indices in members.items()}

    def alphabet(self, name: str) -> Alphabet:
        """The alphabet with this name. Raises KeyError with the names that exist."""
        for alphabet in self.alphabets:
            if alphabet.name == name:
                return alphabet
        raise KeyError(
            f"There is no alphabet {name!r} in {self.name}: "
            f"choose one of {', '.join(sorted(a.name for a in self.alphabets))}."
        )

    def members(self, alphabet: str) -> tuple[int, ...]:
        """Indices of the characters of an alphabet, in the alphabet's order."""
        return self._members[self.alphabet(alphabet).name]

    def rows(self, character: int) -> np.ndarray:
        """Indices of the drawings of a character, by drawer."""
        return self._rows[character]

    def row(self, character: int, drawer: int) -> int:
        """Index of the drawing of a character by a drawer. Raises KeyError if there is none."""
        for row in self._rows[character]:
            if self.drawer_of[row] == drawer:
                return int(row)
        raise KeyError(
            f"Drawer {drawer} has not drawn {self.characters[character].name} of {self.characters[character].alphabet}."
        )

    def rows_by(self, character: int, drawers: Sequence[int], besides: int = 0) -> list[int]:
        """A different row of a character for each of these drawers.

        Where one has not drawn it, the row of its next drawer stands in, who is not `besides`. Raises ValueError if the
        character has too few drawings.
        """
        rows = self._rows[character]
        row_of = dict(zip(self.drawer_of[rows].tolist(), rows.tolist(), strict=True))
        others = [row for drawer, row in row_of.items() if drawer not in drawers and drawer != besides]
        if sum(drawer not in row_of for drawer in drawers) > len(others):
            raise ValueError(f"{self.characters[character].name} has too few drawings: {len(rows)}.")
        return [row_of[drawer] if drawer in row_of else others.pop(0) for drawer in drawers]

    def drawers(self, character: int) -> tuple[int, ...]:
        """The drawers of a character, in ascending order."""
        return tuple(int(d) for d in self.drawer_of[self._rows[character]])

    def origin(self, drawers: Iterable[int]) -> str:
        """Where drawings of these drawers come from: "drawn by person 3", "drawn by persons 4, 5", "printed"."""
        people = [int(drawer) for drawer in drawers if drawer != self.print_drawer]
        drawn = f"drawn by person{'s' * (len(people) > 1)} {', '.join(map(str, people))}"
        if self.print_drawer not in drawers:
            return drawn
        return f"printed and {drawn}" if people else "printed"

    def drawings(self, rows: Iterable[int] | np.ndarray | None = None) -> np.ndarray:
        """Drawings float32 (n, 105, 105) of these rows, or of all rows."""
        return unpack(self.bits if rows is None else self.bits[np.asarray(rows, dtype=np.int64).reshape(-1)])

    def shared_drawings(self, rows: np.ndarray) -> np.ndarray:
        """Drawings float32 (*rows.shape, 105, 105): one read-only array for all who compare with the same rows."""
        return _shared(self, rows)

    def subset(self, alphabets: Collection[str], name: str | None = None) -> CharacterSet:
        """The drawings of these alphabets only. Raises KeyError for an unknown name."""
        for wanted in alphabets:
            self.alphabet(wanted)
        kept = [i for i, character in enumerate(self.characters) if character.alphabet in alphabets]
        renumber = np.full(len(self.characters), -1, dtype=np.int32)
        renumber[kept] = np.arange(len(kept), dtype=np.int32)
        rows = np.flatnonzero(renumber[self.character_of] >= 0)
        return CharacterSet(
            name or self.name,
            tuple(a for a in self.alphabets if a.name in alphabets),
            tuple(self.characters[i] for i in kept),
            self.bits[rows],
            renumber[self.character_of[rows]],
            self.drawer_of[rows],
            self.print_drawer,
        )

    def save(self, file: pathlib.Path | io.BytesIO) -> None:
        """Write everything as one compressed npz of plain arrays (no pickles)."""
        text = functools.partial(np.array, dtype=np.str_)
        np.savez_compressed(
            file,
            name=text(self.name),
            alphabets=text([(a.name, a.script) for a in self.alphabets]),
            characters=text([(c.alphabet, c.name, c.symbol, c.caption) for c in self.characters]),
            bits=self.bits,
            character_of=self.character_of,
            drawer_of=self.drawer_of,
        )

    @classmethod
    def load(cls, file: pathlib.Path) -> CharacterSet:
        """Read what `save` wrote. Raises ValueError for any other file."""
        try:
            with np.load(file, allow_pickle=False) as arrays:
                return cls(
                    str(arrays["name"]),
                    tuple(Alphabet(*map(str, row)) for row in arrays["alphabets"]),
                    tuple(Character(*map(str, row)) for row in arrays["characters"]),
                    arrays["bits"],
                    arrays["character_of"],
                    arrays["drawer_of"],
                )
        except (
            KeyError,
            TypeError,
            AttributeError,
            OSError,
            EOFError,
            ValueError,
            zipfile.BadZipFile,
            zlib.error,
            lzma.LZMAError,
        ) as error:
            raise ValueError(f"{file} is not a character set of this project: {error}") from error


def _shared_key(characters: CharacterSet, rows: np.ndarray) -> tuple[str, tuple[int, ...], bytes]:
    return characters.digest, rows.shape, np.ascontiguousarray(rows, np.int64).tobytes()


@cached(
    LRUCache(MAX_SHARED_BYTES, getsizeof=lambda drawings: drawings.nbytes),
    key=_shared_key,
    condition=threading.Condition(),
)
def _shared(characters: CharacterSet, rows: np.ndarray) -> np.ndarray:
    drawings = characters.drawings(rows).reshape(*rows.shape, SIDE, SIDE)
    drawings.flags.writeable = False
    return drawings
