"""Network: which network answers, where it is from, what it was trained on; choose, upload, or take the shipped one."""

from __future__ import annotations

import functools
import html
import json
import pathlib
import uuid

import streamlit as st

from siamese.errors import UserError
from siamese.ui import datasets, messages, models, state, uploads
from siamese.ui.jobs import Job

PANEL_KEY = "network panel"
CHECK_SECONDS = 1.0
"""Interval at which a page looks whether an upload has been read."""
INPUTS = {"black ink on white paper (0 and 1)": (0.0, 1.0), "white ink on black paper (1 and 0)": (1.0, 0.0)}
INPUTS |= {"black ink on white paper (0 and 255)": (0.0, 255.0), "white ink on black paper (255 and 0)": (255.0, 0.0)}
"""Words for the drawings that a network was trained on -> their values of ink and paper."""
HINT = "Keras: .h5 or .keras. PyTorch: .safetensors. This program: .safetensors with its .json."
TOO_LARGE = f"If a file has more than {uploads.MAX_UPLOAD_MB} MB, save the weights alone, without the optimiser."


def network_ui() -> None:
    """The popover in the head of every page. It is filled when it is opened: that takes a quarter of a page's time."""
    with (
        st.container(key="network_choice", width="content"),
        st.popover("Network", icon=":material/neurology:", key=PANEL_KEY, on_change="rerun") as panel,
    ):
        job = st.session_state.get("upload job")
        if panel.open:
            _content_ui()
        elif job is not None and not job.settled:  # the page learns of the end all the same
            _progress_ui(job)


def _content_ui() -> None:
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
    job = st.session_state.get("upload job")
    if job is not None and not job.settled:
        _progress_ui(job)
        return
    if job is not None and job.failure:
        messages.error(job.failure)
    if uploads.TURN.held_by(_visitor()):
        _files_ui()
        return
    st.button("Upload a network", on_click=_begin, key="begin upload")
    if not uploads.TURN.free():
        st.html(f'<p class="note">{BUSY}</p>')


BUSY = "Somebody else is uploading a network. Only one can be uploaded at a time: try again in a few minutes."


def _visitor() -> str:
    return st.session_state.setdefault("visitor", uuid.uuid4().hex)


def _files_ui() -> None:
    """The files, how their network was trained, and the buttons."""
    files = st.file_uploader(
        "Upload a network",
        type=["h5", "keras", "safetensors", "json"],
        accept_multiple_files=True,
        max_upload_size=uploads.MAX_UPLOAD_MB,
        help=HINT,
        key=f"upload files {_uploader()}",
    )
    st.html(f'<p class="note">{TOO_LARGE}</p>')
    st.selectbox("It was trained on", list(INPUTS), key="upload input")
    with st.container(horizontal=True):
        st.button("Use the upload", on_click=_start, disabled=not files, key="upload", type="primary")
        st.button("Cancel", on_click=_cancel, key="cancel upload")


def _uploader() -> int:
    """Number of the uploader. Streamlit forgets the files of one that is no longer on the page."""
    return st.session_state.setdefault("uploader", 0)


def _begin() -> None:
    st.session_state["upload job"] = None
    uploads.TURN.take(_visitor())


def _start() -> None:
    ink, paper = INPUTS[st.session_state["upload input"]]
    files = st.session_state[f"upload files {_uploader()}"]
    st.session_state["upload job"] = uploads.importing(files, ink, paper, _visitor()).start()
    st.session_state["uploader"] += 1


def _cancel() -> None:
    uploads.TURN.end(_visitor())
    st.session_state["uploader"] += 1


def _progress_ui(job: Job[uploads.Import]) -> None:
    @st.fragment(run_every=CHECK_SECONDS)
    def follow() -> None:
        if job.settled:
            st.rerun()
        st.progress(job.share, f"{job.name}, {datasets.time_left(job)}")

    follow()


def take_upload() -> None:
    """Let an upload that has been read answer; before any widget of the choice is drawn."""
    job = st.session_state.get("upload job")
    if job is not None and job.settled and job.value and job.value.network:
        st.session_state["upload job"] = None
        state.of(state.SHARED).network = job.value.network
        st.session_state.pop(state.DROPPED, None)
