"""The form that chooses a support set: data source, alphabet, number of characters, and the rest in a popover."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from siamese.data import sources, support
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.ui import cards, datasets, links, messages, state
from siamese.ui.draw.source_form import source_ui, take_import

SELECTION_LABELS = {"first": "The first ones", "shuffled": "Shuffled", "picked": "Picked by hand"}

Chosen = tuple[CharacterSet, support.Support]


def support_form_ui(choices: state.Choices) -> Chosen | None:
    """The support set that was chosen, or None after saying what is missing.

    choices: those of a page that declares data, alphabet, ways, which, seed, picked, shots and drawer.
    """
    take_import(choices)
    alphabet, ways, more = st.columns([2, 1.4, 1.3], vertical_alignment="bottom")
    with more.popover("More", width="stretch"):
        source_ui(choices)
        rest = st.container()
    characters = character_set_ui(choices)
    if characters is None:
        return None
    members = alphabet_ui(alphabet, choices, characters)
    if len(members) < 2:
        messages.info("This alphabet has one character: there is nothing to choose from. Choose another one.")
        return None
    choices.ways = min(choices.ways, len(members))
    ways.selectbox(
        "Number of characters (ways)",
        range(2, len(members) + 1),
        format_func="{} characters".format,
        key=choices.key("ways"),
        disabled=choices.which == "picked",
        label_visibility="collapsed",
    )
    with rest:
        return _details_ui(choices, characters, members)


def character_set_ui(choices: state.Choices) -> CharacterSet | None:
    """The character set of the data source that was chosen, or None after saying what is missing."""
    source = sources.get(choices.data)
    if not source.available():
        messages.info(datasets.omniglot_lacks())
        datasets.download_ui()
        st.button("Use the built-in alphabets", on_click=_use_builtin, args=(choices,))
        return None
    try:
        return datasets.character_set(choices.data)
    except UserError as error:
        messages.error(str(error))
        return None


def alphabet_ui(where: DeltaGenerator, choices: state.Choices, characters: CharacterSet) -> tuple[int, ...]:
    """The choice of an alphabet, for a page that declares alphabet; its characters."""
    names = [a.name for a in characters.alphabets]
    if choices.alphabet not in names:
        usual = state.default("recognise", "alphabet")
        choices.alphabet = usual if usual in names else names[0]
    where.selectbox(
        "Alphabet",
        names,
        format_func=cards.alphabet_name,
        key=choices.key("alphabet"),
        label_visibility="collapsed",
    )
    return characters.members(choices.alphabet)


def _details_ui(choices: state.Choices, characters: CharacterSet, members: tuple[int, ...]) -> Chosen | None:
    """Which characters, how many drawings of each, and by whom."""
    chosen = _selection_ui(choices, characters, members)
    if len(chosen) < 2:
        return None
    drawers = support.possible_drawers(characters, chosen)
    most = min(links.MAX_SHOTS, support.most_shots(characters, chosen))
    choices.shots = min(choices.shots, most)
    if choices.drawer not in drawers:
        choices.drawer = drawers[0]
    st.segmented_control("Examples of each (shots)", range(1, most + 1), required=True, key=choices.key("shots"))
    st.selectbox("Handwriting of person", drawers, key=choices.key("drawer"))
    return characters, support.build(characters, chosen, choices.drawer, choices.shots)


def _selection_ui(choices: state.Choices, characters: CharacterSet, members: tuple[int, ...]) -> tuple[int, ...]:
    """The selected characters."""
    st.segmented_control(
        "Which characters",
        links.SELECTIONS,
        format_func=SELECTION_LABELS.get,
        required=True,
        key=choices.key("which"),
    )
    if choices.which == "shuffled":
        help_text = "The same seed gives the same characters."
        st.number_input("Seed", 0, links.MAX_SEED, key=choices.key("seed"), help=help_text)
    elif choices.which == "picked":
        names = [cards.character_name(characters.characters[member]) for member in members]
        choices.picked = [position for position in choices.picked if position < len(members)]
        st.multiselect(
            "Characters to choose from",
            range(len(members)),
            format_func=names.__getitem__,
            key=choices.key("picked"),
            placeholder="Pick two or more",
        )
    return support.choose_characters(members, choices.ways, choices.which, choices.seed, choices.picked)


def _use_builtin(choices: state.Choices) -> None:
    choices.data = "builtin"
