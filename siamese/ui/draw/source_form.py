"""The choice of a data source, and own alphabets from files: upload, progress, what was left out, delete."""

from __future__ import annotations

import html

import streamlit as st

from siamese.data import own, sources
from siamese.errors import UserError
from siamese.ui import import_form, messages, own_sets, state

HELP = (
    "A zip of folders, one for each character, with pictures of it; or a JSON file of this program. If it is too "
    "large, make the pictures smaller or leave some out."
)


def source_ui(choices: state.Choices) -> None:
    """The choice, and below it the place to add or delete own alphabets.

    choices: those of a page that declares data. Call `take_import` before any widget of these choices.
    """
    key = choices.key("data")
    offered = [*sources.SOURCES, *own_sets.visible(choices.data)]
    if choices.data not in offered:  # deleted by another visitor meanwhile
        choices.data = offered[0]
    st.selectbox("Data", offered, format_func=_label, key=key)
    if own.is_key(choices.data):
        if own_sets.may_delete(choices.data):
            st.button("Delete these alphabets", on_click=_delete, args=(choices,), key=f"{key} delete")
        for note in st.session_state.get(f"{key} notes", {}).get(choices.data, ()):
            st.html(f'<p class="note">{html.escape(note)}</p>')
    if failure := st.session_state.pop(f"{key} failure", ""):
        messages.error(failure)
    import_form.import_ui(key, "Add your own alphabets", ("zip", "json"), HELP)


def take_import(choices: state.Choices) -> None:
    """Choose the alphabets of an upload that has been read; before any widget of the choices is drawn."""
    key = choices.key("data")
    if progress := import_form.taken(key):
        st.session_state[f"{key} notes"] = {progress.key: progress.notes}
        choices.data = progress.key


def _delete(choices: state.Choices) -> None:
    key, chosen = choices.key("data"), choices.data
    if own_sets.may_delete(chosen):
        try:
            own.delete(chosen)
        except UserError as error:
            st.session_state[f"{key} failure"] = str(error)
    choices.data = next(iter(sources.SOURCES))


def _label(key: str) -> str:
    try:
        label = sources.get(key).label
    except UserError:
        return key
    return f"{label} (private)" if key.startswith(own.PRIVATE) else label
