"""A run as a folder: everything that a training run is, in files that pages and the command line read.

    run.json        name, preset, data source, time of creation
    config.json     the TrainConfig
    versions.json   Python, libraries and device of the last start
    state.json      the status that the worker last reported; its modification time is the heartbeat
    metrics.jsonl   one record per step and one per validation (curves.py)
    checkpoints/    step-00000125/: state.safetensors and manifest.json; the last two and the best on validation
    weights/        step-00000500/: weights.safetensors and weights.json; the newest and the best on validation
    snapshots/      00000500.safetensors: what the network saw at each validation (snapshots.py)
    nearest.json    nearest neighbour's accuracy on the trials of the validations
    events/         the curves for TensorBoard
    log.txt         output of the worker, with the traceback of an unexpected error
    pause, step, stop   empty files: requests to the worker

Next to the run folders: trainer.json, two locks and the queue (process.py).
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
import json
import os
import pathlib
import re
import time
import uuid

from siamese import paths
from siamese.config import TrainConfig
from siamese.errors import UserError
from siamese.runs import files

ACTIVE_STATES = ("starting", "training", "paused")  # of a run whose worker is at work
REPORTED_STATES = (*ACTIVE_STATES, "stopped", "finished", "failed")
"""What a worker writes; the states new, queued, stopping, interrupted and damaged are derived from other files."""
PAUSE, STEP, STOP = REQUESTS = ("pause", "step", "stop")
HEARTBEAT_TIMEOUT_SECONDS = 30.0  # without a heartbeat, after which a worker counts as gone
MAX_NAME_LENGTH = 80

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


class RunError(UserError):
    """Something that cannot be done with a run; the text says why and what to do."""


class DamagedRun(RunError):
    """A run whose run.json or config.json cannot be understood."""

    def __init__(self, run_id: str, what: str):
        super().__init__(f"{run_id} cannot be used, since {what}: restore the file or delete the run.")


@dataclasses.dataclass(frozen=True)
class Run:
    """What does not change while a run trains, apart from its name.

    data: a key of `sources.SOURCES`; digest: hash of config.json as it was stored, so that the checkpoints of earlier
    versions still belong to it.
    """

    folder: pathlib.Path
    name: str
    preset: str
    data: str
    created: str  # ISO time
    config: TrainConfig
    digest: str

    @property
    def id(self) -> str:
        """The folder's name: small letters, digits and hyphens."""
        return self.folder.name

    @property
    def checkpoints(self) -> pathlib.Path:
        return self.folder / "checkpoints"

    @property
    def weights(self) -> pathlib.Path:
        return self.folder / "weights"

    @property
    def snapshots(self) -> pathlib.Path:
        return self.folder / "snapshots"

    @property
    def metrics(self) -> pathlib.Path:
        return self.folder / "metrics.jsonl"


def create(config: TrainConfig, preset: str, data: str, name: str = "") -> Run:
    """A new run that has not started. Raises RunError for a bad name, WriteError when the disk refuses."""
    name, stored = checked_name(name or f"{preset}, seed {config.seed}"), dataclasses.asdict(config)
    now = datetime.datetime.now().astimezone()
    described = {"name": name, "preset": preset, "data": data, "created": now.isoformat(timespec="seconds")}
    base = re.sub(r"[^a-z0-9]+", "-", preset.lower()).strip("-")[:40] or "run"
    for _ in range(100):  # the suffix is random
        target = paths.runs() / f"{base}-{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:4]}"
        try:
            with files.atomic_folder(target) as draft:
                (draft / "run.json").write_text(json.dumps(described, indent=1, ensure_ascii=False), encoding="utf-8")
                (draft / "config.json").write_text(json.dumps(stored, indent=1), encoding="utf-8")
                (draft / "metrics.jsonl").touch()
        except files.FolderExists:
            continue
        return Run(target.resolve(), *described.values(), config, _digest(stored))
    raise RunError("Too many runs are being created in the same second: try again.")


