"""Drawings for those who cannot draw: characters of a built-in alphabet, each time by another person."""

from __future__ import annotations

import functools
from collections.abc import Hashable

from siamese.data import support
from siamese.data.characters import CharacterSet
from siamese.ui import datasets

ALPHABET, CHARACTERS = "Kannada", 5
"""Few characters, so that one which was taught soon comes again."""
HELP = f"One of {CHARACTERS} built-in characters, each time drawn by another person: for those who cannot draw."


def support_set() -> tuple[CharacterSet, support.Support]:
    """The built-in alphabets, and the characters of which samples are taken. Raises UserError if they are damaged."""
    return _support_set(datasets.version("builtin"))


@functools.lru_cache(maxsize=1)
def _support_set(version: Hashable) -> tuple[CharacterSet, support.Support]:
    characters = datasets.loaded("builtin")
    return characters, support.build(characters, characters.members(ALPHABET)[:CHARACTERS], 1, 1)
