"""What the views of alphabets have in common: what is chosen, the way back, and names of what can be chosen next."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Callable

from siamese.data.characters import Alphabet, CharacterSet
from siamese.ui import cards

Seen = Callable[[Alphabet], bool | None]
"""Whether the network was trained on an alphabet."""


@dataclasses.dataclass(frozen=True)
class Chosen:
    """What is shown of a data source (its key). drawer: whose drawings; other: who is compared, or 0; seen: None while
    the network is loading; played: how often strokes were played again."""

    source: str
    characters: CharacterSet
    drawer: int
    other: int
    seen: Seen | None
    played: int = 0

    def badge(self, alphabet: str) -> str:
        """HTML that says whether the network was trained on an alphabet; nothing while it is loading."""
        return cards.badge(self.seen(self.characters.alphabet(alphabet))) if self.seen else ""

    def row(self, character: int, drawer: int) -> int:
        """The drawing of a character by a drawer, or by the next one where there is none."""
        return self.characters.rows_by(character, [drawer])[0]


@dataclasses.dataclass(frozen=True)
class View:
    """HTML of a view, the CSS rules with its pictures, and a name that changes where another view takes its place."""

    markup: str
    rules: str
    name: str


def to_alphabet(alphabet: str) -> str:
    """The `data-choice` of an alphabet, "" for all."""
    return html.escape(f"alphabet:{alphabet}")


def to_character(characters: CharacterSet, index: int) -> str:
    """The `data-choice` of a character: its position and its alphabet."""
    alphabet = characters.characters[index].alphabet
    return html.escape(f"character:{characters.members(alphabet).index(index) + 1}:{alphabet}")


def path(*steps: tuple[str, str], aside: str = "") -> str:
    """HTML of the way back, (data-choice, label) of each step, and of what stands beside it."""
    back = '<i aria-hidden="true">/</i>'.join(link(choice, label) for choice, label in steps)
    return f'<nav class="path" aria-label="Where you are"><span>{back}</span><span>{aside}</span></nav>'


def link(choice: str, label: str) -> str:
    """HTML of a text that can be chosen."""
    return f'<button type="button" class="link" data-choice="{choice}">{html.escape(label)}</button>'


def tile(characters: CharacterSet, index: int, pictures: str, name: str) -> str:
    """HTML of a character that can be chosen: its pictures, symbol and name."""
    character = characters.characters[index]
    symbol = f'<span class="glyph">{html.escape(character.symbol)}</span> ' if character.symbol else ""
    full = html.escape(cards.character_name(character))
    return (
        f'<button type="button" class="tile" data-choice="{to_character(characters, index)}" aria-label="{full}" '
        f'title="{full}">{pictures}<span class="name">{symbol}{html.escape(name)}</span></button>'
    )
