"""Teaching a character: its name, one more example of it, and what came of it, in a sentence."""

from __future__ import annotations

import html
from collections.abc import Callable

import numpy as np
import streamlit as st

from siamese.data.own import editing
from siamese.data.own.file_format import OwnSet
from siamese.errors import UserError
from siamese.ui import cards, messages
from siamese.ui.draw import canvas, paper
from siamese.ui.teach import draft

CANVAS = "teach"
CHANGED = "teach changed"
"""Session key: the alphabet has changed, so all of the page runs again."""
_NAME, _MESSAGE, _GIVEN = "teach name", "teach message", "teach given"


def name_ui(drawing: np.ndarray | None) -> None:
    """The name of a new character, the button, and the message. `drawing` is what was given other than by the pen."""
    st.session_state[_GIVEN] = drawing
    with st.form("teach_name", border=False), st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Name of the character",
            max_chars=60,
            key=_NAME,
            placeholder="Name of a new character",
            label_visibility="collapsed",
            autocomplete="off",
        )
        st.form_submit_button("Teach", on_click=_teach, type="primary")
    kind, words = st.session_state.get(_MESSAGE, ("", ""))
    st.html(f'<p class="note {kind}" aria-live="polite">{html.escape(words)}</p>')
    name = st.session_state[_NAME]
    current = draft.current()
    taken = editing.character_named(current.own, current.place, name) if name.strip() else None
    if taken is not None:
        st.button(
            f"One more example of {messages.escape(taken.name)}", on_click=_add, args=(taken.name,), key="teach more"
        )


def _teach() -> None:
    name = st.session_state[_NAME]
    _try(
        lambda own, place: editing.add_character(own, place, name, _ink()),
        f"{name.strip()} is taught. Draw it again to test the network, or draw the next character.",
    )


def _add(name: str) -> None:
    _try(
        lambda own, place: editing.add_example(own, place, name, _ink()),
        f"{name} has one more example. Draw it again to test the network.",
    )


def _ink() -> editing.Ink:
    return editing.ink_of(canvas.strokes(CANVAS), st.session_state.get(_GIVEN))


def _try(edit: Callable[[OwnSet, int], OwnSet], words: str) -> None:
    try:
        draft.change(edit)
    except UserError as error:
        st.session_state[_MESSAGE] = "wrong", cards.capitalised(str(error))
        return
    paper.clear(CANVAS)
    st.session_state[_NAME] = ""
    st.session_state[_MESSAGE] = "", words
    st.session_state[CHANGED] = True


def forget_message() -> None:
    """Remove the message, since what it is about is no longer shown."""
    st.session_state.pop(_MESSAGE, None)
