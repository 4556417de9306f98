"""The upload of own alphabets on a page: the place for the file, progress while it is read, and the result."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from siamese.ui import datasets, messages, own_sets
from siamese.ui.own_sets import Progress

CHECK_SECONDS = 0.5


def import_ui(key: str, label: str, types: Sequence[str], help_text: str, private: bool = False) -> None:
    """The upload; `key` begins its session keys. private: whether the set is for this visitor alone.

    JSON files have a lower limit than the browser is given: what is read here is refused with what to do about it.
    """
    if refusal := own_sets.refusal(private):
        st.html(f'<p class="note">{html.escape(refusal)}</p>')
        return
    turn = st.session_state.setdefault(f"{key} turn", 0)
    st.file_uploader(
        label,
        type=list(types),
        max_upload_size=own_sets.MAX_UPLOAD_MB,
        help=help_text,
        key=f"{key} upload {turn}",
        on_change=_start,
        args=(key, private),
    )
    if f"{key} job" in st.session_state:
        _progress_ui(key)


def taken(key: str) -> Progress | None:
    """The upload that has been read since the last call."""
    job = st.session_state.get(f"{key} job")
    if job is None or not job.settled or job.failure:
        return None
    return st.session_state.pop(f"{key} job").value


def _start(key: str, private: bool) -> None:
    turn = st.session_state[f"{key} turn"]
    upload = st.session_state[f"{key} upload {turn}"]
    if upload is not None and not own_sets.refusal(private):
        st.session_state[f"{key} job"] = own_sets.importing(upload, private).start()
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
