"""Shared pieces of the pages: opening, tiles, answer, badges, waiting for the network.

HTML is constant markup; every text that goes into it is escaped. Pictures go into a style sheet of their own that
changes only with the support set, so a new answer sends bars and numbers, not pictures, and nothing flickers.
"""

from __future__ import annotations

import base64
import html
import pathlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.data import ink
from siamese.data.characters import Alphabet, Character, CharacterSet
from siamese.data.support import Support
from siamese.ui import resources, state

if TYPE_CHECKING:
    from siamese.network.matcher import Match

_STYLE = pathlib.Path(__file__).with_name("style.css")


def opening(title: str, sentence: str) -> None:
    """The head of every page: its title, one sentence on what to do and what to notice, and the presenter switch."""
    state.enter()
    st.html(_STYLE)
    with st.container(key="opening"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.title(title, anchor=False)
            presenter = st.toggle(
                "Large text", key="presenter", help="For the last row of the classroom.", width="content"
            )
        st.html(f'<p class="lead">{html.escape(sentence)}</p>')
    if presenter:
        st.html("<style>html { font-size: 130%; }</style>")


def waking(run: str = "") -> None:
    """While the network (of a run, or the shipped one) is not awake, look every two seconds and then run the page once more;
    say so if it cannot be loaded.

    What it shows sits in a container that is always there: an element that came or went would remount the canvas below it.
    """

    @st.fragment(run_every=2.0)
    def watch() -> None:
        if resources.network(run).done.is_set():
            st.rerun()

    with st.container(key="waking"):
        network = resources.network(run)
        if network.failure:
            st.error(markdown(network.failure))
        elif not network.done.is_set():
            watch()


def markdown(text: str) -> str:
    """Text that a user may have written, for a Streamlit message: marks in it are shown, not followed."""
    return re.sub(r"([\\`*_{}\[\]()#!|<>~$:&^=])", r"\\\1", text)


def alphabet_name(name: str) -> str:
    """An alphabet's name as a reader writes it."""
    return name.replace("_", " ")


def character_name(character: Character) -> str:
    """A character in words, as Unicode has it, or by its number in its alphabet."""
    return character.caption or character.name.replace("character", "character ").replace("  ", " ")


def spoken(character: Character) -> str:
    """HTML of a character in a sentence: its symbol, where there is one, and always its name."""
    symbol = f'<span class="glyph">{html.escape(character.symbol)}</span>, ' if character.symbol else ""
    return symbol + html.escape(character_name(character))


def short_names(characters: Sequence[Character]) -> list[str]:
    """Names without the words they all begin with: KA for KANNADA LETTER KA."""
    names = [character_name(c) for c in characters]
    words = [name.split(" ") for name in names]
    common = 0
    while len(words) > 1 and all(len(w) > common + 1 and w[common] == words[0][common] for w in words):
        common += 1
    return [" ".join(w[common:]) for w in words]


def number(value: float) -> str:
    """A similarity or share in [0, 1] with two decimals, never rounded to a certainty that it is not."""
    return ">0.99" if 0.995 <= value < 1 else "<0.01" if 0 < value < 0.005 else f"{value:.2f}"


def picture_url(drawing: np.ndarray) -> str:
    """A drawing (105, 105) as a data URI."""
    return "data:image/png;base64," + base64.b64encode(ink.to_png(drawing)).decode("ascii")


def pictures(characters: CharacterSet, rows: np.ndarray) -> None:
    """Send the style sheet with the pictures of these rows; `card` shows one of them."""
    flat = np.unique(rows)
    rules = (
        f".p{row}{{background-image:url({picture_url(drawing)})}}"
        for row, drawing in zip(flat, characters.drawings(flat), strict=True)
    )
    st.html(f"<style>{''.join(rules)}</style>")


def card(row: int, words: str, kind: str = "") -> str:
    """HTML of a drawing as a card of paper, described by `words` for those who cannot see it."""
    return f'<span class="card p{row} {kind}" role="img" aria-label="{html.escape(words)}"></span>'


def card_of(drawing: np.ndarray, words: str, kind: str = "") -> str:
    """The same for a drawing that is in no character set."""
    return f'<span class="card {kind}" style="background-image:url({picture_url(drawing)})" role="img" aria-label="{html.escape(words)}"></span>'


def empty_card(kind: str = "") -> str:
    """HTML of the place where a drawing will be."""
    return f'<span class="card empty {kind}"></span>'


def badge(seen: bool | None) -> str:
    """HTML that says whether the network was trained on an alphabet; None while the network is not awake."""
    names = {
        True: ("seen", "seen in training"),
        False: ("unseen", "never seen in training"),
        None: ("unknown", "the network is waking up …"),
    }
    kind, words = names[seen]
    return f'<span class="badge {kind}">{words}</span>'


def tiles(
    characters: Sequence[Character],
    rows: np.ndarray,
    match: Match | None,
    seen: bool | None,
    by_similarity: bool = False,
) -> str:
    """HTML of a support set, rows (n, k): a tile each with its similarity, the best one standing out."""
    places = np.argsort(np.argsort(-match.logit, kind="stable")) if match and by_similarity else np.arange(len(rows))
    parts = []
    for way, (character, name, shots) in enumerate(zip(characters, short_names(characters), rows, strict=True)):
        full = character_name(character)
        similarity = float(match.similarity[way]) if match else 0.0
        score = number(similarity) if match else ""
        tip = f"{full}: similarity {score}, share {number(float(match.share[way]))}" if match else full
        cards = "".join(card(int(row), full) for row in shots)
        parts.append(
            f'<figure class="tile{" best" if match and way == match.best else ""}" style="order:{places[way]}" title="{html.escape(tip)}">'
            f'<span class="shots">{cards}</span><span class="name">{html.escape(name)}</span>'
            f'<span class="score"><span class="bar"><span style="width:{similarity:.1%}"></span></span><b>{html.escape(score)}</b></span></figure>'
        )
    kinds = f"{'seen' if seen else ''} {'none' if match and match.none else ''}"
    return f'<div class="{kinds}"><div class="tiles">{"".join(parts)}</div></div>'


def summary(alphabet: Alphabet, chosen: Support, seen: bool | None) -> None:
    """What is compared, in one line, with the alphabet's badge."""
    drawers, shots = chosen.drawers, len(chosen.drawers)
    each = (
        f"one drawing each, by drawer {drawers[0]}"
        if shots == 1
        else f"{shots} drawings each, by drawers {', '.join(map(str, drawers))}"
    )
    words = f"{alphabet_name(alphabet.name)}, {len(chosen.characters)} characters, {each}"
    st.html(f'<p class="note">{html.escape(words)} &ensp;{badge(seen)}</p>')


def answer(characters: Sequence[Character], match: Match, verdict: str) -> None:
    """The answer as a sentence, with the next best; below it whether it is right (`verdict`, HTML) and the network's share."""
    best, share = spoken(characters[match.best]), number(float(match.share[match.best]))
    similarity, second = (
        number(float(match.similarity[match.best])),
        number(float(match.similarity[match.best]) - match.margin),
    )
    if match.none:
        sentence = f"None of these<small>: even the closest, {best}, has a similarity of only {similarity}.</small>"
    else:
        sentence = f"This is {best}<small>, similarity {similarity}; the next best is {second}.</small>"
    note = f"{verdict} Forced to choose among the {len(characters)}, the network gives it a share of {share}."
    st.html(
        f'<div class="answer" aria-live="polite"><p class="sentence">{sentence}</p><p class="note">{note}</p></div>'
    )


def no_answer(sentence: str) -> None:
    """The place of the answer while there is none, with what to do."""
    st.html(f'<div class="answer waiting" aria-live="polite"><p class="sentence">{html.escape(sentence)}</p></div>')


def lay_paper(key: str, drawing: np.ndarray | None) -> None:
    """Show a drawing on the paper under the canvas in the container of this key, or nothing."""
    image = f"url({picture_url(drawing)})" if drawing is not None else "none"
    st.html(f"<style>.st-key-{key} {{ background-image: {image} }}</style>")


def why(
    drawing: np.ndarray | None,
    sees: np.ndarray | None,
    characters: Sequence[Character],
    rows: np.ndarray,
    match: Match | None,
    nearest: np.ndarray | None,
) -> None:
    """What the network sees of a drawing, the pair that decided, and nearest neighbour's answer from its scores (n,) beside it."""
    seen = card_of(sees, "what the network sees", "pixels") if sees is not None else empty_card("pixels")
    pair = other = empty_card()
    pair_note, other_note = (
        "Your drawing beside the example it is most similar to.",
        "What comparing pixel by pixel would have answered.",
    )
    if match is not None and drawing is not None and nearest is not None:
        best, rival = match.best, int(np.argmax(nearest))
        pair = card_of(drawing, "the drawing") + '<span class="joint">≈</span>' + _shots(rows[best], characters[best])
        pair_note = f"{spoken(characters[best])}: similarity {number(float(match.similarity[best]))}, {number(match.margin)} ahead of the next."
        other = _shots(rows[rival], characters[rival])
        agrees = "the same answer as the network's" if rival == best else "another answer than the network's"
        other_note = f"{spoken(characters[rival])}: {agrees}. It counts the pixels that differ and has learned nothing."
    else:
        pair += '<span class="joint">≈</span>' + empty_card()
    st.html(
        f'<div class="why"><section><h3>What the network sees</h3><div class="cards">{seen}</div>'
        '<p class="note">105 × 105 pixels: the drawing, brought to the size and place in which it sees every drawing.</p></section>'
        f'<section><h3>The pair that decided</h3><div class="cards">{pair}</div><p class="note">{pair_note}</p></section>'
        f'<section><h3>Nearest neighbour says</h3><div class="cards">{other}</div><p class="note">{other_note}</p></section></div>'
    )


def _shots(rows: np.ndarray, character: Character) -> str:
    kind = "" if len(rows) == 1 else "small"
    return "".join(card(int(row), character_name(character), kind) for row in rows)
