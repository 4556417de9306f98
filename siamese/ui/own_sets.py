"""Own alphabets on pages: which ones a visitor sees, uploads that are read in the background, and who may delete.

Shared sets are there for everybody. A private set is known to a session that made it or came by its link.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import re
import tempfile
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from siamese import paths
from siamese.data import own
from siamese.errors import UserError
from siamese.ui import teacher, uploads
from siamese.ui.jobs import Job

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from siamese.data import archives

MAX_UPLOAD_MB = 50
"""Of a zip of pictures."""
MAX_FILE_NAME_CHARACTERS = 80
_PRIVATE = "private own sets"

_one_import = threading.Lock()


@dataclasses.dataclass(frozen=True)
class Progress:
    """How far an upload has been read; at the end the key of its set, and notes on what was left out."""

    done: int = 0
    total: int = 1
    key: str = ""
    notes: tuple[str, ...] = ()


def visible(chosen: str = "") -> list[str]:
    """Keys of the own sets that this visitor can choose: the shared ones, then the private ones of the session.

    chosen: a key that the visitor's link may have brought; a private one is remembered.
    """
    if chosen.startswith(own.PRIVATE):
        remember(chosen)
    return [*own.names(), *private_keys()]


def remember(key: str) -> None:
    """Keep the key of a private set in this session."""
    keys = st.session_state.setdefault(_PRIVATE, [])
    if key not in keys:
        keys.append(key)


def private_keys() -> list[str]:
    """The keys of private sets that this session knows and that still exist."""
    return [key for key in st.session_state.get(_PRIVATE, ()) if own.is_key(key)]


def refusal(private: bool = False) -> str:
    """Why this visitor cannot add alphabets to the server, in one sentence; "" if they can.

    private: for themselves alone, as everybody may unless it is switched off.
    """
    if os.environ.get(uploads.SWITCH, "").lower() in ("off", "0", "no"):
        return "Adding alphabets is switched off on this server."
    return "Only the teacher can add alphabets from files." if teacher.locked() and not private else ""


def may_delete(key: str) -> bool:
    """Whether this visitor may delete a set: the teacher every one, others those that they made."""
    return not teacher.locked() or key in private_keys() or own.owner(key) in map(own.digest, private_keys())


def importing(upload: UploadedFile, private: bool = False) -> Job[Progress]:
    """A job that reads an uploaded zip or JSON file and keeps it as a set. One upload is read at a time."""

    def steps(value: Progress | None) -> Iterator[Progress]:
        with _one_import:
            yield _import(upload, private, lambda done, total: setattr(job, "value", Progress(done, total)))

    job: Job[Progress] = Job(
        "Reading the alphabets", steps, lambda value: (value.done, value.total) if value else (0, 1)
    )
    return job


def _import(upload: UploadedFile, private: bool, report: archives.Progress) -> Progress:
    from siamese.data.own.importing import import_path

    with _draft(upload) as file:
        imported = import_path(file, progress=report)
    key = own.keep(imported.own, own.new_private_key() if private else "")
    return Progress(1, 1, key, imported.notes)


@contextlib.contextmanager
def _draft(upload: UploadedFile) -> Iterator[pathlib.Path]:
    """The upload as a file with its own name. Messages in UserErrors name it without its folder."""
    name = re.sub(r'[\x00-\x1f\\/:*?"<>|]', "_", upload.name)[-MAX_FILE_NAME_CHARACTERS:]
    try:
        paths.data().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=paths.data(), prefix=".incomplete-") as folder:
            file = pathlib.Path(folder) / name
            file.write_bytes(upload.getbuffer())
            try:
                yield file
            except UserError as error:
                raise UserError(str(error).replace(f"{folder}{os.sep}", "")) from error
    except OSError as error:
        raise UserError(f"{name} could not be kept ({error.strerror or error}): free some disk space.") from error
