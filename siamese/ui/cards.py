"""Drawings as cards of paper, tiles with similarities, badges, and names of characters, as HTML.

Markup is constant; every text that goes into it is escaped. The pictures go into a style sheet of their own, which
changes only with the support set: a new answer sends bars and numbers but no pictures, and nothing flickers.
"""

from __future__ import annotations

import base64
import functools
import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.config import SIDE
from siamese.data import ink
from siamese.data.characters import Character, CharacterSet

if TYPE_CHECKING:
    from siamese.network.matcher import Match


MAX_CACHED_PICTURES = 4096
"""Pictures kept as data URIs, 2 kB each: encoding a support set took a third of the time of opening Recognise."""


def alphabet_name(name: str) -> str:
    """An alphabet's name for readers."""
    return name.replace("_", " ")


def capitalised(words: str) -> str:
    """Words with a capital at the start, the other letters as they are."""
    return words[:1].upper() + words[1:]


def character_name(character: Character) -> str:
    """A character's name in Unicode, or its number in its alphabet."""
    return character.caption or character.name.replace("character", "character ").replace("  ", " ")


def spoken(character: Character) -> str:
    """HTML of a character in a sentence: its symbol, where it has one, and its name."""
    symbol = f'<span class="glyph">{html.escape(character.symbol)}</span>, ' if character.symbol else ""
    return symbol + html.escape(character_name(character))


def short_names(characters: Sequence[Character]) -> list[str]:
    """Names without the words that all of them begin with: KA for KANNADA LETTER KA."""
    names = [character_name(c) for c in characters]
    words = [name.split(" ") for name in names]
    common = 0
    while len(words) > 1 and all(len(w) > common + 1 and w[common] == words[0][common] for w in words):
        common += 1
    return [" ".join(w[common:]) for w in words]


def number(value: float) -> str:
    """A similarity or share in [0, 1] with two decimals, never rounded up to certainty."""
    return ">0.99" if 0.995 <= value < 1 else "<0.01" if 0 < value < 0.005 else f"{value:.2f}"


def picture_url(drawing: np.ndarray) -> str:
    """A drawing (105, 105) as a data URI."""
    return _picture_url(np.packbits(np.asarray(drawing) >= 0.5).tobytes())


@functools.lru_cache(maxsize=MAX_CACHED_PICTURES)
def _picture_url(bits: bytes) -> str:
    drawing = np.unpackbits(np.frombuffer(bits, np.uint8), count=SIDE * SIDE).reshape(SIDE, SIDE)
    return "data:image/png;base64," + base64.b64encode(ink.to_png(drawing)).decode("ascii")


def pictures(characters: CharacterSet, rows: np.ndarray) -> None:
    """Send the style sheet with the pictures of these rows; `card` shows one of them."""
    unique = np.unique(rows)
    drawings = zip(unique, characters.drawings(unique), strict=True)
    st.html(f"<style>{''.join(f'.p{row}{{background-image:url({picture_url(d)})}}' for row, d in drawings)}</style>")


def card(row: int, alt: str, kind: str = "") -> str:
    """HTML of a drawing, by its row, as a card of paper; `alt` describes it to those who cannot see it."""
    return f'<span class="card p{row} {kind}" role="img" aria-label="{html.escape(alt)}"></span>'


def card_of(drawing: np.ndarray, alt: str, kind: str = "") -> str:
    """The same for a drawing that is in no character set."""
    style = f"background-image:url({picture_url(drawing)})"
    return f'<span class="card {kind}" style="{style}" role="img" aria-label="{html.escape(alt)}"></span>'


def empty_card(kind: str = "") -> str:
    """HTML of the place where a drawing will appear."""
    return f'<span class="card empty {kind}"></span>'


def shots(rows: np.ndarray, alt: str) -> str:
    """HTML of the drawings (k,) of one character; several are shown small."""
    return "".join(card(int(row), alt, "" if len(rows) == 1 else "small") for row in rows)


BADGES = {
    True: ("seen", "seen in training"),
    False: ("unseen", "never seen in training"),
    None: ("unknown", "not known whether seen in training"),
}
"""Class and words by whether the network was trained on an alphabet; None where that is not known."""


def badge(seen: bool | None) -> str:
    """HTML that says whether the network was trained on an alphabet; None where that is not known."""
    kind, words = BADGES[seen]
    return f'<span class="badge {kind}">{words}</span>'


def tiles(
    characters: Sequence[Character],
    rows: np.ndarray,
    match: Match | None,
    seen: bool | None,
    truth: int | None = None,
    by_similarity: bool = False,
    limit: int | None = None,
) -> str:
    """HTML of a support set, rows (n, k): a tile for each character, with its similarity once there is an answer.

    The chosen tile is blue. When the true character (`truth`, its index) is known, it is green, and a wrong choice
    vermilion. `by_similarity` puts the most similar first; with `limit` only that many are shown.
    """
    order = np.arange(len(rows))
    if match is not None and by_similarity:
        order = np.argsort(-match.logit, kind="stable")
    names = short_names(characters)
    parts = [_tile(characters[way], names[way], rows[way], way, match, truth) for way in order[:limit]]
    kinds = f"{'seen' if seen else ''} {'none' if match is not None and match.none else ''}"
    return f'<div class="{kinds}"><div class="tiles">{"".join(parts)}</div></div>'


def _tile(character: Character, name: str, rows: np.ndarray, way: int, match: Match | None, truth: int | None) -> str:
    full, similarity, score, tip = character_name(character), 0.0, "", character_name(character)
    kind = ""
    if match is not None:
        similarity = float(match.similarity[way])
        score = number(similarity)
        tip = f"{full}: similarity {score}"
        kind = "chosen" if way == match.best else ""
        if truth is not None:
            kind = "right" if way == truth else "wrong" if way == match.best else ""
    drawings = "".join(card(int(row), full) for row in rows)
    return (
        f'<figure class="tile {kind}" title="{html.escape(tip)}">'
        f'<span class="shots">{drawings}</span><span class="name">{html.escape(name)}</span>'
        f'<span class="score"><span class="bar"><span style="width:{similarity:.1%}"></span></span>'
        f"<b>{html.escape(score)}</b></span></figure>"
    )


def strip(characters: Sequence[Character], rows: np.ndarray) -> str:
    """HTML of a support set, rows (n, k), in one line of small cards: the first shot of each character."""
    small = "".join(card(int(own[0]), character_name(c)) for c, own in zip(characters, rows, strict=True))
    return f'<div class="strip" role="group" tabindex="0" aria-label="The characters to draw from">{small}</div>'


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """HTML of a table: names on the left, figures on the right. Texts are escaped."""
    cells = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    heads = "".join(f"<th>{html.escape(h)}</th>" for h in head)
    return f'<table class="figures"><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table>'
