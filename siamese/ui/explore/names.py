"""Characters by their names: a search, and the same name in other alphabets."""

from __future__ import annotations

import collections
import dataclasses
import functools
import unicodedata

from siamese.data.characters import Character, CharacterSet
from siamese.ui import cards

MAX_KEPT = 8
"""Character sets whose names are kept."""


@dataclasses.dataclass(frozen=True)
class _Names:
    """Of all characters of a set: texts that a search looks through, indices by symbol, names without the alphabet's
    own words, and the indices of the characters that have such a name in Unicode."""

    texts: tuple[str, ...]
    by_symbol: dict[str, list[int]]
    short: tuple[str, ...]
    alike: dict[str, list[int]]


def search(characters: CharacterSet, text: str) -> list[int]:
    """Indices of the characters that a text names, in the set's order, those of exactly this short name first.

    A symbol, or its code point as U+0C95, means that symbol. Otherwise each word of the text must occur in the
    character's name or in its alphabet's, in capitals or not.
    """
    names, text = _names(characters.characters), _one_form(text.strip())
    words = text.casefold().split()
    if not words or text in names.by_symbol:
        return list(names.by_symbol.get(text, ()))
    named = [index for index, own in enumerate(names.texts) if all(word in own for word in words)]
    return sorted(named, key=lambda index: names.short[index].casefold() != text.casefold())


def short(characters: CharacterSet) -> tuple[str, ...]:
    """The names of all characters without their alphabet's own words: KA for KANNADA LETTER KA.

    Call it once for a view: the cache hashes all characters at each call, which takes 0.2 ms.
    """
    return _names(characters.characters).short


def namesakes(characters: CharacterSet, index: int) -> list[int]:
    """Indices of the characters of other alphabets that have the same short name; none without a Unicode name."""
    character, named = characters.characters[index], _names(characters.characters)
    alike = named.alike.get(named.short[index], ()) if character.symbol else ()
    return [other for other in alike if characters.characters[other].alphabet != character.alphabet]


@functools.lru_cache(maxsize=MAX_KEPT)
def _names(characters: tuple[Character, ...]) -> _Names:
    members: dict[str, list[int]] = collections.defaultdict(list)
    for index, character in enumerate(characters):
        members[character.alphabet].append(index)
    short = [""] * len(characters)
    alike, by_symbol = collections.defaultdict(list), collections.defaultdict(list)
    for own in members.values():
        for index, name in zip(own, cards.short_names([characters[member] for member in own]), strict=True):
            short[index] = name
            if characters[index].symbol:
                alike[name].append(index)
                by_symbol[_one_form(characters[index].symbol)].append(index)
    texts = tuple(
        _one_form(f"{cards.character_name(each)} {each.name} {cards.alphabet_name(each.alphabet)}").casefold()
        for each in characters
    )
    return _Names(texts, dict(by_symbol), tuple(short), dict(alike))


def _one_form(text: str) -> str:
    """The text in the one of its forms in Unicode that people's keyboards and own alphabets have."""
    return unicodedata.normalize("NFC", text)
