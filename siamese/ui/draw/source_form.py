"""The choice of a data source, and own alphabets from files: upload, progress, what was left out, delete."""

from __future__ import annotations

import html

import streamlit as st

from siamese.data import own, sources
from siamese.errors import UserError
from siamese.ui import datasets, messages, own_sets, state

CHECK_SECONDS = 0.5
HELP = "A zip of folders, one for each character, with pictures of it; or a JSON file of this program."


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
    _add_ui(key)


def take_import(choices: state.Choices) -> None:
    """Choose the alphabets of an upload that has been read; before any widget of the choices is drawn."""
    key = choices.key("data")
    job = st.session_state.get(f"{key} job")
    if job is not None and job.settled and not job.failure:
        st.session_state[f"{key} notes"] = {job.value.key: job.value.notes}
        del st.session_state[f"{key} job"]
        choices.data = job.value.key


def _add_ui(key: str) -> None:
    if refusal := own_sets.refusal():
        st.html(f'<p class="note">{html.escape(refusal)}</p>')
        return
    turn = st.session_state.setdefault(f"{key} turn", 0)
    st.file_uploader(
        "Add your own alphabets",
        type=["zip", "json"],
        max_upload_size=own_sets.MAX_UPLOAD_MB,
        help=HELP,
        key=f"{key} upload {turn}",
        on_change=_start,
        args=(key,),
    )
    if f"{key} job" in st.session_state:
        _progress_ui(key)


def _start(key: str) -> None:
    turn = st.session_state[f"{key} turn"]
    upload = st.session_state[f"{key} upload {turn}"]
    if upload is not None and not own_sets.refusal():
        st.session_state[f"{key} job"] = own_sets.importing(upload).start()
        st.session_state[f"{key} turn"] = turn + 1  # an uploader of another key: Streamlit forgets this file


@st.fragment(run_every=CHECK_SECONDS)
def _progress_ui(key: str) -> None:
    job = st.session_state.get(f"{key} job")
    if job is None:
        return
    if job.failure:
        messages.error(job.failure)
    elif job.settled:
        st.rerun()
    else:
        st.progress(job.share, f"Reading the alphabets, {datasets.time_left(job)}")


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
