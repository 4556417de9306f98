"""Many characters at once, on paper: the sheets to print, the photograph of a filled-in one, and its reading."""

from __future__ import annotations

import dataclasses
import html
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from siamese.ui import datasets, messages, worksheets
from siamese.ui.draw.paper import MAX_UPLOAD_MB, UPLOAD_TYPES
from siamese.ui.jobs import Job

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from siamese.data.photograph.grid import GridReading

READ = "teach sheet"
"""Session key: the sheet that has been read and is to be checked."""
_JOB, _TURN, _PAPER, _OPENED = "teach sheet job", "teach sheet turn", "teach sheet paper", "teach sheet popover"
_CHECK_SECONDS = 0.5
_WORDS = "Print a sheet of boxes, draw a character in each, and photograph it: all of them are taught at once."

_one_sheet = threading.Lock()
"""Held while a sheet is read: a class that photographs at once would need thirty times the memory."""


@dataclasses.dataclass(frozen=True)
class Progress:
    """How many boxes of a sheet have been read, and the reading at the end."""

    done: int = 0
    total: int = 1
    reading: GridReading | None = None


def take_reading() -> None:
    """Keep a sheet that has been read, so that it is checked; before any widget is drawn."""
    job = st.session_state.get(_JOB)
    if job is not None and job.settled and not job.failure:
        st.session_state[READ] = st.session_state.pop(_JOB).value.reading


def sheet_ui() -> None:
    """The sheets to print and the upload of a photograph, behind a button."""
    with st.container(key="teach_sheet", horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover("On paper", key=_OPENED, on_change="rerun") as popover:
            if popover.open:  # most visitors draw on the canvas
                _print_ui()
                _upload_ui()
        st.html(f'<p class="note">{html.escape(_WORDS)}</p>')


def _print_ui() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        worksheets.paper_ui(_PAPER)
        worksheets.grid_buttons_ui(st.session_state[_PAPER])


def _upload_ui() -> None:
    turn = st.session_state.setdefault(_TURN, 0)
    st.file_uploader(
        f"A photograph of the filled-in sheet, with all four corner marks (at most {MAX_UPLOAD_MB} MB)",
        UPLOAD_TYPES,
        max_upload_size=MAX_UPLOAD_MB,
        key=f"{READ} upload {turn}",
        on_change=_start,
    )
    if _JOB in st.session_state:
        _progress_ui()


def _start() -> None:
    turn = st.session_state[_TURN]
    upload = st.session_state[f"{READ} upload {turn}"]
    if upload is not None:
        st.session_state[_JOB] = reading(upload).start()
        st.session_state[_TURN] = turn + 1  # an uploader of another key: Streamlit forgets this file


def reading(upload: UploadedFile) -> Job[Progress]:
    """A job that reads the photograph of a sheet; one sheet is read at a time."""

    def steps(value: Progress | None) -> Iterator[Progress]:
        from siamese.data.photograph import open_picture  # its libraries take a second to import
        from siamese.data.photograph.grid import read_grid

        with _one_sheet:
            picture = open_picture(upload.getvalue())
            read = read_grid(picture, lambda done, total: setattr(job, "value", Progress(done, total)))
            yield Progress(read.grid.boxes, read.grid.boxes, read)

    job: Job[Progress] = Job("Reading the sheet", steps, lambda value: (value.done, value.total) if value else (0, 1))
    return job


@st.fragment(run_every=_CHECK_SECONDS)
def _progress_ui() -> None:
    job = st.session_state.get(_JOB)
    if job is None:
        return
    if job.failure:
        messages.error(job.failure)
    elif job.settled:
        st.rerun()
    else:
        st.progress(job.share, f"Reading the sheet, {datasets.time_left(job)}")