def places() -> list[pathlib.Path]:
    """The folders of all runs, damaged ones too, in no particular order. Raises RunError when they cannot be listed."""
    try:
        with os.scandir(paths.runs()) as entries:
            folders = [entry.path for entry in entries if _ID.fullmatch(entry.name) and _holds_run(entry.path)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunError(f"{paths.runs()} cannot be read ({error.strerror}): check SIAMESE_HOME.") from error
    return [pathlib.Path(folder) for folder in folders]


def _holds_run(folder: str | pathlib.Path) -> bool:
    return any(os.path.exists(os.path.join(folder, file)) for file in ("run.json", "config.json"))


def locate(run_id: str) -> pathlib.Path:
    """The folder of a run, damaged or not. Raises RunError when the id is not valid or there is no such run."""
    if not _ID.fullmatch(run_id):
        raise RunError(f"{run_id!r} is not the id of a run: ids have small letters, digits and hyphens.")
    folder = paths.runs().resolve() / run_id
    if not _holds_run(folder):
        raise RunError(f"There is no run {run_id}: see `python -m siamese runs list`.")
    return folder


def read(run_id: str) -> Run:
    """The run with this id. Raises RunError when there is none, DamagedRun when its files cannot be understood."""
    folder = locate(run_id)
    try:
        described, config = (files.read_json(folder / name) for name in ("run.json", "config.json"))
        return Run(folder, *_description(described), _config(config), _digest(config))
    except FileNotFoundError as error:
        raise DamagedRun(run_id, f"{pathlib.Path(error.filename).name} is missing") from error
    except (OSError, ValueError, RunError) as error:
        raise DamagedRun(run_id, str(error).rstrip(".")) from error


def _digest(config: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()[:16]


def _description(fields: dict[str, object]) -> tuple[str, str, str, str]:
    """name, preset, data and created. Raises DamagedFile."""
    texts = [fields.get(key) for key in ("name", "preset", "data", "created")]
    try:
        if not all(isinstance(text, str) and text.isprintable() for text in texts):
            raise ValueError("name, preset, data or created is missing or not printable")
        datetime.datetime.fromisoformat(texts[3])
        return checked_name(texts[0]), *texts[1:]
    except (ValueError, RunError) as error:
        raise files.DamagedFile(f"run.json is damaged: {error}") from error


def _config(fields: dict[str, object]) -> TrainConfig:
    try:
        return TrainConfig.from_dict(fields)
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError) as error:
        raise files.DamagedFile(f"config.json is not a training configuration ({str(error).rstrip('.')})") from error


def checked_name(name: str) -> str:
    """A display name without control characters and outer blanks. Raises RunError when it is empty or too long."""
    name = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not 1 <= len(name) <= MAX_NAME_LENGTH:
        raise RunError(f"The name of a run has 1 to {MAX_NAME_LENGTH} characters; this one has {len(name)}.")
    return name


def rename(run: Run, name: str) -> None:
    """Give a run another display name; the id stays. Raises RunError or WriteError."""
    described = {"name": checked_name(name), "preset": run.preset, "data": run.data, "created": run.created}
    files.replace_json(run.folder / "run.json", described)


@dataclasses.dataclass(frozen=True)
class Report:
    """The status that a worker last reported, and the time of its last heartbeat (time.time).

    sentence: why it failed; damage: what is wrong with state.json, or "". A run with damage counts as interrupted.
    """

    state: str
    sentence: str = ""
    pid: int = 0
    heartbeat: float = float("-inf")
    damage: str = ""

    @property
    def responds(self) -> bool:
        """Whether the last heartbeat is recent."""
        return time.time() - self.heartbeat < HEARTBEAT_TIMEOUT_SECONDS


def last_report(folder: pathlib.Path) -> Report:
    """What the worker of a run last reported; state "new" when no worker has reported yet."""
    file = folder / "state.json"
    try:
        written = files.read_json(file)
        state, sentence, pid = (written.get(key) for key in ("state", "sentence", "pid"))
        if state not in REPORTED_STATES or not isinstance(sentence, str) or type(pid) is not int:
            raise files.DamagedFile("state.json is damaged: state, sentence or pid is missing or not valid")
        # A lone surrogate in the sentence would break the page.
        return Report(state, sentence.encode(errors="replace").decode(), pid, file.stat().st_mtime)
    except FileNotFoundError:
        return Report("new")
    except (OSError, files.DamagedFile) as error:
        return Report("interrupted", damage=f"{error}; the run can be resumed from its last checkpoint.")


def report(run: Run, state: str, sentence: str = "") -> None:
    """Write the status of this process, the run's worker. Raises WriteError."""
    files.replace_json(run.folder / "state.json", {"state": state, "sentence": sentence, "pid": os.getpid()})


def heartbeat(run: Run) -> None:
    """Show that the worker is alive; needs no space on the disk."""
    with contextlib.suppress(OSError):
        os.utime(run.folder / "state.json")


def request(run: Run, name: str) -> None:
    """Ask the worker for something, one of REQUESTS. Raises WriteError."""
    with files.write_errors(f"The request to {name}"):
        (run.folder / name).touch()


def requested(run: Run, name: str) -> bool:
    """Whether this request is pending."""
    return (run.folder / name).exists()


def withdraw(run: Run, *names: str) -> None:
    """Withdraw requests."""
    for name in names:
        (run.folder / name).unlink(missing_ok=True)
