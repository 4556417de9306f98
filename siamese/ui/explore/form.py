"""What is explored: alphabet, search, data source."""

from __future__ import annotations

import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.ui import cards, parameters, state
from siamese.ui.draw.source_form import source_ui, take_import
from siamese.ui.draw.support_form import character_set_ui

choices = state.of("explore")


def form_ui() -> CharacterSet | None:
    """The character set that was chosen, or None after saying what is missing."""
    take_import(choices)
    with st.container(key="choices"):
        alphabet, find, more = st.columns([2, 2, 1], vertical_alignment="center")
    with more.popover("More", width="stretch"):
        source_ui(choices)
    characters = character_set_ui(choices)
    if characters is None:
        return None
    names = [each.name for each in characters.alphabets]
    if choices.alphabet not in names:
        choices.alphabet = ""
    if not choices.alphabet or choices.character > len(characters.members(choices.alphabet)):
        choices.character = 0
    alphabet.selectbox(
        "Alphabet",
        ["", *names],
        format_func=lambda name: cards.alphabet_name(name) or f"All {len(names)} alphabets",
        key=choices.key("alphabet"),
        on_change=_another_alphabet,
        disabled=choices.part == "batches",  # which are drawn from all alphabets
        label_visibility="collapsed",
    )
    find.text_input(
        "Search by name or symbol",
        key=choices.key("find"),
        on_change=_search,
        max_chars=parameters.MAX_NAME_CHARACTERS,
        placeholder="Name or symbol",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    return characters


def _another_alphabet() -> None:
    choices.character, choices.find = 0, ""


def _search() -> None:
    choices.part = "alphabets"  # where the results are
