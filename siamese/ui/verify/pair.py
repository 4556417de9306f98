"""Two drawings: do they show the same character?"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.config import SIDE
from siamese.data.characters import CharacterSet
from siamese.data.support import Support
from siamese.evaluation.verification import sample_pairs
from siamese.ui import cards, ink_map, models, state
from siamese.ui.draw import canvas, paper
from siamese.ui.draw.paper import Given
from siamese.ui.verify import answer

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher

FIRST, SECOND = "verify_first", "verify_second"
"""The names of the two papers."""
PAIR_NAMES = ("first drawing", "second drawing")
PAIR_HELP = "Two drawings by two people: half of the pairs show the same character."


@st.fragment
def pair_ui(network: str, characters: CharacterSet, chosen: Support) -> None:
    """Both papers and the answer: all that changes when the pen is lifted."""
    matcher, given = models.matcher(network), []
    with st.container(key="pair", horizontal=True, gap="medium"):
        for name, title in ((FIRST, "First drawing"), (SECOND, "Second drawing")):
            with st.container(key=f"{name}_side", width=canvas.SIDE):
                st.html(f'<p class="note side">{title}</p>')
                given.append(paper.paper_ui(name, characters, chosen))
        with st.container(key="pair_answer"):
            network_answer = _answer_ui(network, matcher, given)
            with st.container(horizontal=True, gap="small", key="pair_actions"):
                st.button(
                    "Sample pair",
                    on_click=take_pair,
                    args=(characters, chosen),
                    disabled=not _has_pairs(characters, chosen),
                    help=PAIR_HELP,
                )
                st.button("Swap the drawings", on_click=paper.swap, args=(FIRST, SECOND))
            key = state.of("verify").key("why")
            why = st.toggle(ink_map.LABEL, key=key, help=ink_map.HELP)
            if why and network_answer is None:
                ink_map.empty_ui(PAIR_NAMES)
            elif why:
                pair = np.stack([drawing for drawing, _ in given if drawing is not None])
                ink_map.ink_map_ui(matcher, pair, PAIR_NAMES, network_answer[0])
    _reasons(matcher, [drawing for drawing, _ in given], network_answer)


def _answer_ui(
    network: str, matcher: Matcher | None, given: list[tuple[np.ndarray | None, Given | None]]
) -> tuple[float, float] | None:
    """Show the answer; the similarity of the pair in both orders, if there is one."""
    (first, one), (second, other) = given
    limit = answer.threshold(matcher.record if matcher else {})
    if matcher is None or first is None or second is None:
        answer.show(html.escape(instruction(network, given)), "", None, limit)
        return None
    both = similarity(matcher, first, second), similarity(matcher, second, first)
    same = limit.same(both[0])
    words = "The same character" if same else "Different characters"
    compared = "at least the threshold" if same else "below the threshold"
    rest = f"similarity {cards.number(both[0])}: {compared}, {limit.similarity:.2f}."
    answer.show(f"{words}<small>, {rest}</small>", f"{verdict(one, other, same)} {_orders(both)}", both[0], limit)
    return both


def similarity(matcher: Matcher, first: np.ndarray, second: np.ndarray) -> float:
    """The similarity of two drawings (105, 105), as an answer about the first one."""
    return float(matcher.match(first, second[None, None]).similarity[0])


def _orders(both: tuple[float, float]) -> str:
    """Whether the order of the two drawings matters."""
    words = "the identical number" if both[0] == both[1] else f"{abs(both[0] - both[1]):.1e} apart"
    return f"Second compared with first: {cards.number(both[1])}, {words}."


def instruction(network: str, given: list[tuple[np.ndarray | None, Given | None]]) -> str:
    """Why there is no answer, and what to do."""
    problems = [kind.words for drawing, kind in given if drawing is None and kind]
    if problems:
        return problems[0]
    missing = [place for place, (drawing, _) in zip(("first", "second"), given, strict=True) if drawing is None]
    if len(missing) == 2:
        return "Draw a character on each paper, or press Sample pair."
    if missing:
        return f"Now make the {missing[0]} drawing: the same character again, or another one."
    return models.waiting(network)


def verdict(one: Given | None, other: Given | None, same: bool) -> str:
    """HTML: whether the answer to two samples is right."""
    if one is None or other is None or one.character is None or other.character is None:
        return ""
    right = (one.character == other.character) == same
    judged = '<span class="right">Right</span>' if right else '<span class="wrong">Wrong</span>'
    if one.character == other.character:
        return f"{judged}: both show {cards.spoken(one.character)}."
    return f"{judged}: they show {cards.spoken(one.character)}; and {cards.spoken(other.character)}."


def take_pair(characters: CharacterSet, chosen: Support) -> None:
    """Put a pair by two drawers on the papers; half of such pairs show the same character."""
    alphabet = characters.subset([characters.characters[chosen.characters[0]].alphabet])
    pairs = sample_pairs(alphabet, np.random.default_rng(), 2)  # one same, one different, in random order
    for name, rows in ((FIRST, pairs.first), (SECOND, pairs.second)):
        paper.give(name, alphabet, int(rows[0]))


def _has_pairs(characters: CharacterSet, chosen: Support) -> bool:
    members = chosen.characters
    return len(members) > 1 and all(len(characters.drawers(member)) > 1 for member in members)


def _reasons(matcher: Matcher | None, drawings: list[np.ndarray | None], both: tuple[float, float] | None) -> None:
    """What the network sees of both drawings, that their order does not matter, and where the threshold is from."""
    inputs = [cards.empty_card("pixels")] * 2
    orders = ""
    if matcher is not None and both is not None:
        seen = matcher.twin_input(np.stack([drawing for drawing in drawings if drawing is not None]))
        inputs = [cards.card_of(drawing, "the network's input", "pixels") for drawing in seen]
        orders = f'<p class="figure">{both[0]:.8f}<br>{both[1]:.8f}</p>'
    limit = answer.threshold(matcher.record if matcher else {})
    sections = (
        ("What the network sees", f'<div class="cards">{"".join(inputs)}</div>', INPUT.format(SIDE=SIDE)),
        ("First with second, second with first", orders, SYMMETRY),
        ("The threshold", f'<p class="figure">{limit.similarity:.2f}</p>', html.escape(limit.origin)),
    )
    markup = "".join(
        f'<section><h2>{title}</h2>{body}<p class="note">{note}</p></section>' for title, body, note in sections
    )
    st.html(f'<div class="why">{markup}</div>')


INPUT = "The drawings, each centred and scaled to {SIDE} × {SIDE} pixels. The same twin turns each into 4,096 numbers."
SYMMETRY = "The order makes no difference: the network adds up how far the two lists of numbers are apart."
