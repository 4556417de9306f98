"""Teaching a character: its name, one more example of it, and what came of it, in a sentence."""

from __future__ import annotations

import html
from collections.abc import Callable

import numpy as np
import streamlit as st

from siamese.data.own import editing
from siamese.data.own.file_format import MAX_NAME_CHARACTERS, OwnSet
from siamese.errors import UserError
from siamese.ui import cards, messages
from siamese.ui.draw import canvas, paper
from siamese.ui.server_paths import without_paths
from siamese.ui.teach import draft

CANVAS = "teach"
CHANGED = "teach changed"
"""Session key: the alphabet has changed, so all of the page runs again."""
_NAME, _MESSAGE, _GIVEN, _TAKEN = "teach name", "teach message", "teach given", "teach taken"


def name_ui(given: np.ndarray | None, has_drawing: bool) -> None:
    """The name of a new character, the button, and what came of it.

    given: a drawing (105, 105) that was not made on the canvas.
    """
    st.session_state[_GIVEN] = given
    with st.container(key="teach_name"):
        row = {"horizontal": True, "vertical_alignment": "bottom", "gap": "small"}
        with st.form("teach_form", border=False), st.container(**row):
            st.text_input(
                "Name of the character",
                max_chars=MAX_NAME_CHARACTERS,
                key=_NAME,
                placeholder="Name of a new character",
                label_visibility="collapsed",
                autocomplete="off",
            )
            st.form_submit_button("Teach", on_click=_teach, type="primary")
        kind, words = st.session_state.get(_MESSAGE, ("", ""))
        shown = "" if has_drawing and not kind else words  # after a success, the answer is what counts
        st.html(f'<p class="note {kind}" aria-live="polite">{html.escape(shown)}</p>')
        taken = st.session_state.get(_TAKEN, "")
        if taken in draft.current().names:
            label = f"One more example of {messages.escape(taken)}"
            st.button(label, on_click=_add, args=(taken,), key="teach more")


def _teach() -> None:
    name, current = st.session_state[_NAME], draft.current()
    taken = editing.character_named(current.own, current.place, name)
    st.session_state[_TAKEN] = taken.name if taken else ""
    _try(
        lambda alphabets, place: editing.add_character(alphabets, place, name, _ink()),
        f"{name.strip()} is taught. Draw it again to test the network, or draw the next character.",
    )


def _add(name: str) -> None:
    _try(
        lambda alphabets, place: editing.add_example(alphabets, place, name, _ink()),
        f"{name} has one more example. Draw it again to test the network.",
    )


def _ink() -> editing.Ink:
    return editing.ink_of(canvas.strokes(CANVAS), st.session_state.get(_GIVEN))


def _try(edit: Callable[[OwnSet, int], OwnSet], words: str) -> None:
    try:
        draft.change(edit)
    except UserError as error:
        st.session_state[_MESSAGE] = "wrong", cards.capitalised(without_paths(str(error)))
        return
    paper.clear(CANVAS)
    st.session_state.update({_NAME: "", _TAKEN: "", _MESSAGE: ("", words), CHANGED: True})


def say(words: str) -> None:
    """Show what came of another way to teach."""
    st.session_state[_MESSAGE] = "", words


def forget_message() -> None:
    """Remove the message, since what it is about is no longer shown."""
    for key in (_MESSAGE, _TAKEN):
        st.session_state.pop(key, None)
