"""Network: which network answers, where it is from, what it was trained on; choose, upload, or take the shipped one."""

from __future__ import annotations

import functools
import html
import json
import pathlib

import streamlit as st

from siamese.errors import UserError
from siamese.ui import messages, models, state, uploads

CHECK_SECONDS = 1.0
"""Interval at which a page looks whether an upload has been read."""
INPUTS = {"black ink on white paper (0 and 1)": (0.0, 1.0), "white ink on black paper (1 and 0)": (1.0, 0.0)}
INPUTS |= {"black ink on white paper (0 and 255)": (0.0, 255.0), "white ink on black paper (255 and 0)": (255.0, 0.0)}
"""Words for the drawings that a network was trained on -> their values of ink and paper."""
HINT = "Keras: .h5 or .keras. PyTorch: .safetensors. From this program: .safetensors with its .json."


def network_ui() -> None:
    """The popover in the head of every page."""
    with st.popover("Network", icon=":material/neurology:"):
        network = state.of(state.SHARED).network
        st.html(f'<dl class="status">{_facts(network)}</dl>')
        models.choose_ui()
        if network:
            st.button("Use the shipped network", on_click=models.use_shipped, key="shipped in panel")
        _upload_ui()


def _facts(network: str) -> str:
    """HTML: which network answers, its origin and its training."""
    try:
        file = models.weights_file(network)
        name, record = models.name(network), _record(file, file.stat().st_mtime_ns)
    except (OSError, ValueError, UserError):
        name, record = "not readable", {}
    facts = {
        "Answers": name,
        "From": _origin(network, record),
        "Trained on": _training(record),
        "Drawings": "normalised first" if record.get("normalised") else "not normalised",
        "SHA-256": str(record.get("sha256", "not known"))[:12],
    }
    return "".join(f"<dt>{html.escape(key)}</dt><dd>{html.escape(value)}</dd>" for key, value in facts.items())


def _origin(network: str, record: dict) -> str:
    if not network:
        return "this program's authors, with the preset Best"
    if network.startswith(uploads.PREFIX):
        return "an upload" + (", trained elsewhere" if record.get("origin") else "")
    return "a training run on this server"


def _training(record: dict) -> str:
    trained = record.get("trained_on")
    if not isinstance(trained, dict) or not isinstance(trained.get("alphabets"), list):
        return "not known"
    return f"{len(trained['alphabets'])} alphabets"


@functools.lru_cache(maxsize=16)
def _record(file: pathlib.Path, version: int) -> dict:
    """The record beside a weights file; ValueError when it is damaged."""
    record = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    return record if isinstance(record, dict) else {}


def _upload_ui() -> None:
    if refusal := uploads.refusal():
        st.html(f'<p class="note">{html.escape(refusal)}</p>')
        return
    turn = st.session_state.setdefault("upload turn", 0)
    st.selectbox("It was trained on", list(INPUTS), key="upload input")
    files = st.file_uploader(
        "Upload a network",
        type=["h5", "keras", "safetensors", "json"],
        accept_multiple_files=True,
        max_upload_size=uploads.MAX_UPLOAD_MB,
        help=HINT,
        key=f"upload files {turn}",
    )
    job = st.session_state.get("upload job")
    st.button("Use the upload", on_click=_start, disabled=not files or (job is not None and job.running), key="upload")
    if job is not None:
        _progress_ui()


def _start() -> None:
    turn = st.session_state["upload turn"]
    ink, paper = INPUTS[st.session_state["upload input"]]
    files = st.session_state[f"upload files {turn}"]
    st.session_state["upload job"] = uploads.importing(files, ink, paper).start()
    st.session_state["upload turn"] = turn + 1  # an uploader of another key: Streamlit forgets the files of this one


@st.fragment(run_every=CHECK_SECONDS)
def _progress_ui() -> None:
    job = st.session_state.get("upload job")
    if job is None:
        return
    if job.failure:
        messages.error(job.failure)
    elif job.value:
        st.session_state["next network"] = job.value
        st.session_state["upload job"] = None
        st.rerun()
    else:
        st.html('<p class="note">Reading the upload …</p>')


def take_upload() -> None:
    """Let an upload that has been read answer; before any widget of the choice is drawn."""
    if network := st.session_state.pop("next network", ""):
        state.of(state.SHARED).network = network
        st.session_state.pop(state.DROPPED, None)
