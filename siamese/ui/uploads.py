"""Networks that people upload: checked, turned into weights files of ours, and kept on the disk, a few per server.

One visitor uploads at a time, since memory holds an upload until it has been read; `models` loads the networks that are
in use. Where a passphrase is set, only the teacher can upload, and SIAMESE_UPLOADS=off switches uploading off for
everyone.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import pathlib
import shutil
import tempfile
import threading
import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from siamese import paths
from siamese.errors import UserError
from siamese.ui import teacher
from siamese.ui.jobs import Job
from siamese.ui.upload_limits import Turn

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

PREFIX = "upload-"
MAX_NETWORKS = 8
"""Uploaded networks kept on the disk, 156 MB each at Koch's size; the oldest is dropped."""
MAX_UPLOAD_MB = 200
MAX_NAME_CHARACTERS = 60
SWITCH = "SIAMESE_UPLOADS"

TURN = Turn()

_one_import = threading.Lock()


def refusal() -> str:
    """Why this visitor cannot upload, in one sentence; "" if they can."""
    if os.environ.get(SWITCH, "").lower() in ("off", "0", "no"):
        return "Uploading networks is switched off on this server."
    return "Only the teacher can upload networks." if teacher.locked() else ""


def names() -> dict[str, str]:
    """Id -> name of the uploaded networks, the newest first."""
    folder = paths.home() / "networks"
    try:
        return _names(folder, folder.stat().st_mtime_ns)
    except OSError:
        return {}


@functools.lru_cache(maxsize=4)
def _names(folder: pathlib.Path, version: int) -> dict[str, str]:
    entries = sorted(folder.glob(f"{PREFIX}*/koch.json"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return {file.parent.name: _name(file) for file in entries}


def _name(record: pathlib.Path) -> str:
    try:
        return str(json.loads(record.read_text(encoding="utf-8"))["name"])[:MAX_NAME_CHARACTERS]
    except (OSError, ValueError, KeyError, TypeError):
        return "Uploaded network"


def weights_file(network: str) -> pathlib.Path:
    """The weights of an uploaded network. Raises UserError when it has been dropped."""
    if network not in names():
        raise UserError("This uploaded network was removed to make room for newer ones: upload it again.")
    return paths.home() / "networks" / network / "koch.safetensors"


@dataclasses.dataclass(frozen=True)
class Import:
    """How far an upload has been read, as a share, and the id of its network at the end."""

    done: float
    network: str = ""


def importing(files: Sequence[UploadedFile], ink: float, paper: float, visitor: str) -> Job[Import]:
    """A job that reads the uploaded files. One upload is read at a time.

    Afterwards it is the next visitor's turn to upload.
    """
    TURN.take(visitor)  # for as long as reading can take

    def steps(value: Import | None) -> Iterator[Import]:
        try:
            with _one_import:
                yield from _import(files, ink, paper)
        finally:
            TURN.end(visitor)

    return Job("Reading the upload", steps, lambda value: (value.done if value else 0.0, 1.0))


def _import(files: Sequence[UploadedFile], ink: float, paper: float) -> Iterator[Import]:
    """The shares are those of the time that Koch's size takes."""
    from siamese.network import weights
    from siamese.network.foreign import source

    records = [file for file in files if file.name.lower().endswith(".json")]
    others = [file for file in files if file not in records]
    if len(others) != 1 or len(records) > 1:
        raise UserError("Upload one weights file, with its .json record if this program wrote it.")
    name = "".join(c for c in others[0].name if c.isprintable())[:MAX_NAME_CHARACTERS] or "Uploaded network"
    home = paths.home() / "networks"
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix=".incomplete-") as folder:
            draft = pathlib.Path(folder) / "network"
            draft.mkdir()
            source_file, target = draft / "upload.safetensors", draft / "koch.safetensors"
            source_file.write_bytes(others[0].getvalue())
            yield Import(0.1)
            if records:
                source_file.with_suffix(".json").write_bytes(records[0].getvalue())
                record = weights.load(source_file).record
                source_file.rename(target)
                source_file.with_suffix(".json").unlink()
            else:
                read = source.read(source_file, ink, paper, shown=name)
                yield Import(0.6)
                source.write(read, target)
                record = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
                source_file.unlink()
            target.with_suffix(".json").write_text(json.dumps({**record, "name": name}, indent=1), encoding="utf-8")
            network = PREFIX + uuid.uuid4().hex[:12]
            draft.rename(home / network)
    except OSError as error:
        raise UserError(f"The upload could not be kept ({error.strerror or error}): free some disk space.") from error
    for old in list(names())[MAX_NETWORKS:]:
        shutil.rmtree(home / old, ignore_errors=True)
    yield Import(1.0, network)
