"""Recognise: draw a character, and the network says which of N it is from one example of each."""

from __future__ import annotations

import html

import numpy as np
import streamlit as st

from siamese.data.characters import Character, CharacterSet
from siamese.data.support import Support
from siamese.ui import cards, ink_map, models, page, state
from siamese.ui.draw import paper
from siamese.ui.draw.paper import Given
from siamese.ui.draw.support_form import support_form_ui
from siamese.ui.recognise import answer

CANVAS = "recognise"
LINK = ("data", "alphabet", "ways", "which", "seed", "picked", "shots", "drawer", "sorted", "why")

choices = state.of("recognise")


@st.fragment
def stage_ui(characters: CharacterSet, chosen: Support, seen: bool | None) -> None:
    """Canvas, answer and tiles: all that changes when the pen is lifted."""
    shown = [characters.characters[c] for c in chosen.characters]
    with st.container(key="stage"):
        left, right = st.columns(2, gap="medium")
        with left:
            st.html(cards.strip(shown, chosen.rows))
            drawing, given = paper.paper_ui(CANVAS, characters, chosen)
        support = characters.shared_drawings(chosen.rows)
        matcher = models.matcher(network)
        match = matcher.match(drawing, support) if matcher and drawing is not None else None
        if matcher and not match:
            matcher.embed_ahead(support)
        truth = shown.index(given.character) if given and given.character in shown else None
        with right:
            if match:
                answer.answer(shown, match, verdict(given, shown, match.best, match.none))
            else:
                answer.no_answer(instruction(given, drawing, shown))
            answer.best_tiles(shown, chosen.rows, match, seen, truth)
            with st.container(key="answer_switches", horizontal=True, gap="medium"):
                st.toggle("Most similar first", key=choices.key("sorted"))
                st.toggle(ink_map.LABEL, key=choices.key("why"), help=ink_map.HELP)
            if choices.why:
                answer.decisive_ink_ui(matcher, drawing, support[match.best] if match else None)
            st.html(cards.tiles(shown, chosen.rows, match, seen, truth, choices.sorted))
    network_input = matcher.twin_input(drawing[None])[0] if matcher and drawing is not None else None
    answer.reasons(drawing, network_input, shown, chosen.rows, support, match)
    state.share("recognise", *LINK)


def verdict(given: Given | None, shown: list[Character], best: int, none: bool) -> str:
    """HTML: whether the answer to a sample is right."""
    if given is None:
        return ""
    if given.character is None:
        return f"{html.escape(given.words)}."
    truth, by = cards.spoken(given.character), html.escape(given.words)
    if given.character not in shown:
        return f"This is {truth}, {by}, which is not among these characters."
    if not none and shown[best] == given.character:
        return f'<span class="right">Right</span>: this is {truth}, {by}.'
    return f'<span class="wrong">Wrong</span>: this is {truth}, {by}.'


def instruction(given: Given | None, drawing: np.ndarray | None, shown: list[Character]) -> str:
    """Why there is no answer, and what to do."""
    if drawing is not None:
        return models.waiting(network)
    if given:
        return given.words
    return f"Draw one of these {len(shown)} characters."


page.opening(
    "Recognise",
    "Draw one of these characters. The network has one example of each and will say which you drew. "
    "The badge shows whether it was trained on this alphabet.",
    above_paper=True,
)
network = state.of(state.SHARED).network
with st.container(key="choices"):
    choice = support_form_ui(choices)
if choice is None:
    if choices.which == "picked":
        answer.no_answer("Pick two or more characters under More.")
    state.share("recognise", *LINK)
    st.stop()
models.in_use_ui()
page.wait_for_network(network)
matcher = models.matcher(network)
characters, chosen = choice
alphabet = characters.alphabet(characters.characters[chosen.characters[0]].alphabet)
seen = matcher.trained_on(alphabet) if matcher else None
cards.pictures(characters, chosen.rows)
answer.summary(characters, alphabet, chosen, seen)
stage_ui(characters, chosen, seen)
