"""The answer as a sentence, the most similar characters, and what is behind the answer."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.config import SIDE
from siamese.data.characters import Alphabet, Character, CharacterSet
from siamese.data.support import Support
from siamese.evaluation.baselines import PixelNearest
from siamese.ui import cards, ink_map

if TYPE_CHECKING:
    from siamese.network.matcher import Match, Matcher

PAIR_NAMES = ("your drawing", "the example")
PLACES = ("Most similar", "Second", "Third")
"""What stands in the places of the most similar characters before there is an answer."""
BEST_SHOWN = len(PLACES)
"""Characters shown directly below the answer."""


def summary(characters: CharacterSet, alphabet: Alphabet, chosen: Support, seen: bool | None) -> None:
    """What is compared, in one line, with the alphabet's badge."""
    count = chosen.rows.shape[1]
    each = "one example each" if count == 1 else f"{count} examples each"
    if chosen.drawers:
        each += f", {characters.origin(chosen.drawers)}"
    words = f"{cards.alphabet_name(alphabet.name)}, {len(chosen.characters)} characters, {each}"
    st.html(f'<p class="note summary"><span>{html.escape(words)} &ensp;</span>{cards.badge(seen)}</p>')


def answer(characters: Sequence[Character], match: Match, verdict: str) -> None:
    """The answer as a sentence; `verdict`, HTML, says whether it is right, where that is known."""
    best, similarity = cards.spoken(characters[match.best]), float(match.similarity[match.best])
    if match.none:
        sentence = (
            f"None of these<small>: even the most similar, {best}, "
            f"has a similarity of only {cards.number(similarity)}.</small>"
        )
        note = verdict
    else:
        second = cards.number(similarity - match.margin)
        sentence = f"This is {best}<small>, similarity {cards.number(similarity)}; the next best has {second}.</small>"
        note = f"{verdict} If it must be one of these {len(characters)}, {confidence(float(match.share[match.best]))}."
    st.html(
        f'<div class="answer" aria-live="polite"><p class="sentence">{sentence}</p><p class="note">{note}</p></div>'
    )


def confidence(share: float) -> str:
    """The network's share of its answer as a clause."""
    percent = "over 99" if 0.995 <= share < 1 else "under 1" if 0 < share < 0.005 else f"{100 * share:.0f}"
    return f"the network is {percent}\N{NO-BREAK SPACE}% confident"


def no_answer(sentence: str) -> None:
    """The place of the answer while there is none, with what to do."""
    st.html(f'<div class="answer waiting" aria-live="polite"><p class="sentence">{html.escape(sentence)}</p></div>')


def best_tiles(
    characters: Sequence[Character], rows: np.ndarray, match: Match | None, seen: bool | None, truth: int | None
) -> None:
    """The most similar characters, rows (n, k); places for them before there is an answer."""
    if match is None:
        below = '<span class="name">{}</span><span class="score"></span>'  # so that an answer moves nothing
        names = PLACES[: len(rows)]
        places = "".join(f'<figure class="tile">{cards.empty_card()}{below.format(name)}</figure>' for name in names)
        st.html(f'<div class="best_tiles" aria-hidden="true"><div class="tiles">{places}</div></div>')
        return
    markup = cards.tiles(characters, rows, match, seen, truth, by_similarity=True, limit=BEST_SHOWN)
    st.html(f'<div class="best_tiles">{markup}</div>')


def decisive_ink_ui(matcher: Matcher | None, drawing: np.ndarray | None, examples: np.ndarray | None) -> None:
    """The ink that decided between a drawing (105, 105) and the most similar of the examples (k, 105, 105).

    examples: those of the best match; None while there is none.
    """
    if matcher is None or drawing is None or examples is None:
        ink_map.empty_ui(PAIR_NAMES)
        return
    match = matcher.match(drawing, examples[:, None])
    pair = np.stack([drawing, examples[match.best]])
    ink_map.ink_map_ui(matcher, pair, PAIR_NAMES, float(match.similarity[match.best]))


def reasons(
    drawing: np.ndarray | None,
    network_input: np.ndarray | None,
    characters: Sequence[Character],
    rows: np.ndarray,
    support: np.ndarray,
    match: Match | None,
) -> None:
    """What the network sees of a drawing, the pair that decided, and the answer of comparing pixels.

    drawing, network_input: (105, 105) or None; rows: int (n, k); support: the drawings (n, k, 105, 105).
    """
    seen = cards.card_of(network_input, "the network's input", "pixels") if network_input is not None else ""
    sections = [
        (
            "What the network sees",
            seen or cards.empty_card("pixels"),
            f"Your drawing, centred and scaled to {SIDE} × {SIDE} pixels.",
        )
    ]
    if match is None or drawing is None:
        pair = f"{cards.empty_card()}{JOINT}{cards.empty_card()}"
        sections.append(("The pair that decided", pair, "Your drawing and the example that is most similar to it."))
        sections.append(("Comparing pixels", cards.empty_card(), "What simply comparing pixels would have answered."))
    else:
        if not match.none:
            sections.append(("The pair that decided", *_pair(drawing, characters, rows, match)))
        sections.append(("Comparing pixels", *_pixels(drawing, characters, rows, support, match)))
    markup = "".join(
        f'<section><h2>{title}</h2><div class="cards">{shown}</div><p class="note">{note}</p></section>'
        for title, shown, note in sections
    )
    st.html(f'<div class="why">{markup}</div>')


JOINT = '<span class="joint">≈</span>'


def _pair(drawing: np.ndarray, characters: Sequence[Character], rows: np.ndarray, match: Match) -> tuple[str, str]:
    """HTML of the pair, and its note."""
    best = match.best
    example = cards.shots(rows[best], cards.character_name(characters[best]))
    note = (
        f"{cards.spoken(characters[best])}: similarity {cards.number(float(match.similarity[best]))}, "
        f"{cards.number(match.margin)} more than the next best."
    )
    return f'<span class="pair_of_cards">{cards.card_of(drawing, "the drawing")}{JOINT}{example}</span>', note


def _pixels(
    drawing: np.ndarray, characters: Sequence[Character], rows: np.ndarray, support: np.ndarray, match: Match
) -> tuple[str, str]:
    """HTML of nearest neighbour's answer, and its note."""
    scorer = PixelNearest()
    scores = scorer.compare(scorer.prepare(drawing[None]), scorer.prepare(support.reshape(-1, SIDE, SIDE)))
    best = int(np.argmax(scores.reshape(rows.shape).mean(axis=1)))
    agrees = "the same answer" if best == match.best and not match.none else "a different answer"
    note = f"{cards.spoken(characters[best])}: {agrees}. This method only counts differing pixels; it learns nothing."
    return cards.shots(rows[best], cards.character_name(characters[best])), note
