"""The part of the Explore page with alphabets: overview, alphabet, character, search; all by one component."""

from __future__ import annotations

import streamlit as st

from siamese.data import support
from siamese.data.characters import CharacterSet
from siamese.ui import links, models, state
from siamese.ui.choosable import choosable
from siamese.ui.explore.alphabet import alphabet_view, results_view
from siamese.ui.explore.character import character_view
from siamese.ui.explore.overview import overview
from siamese.ui.explore.view import Chosen, View

PLAYED = "explore:played"
"""Session key: how often strokes were played again."""

choices = state.of("explore")


def browse_ui(characters: CharacterSet) -> None:
    """The view that was chosen, with the choice of people above it."""
    drawer, other = _people_ui(characters)
    matcher = models.matcher(state.of(state.SHARED).network)
    played = st.session_state.get(PLAYED, 0)
    chosen = Chosen(choices.data, characters, drawer, other, matcher.trained_on if matcher else None, played)
    view = _view(chosen)
    st.html(f"<style>{view.rules}</style>")
    with st.container(key="explore_view"):
        choosable(view.markup, "explore_choosable", _choose, view.name)
    if choices.find and st.button("Search by drawing it"):
        inside = state.of("inside")
        inside.part, inside.data = "nearest", choices.data
        st.switch_page("pages/inside.py")
    state.share("explore", "part", "data", "alphabet", "character", "drawer", "other", "find")


def _view(chosen: Chosen) -> View:
    if choices.find:
        return results_view(chosen, choices.find)
    if not choices.alphabet:
        return overview(chosen)
    if choices.character:
        members = chosen.characters.members(choices.alphabet)
        return character_view(chosen, members[choices.character - 1])
    return alphabet_view(chosen, choices.alphabet)


def _people_ui(characters: CharacterSet) -> tuple[int, int]:
    """The choice of a drawer and of one to compare with, where an alphabet is shown; otherwise the first one alone."""
    if choices.find or not choices.alphabet:
        return 1, 0
    members = characters.members(choices.alphabet)
    shown = [members[choices.character - 1]] if choices.character else members
    drawers = support.possible_drawers(characters, shown)
    if choices.drawer not in drawers:
        choices.drawer = drawers[0]
    others = [0, *(drawer for drawer in drawers if drawer != choices.drawer)]
    if choices.other not in others:
        choices.other = 0
    with st.container(key="explore_people", horizontal=True):
        st.selectbox("Handwriting of person", drawers, key=choices.key("drawer"), width=180)
        st.selectbox("Compare with person", others, format_func=_other_label, key=choices.key("other"), width=180)
    return choices.drawer, choices.other


def _other_label(drawer: int) -> str:
    return str(drawer) if drawer else "Nobody"


def _choose(value: str) -> None:
    """Go where a visitor's choice leads; what is no choice of ours is ignored."""
    kind, _, rest = value.partition(":")
    if kind == "play":
        st.session_state[PLAYED] = st.session_state.get(PLAYED, 0) + 1
        return
    allowed = links.CHOICES["explore"]
    try:
        if kind == "drawer":
            choices.drawer = allowed["drawer"].read(rest)
            return
        position, alphabet = rest.split(":", 1) if kind == "character" else ("0", rest)
        position, alphabet = allowed["character"].read(position), alphabet and allowed["alphabet"].read(alphabet)
    except ValueError:
        return
    choices.alphabet, choices.character, choices.find = alphabet, position, ""
