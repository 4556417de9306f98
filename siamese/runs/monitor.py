"""The status of all runs, read from their files. Reading takes no lock that a trainer needs and changes nothing.

However many visitors watch, a server reads the runs once per REFRESH_SECONDS: one thread reads, the others use the
last reading. Files that have not changed are not read again, and of a curve only what was added is read. A run that
cannot be read is listed as damaged, with what is wrong.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import logging
import os
import pathlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from siamese import paths
from siamese.runs import checkpoints, curves, estimate, folder, process
from siamese.runs.folder import ACTIVE_STATES, DamagedRun, Report, Run, RunError
from siamese.runs.process import Trainer

REFRESH_SECONDS = 0.5
"""Age up to which a reading is used for all visitors."""

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Status:
    """A run as pages and the command line show it.

    state: new, queued, starting, training, paused, stopping, stopped, finished, failed, interrupted or damaged. run:
    None when it is damaged, which leaves only its id. problem: why it failed or what is wrong with its files, one
    sentence. hung: its worker is still the trainer but gives no heartbeat. place: in the queue, from 1.
    validation: the last record of a validation. weights: the best on validation, else the newest; best: accuracy,
    low, high and trials of those.
    """

    id: str
    run: Run | None
    state: str
    problem: str = ""
    step: int = 0
    hung: bool = False
    place: int | None = None
    drawings_per_second: float | None = None
    seconds_left: float | None = None
    validation: Mapping[str, Any] | None = None
    weights: pathlib.Path | None = None
    best: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """The display name; the id of a damaged run."""
        return self.run.name if self.run else self.id

    @property
    def created(self) -> str:
        """Time of creation, ISO; "" for a damaged run."""
        return self.run.created if self.run else ""

    @property
    def steps(self) -> int:
        """Steps of the complete run; 0 for a damaged one."""
        return self.run.config.schedule.steps if self.run else 0

    @property
    def active(self) -> bool:
        """Whether a worker is at work on it."""
        return self.state in (*ACTIVE_STATES, "stopping")

    @property
    def startable(self) -> bool:
        """Whether it can be started, resumed or queued."""
        return self.state in ("new", "queued", "stopped", "failed", "interrupted")

    @property
    def stoppable(self) -> bool:
        """Whether `control.stop` has something to do: stop it, remove it from the queue, or end a worker that hangs."""
        return self.state in ("queued", *ACTIVE_STATES) or self.hung


class _Cached:
    """A value that is made again when one of the files it depends on has changed."""

    def __init__(self, *files: pathlib.Path):
        self._files = [str(file) for file in files]
        self._known: tuple[object, Any] | None = None

    def get(self, make: Callable[[], Any]) -> Any:
        stamps = [_stamp(file) for file in self._files]
        if self._known is None or self._known[0] != stamps:
            self._known = stamps, make()
        return self._known[1]


def _stamp(file: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


class _RunReader:
    """What is known of one run, read again only where its files have changed."""

    def __init__(self, place: pathlib.Path):
        self.id, self._place = place.name, place
        self._run = _Cached(place / "run.json", place / "config.json")
        self._report = _Cached(place / "state.json")
        self._weights = _Cached(place / "weights")
        self._curve = _Cached(place / "metrics.jsonl")
        self._tail = curves.Tail(place / "metrics.jsonl")

    def status(self, trainer: Trainer | None, position: int | None) -> Status:
        """The status, given the active run and the run's place in the queue. Raises RunError if it was deleted."""
        try:
            return self._status(trainer, position)
        except DamagedRun as error:
            return Status(self.id, None, "damaged", str(error))
        except RunError:
            raise
        except Exception as error:  # whatever is wrong with one folder, the others must be listed
            _log.exception("The status of %s could not be read.", self.id)
            return Status(
                self.id, None, "damaged", f"{self.id} cannot be read ({type(error).__name__}): delete the run."
            )

    def _status(self, trainer: Trainer | None, position: int | None) -> Status:
        run = self._run.get(lambda: folder.read(self.id))
        report = self._report.get(lambda: folder.last_report(self._place))
        weights, best, damage = self._weights.get(lambda: checkpoints.weights_in_use(run))
        self._curve.get(self._tail.update)
        state, hung = _state(run, report, trainer, position)
        tail = self._tail
        return Status(
            id=run.id,
            run=run,
            state=state,
            problem=report.sentence if state == "failed" else report.damage or damage or tail.damage,
            step=tail.step,
            hung=hung,
            place=position,
            drawings_per_second=estimate.drawings_per_second(run.config, tail.steps),
            seconds_left=estimate.seconds_left(run.config.schedule, tail.step, tail.steps, tail.validations),
            validation=tail.validations[-1] if tail.validations else None,
            weights=weights,
            best=best,
        )


def _state(run: Run, report: Report, trainer: Trainer | None, position: int | None) -> tuple[str, bool]:
    """The state of a run, and whether its worker hangs."""
    state, hung = report.state, False
    if state in ACTIVE_STATES:
        own = trainer is not None and trainer.run_id == run.id and trainer.pid == report.pid
        hung = own and not report.responds
        if not own or hung:
            state = "interrupted"
        elif folder.requested(run, folder.STOP):
            state = "stopping"
    if position and state not in (*ACTIVE_STATES, "stopping"):
        state = "queued"
    return state, hung


class Monitor:
    """All runs of one home folder; may be used by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: dict[str, _RunReader] = {}
        self._statuses: list[Status] = []
        self._read_at = float("-inf")  # time.monotonic
        self._changes, self._changes_read = 0, -1

    def statuses(self) -> list[Status]:
        """All runs, newest first, damaged ones last; REFRESH_SECONDS old at most. Raises RunError."""
        if self._changes_read != self._changes:
            with self._lock:
                if self._changes_read != self._changes:
                    self._read_all()
        elif self._old and self._lock.acquire(blocking=False):
            try:
                if self._old:  # another thread may just have finished
                    self._read_all()
            finally:
                self._lock.release()
        return list(self._statuses)

    @property
    def _old(self) -> bool:
        return time.monotonic() - self._read_at >= REFRESH_SECONDS

    def changed(self) -> None:
        """This process has changed a run: the next reading must be new."""
        self._changes += 1

    def now(self, run_id: str) -> Status:
        """The status of a run, read now. Raises RunError when there is no such run."""
        with self._lock:
            place = folder.locate(run_id)
            return self._reader(place).status(process.trainer(), process.positions().get(run_id))

    def _read_all(self) -> None:
        changes, trainer, positions = self._changes, process.trainer(), process.positions()
        self._readers = {place.name: self._reader(place) for place in folder.places()}
        statuses = []
        for reader in self._readers.values():
            with contextlib.suppress(RunError):  # deleted meanwhile
                statuses.append(reader.status(trainer, positions.get(reader.id)))
        statuses.sort(key=lambda status: (status.created, status.id), reverse=True)
        self._statuses, self._read_at, self._changes_read = statuses, time.monotonic(), changes

    def _reader(self, place: pathlib.Path) -> _RunReader:
        if place.name not in self._readers:
            self._readers[place.name] = _RunReader(place)
        return self._readers[place.name]


@functools.lru_cache(maxsize=1)
def _of(root: pathlib.Path) -> Monitor:
    return Monitor()


def of_home() -> Monitor:
    """The monitor of the home folder, one per process."""
    return _of(paths.runs())


def statuses() -> list[Status]:
    """All runs, newest first and damaged ones last, REFRESH_SECONDS old at most. Raises RunError."""
    return of_home().statuses()


def status(run_id: str) -> Status:
    """The status of a run, REFRESH_SECONDS old at most. Raises RunError when there is no such run."""
    return next((known for known in statuses() if known.id == run_id), None) or of_home().now(run_id)


def active() -> Status | None:
    """The run that is training, is paused, starts or stops; REFRESH_SECONDS old at most. None when there is none."""
    return next((known for known in statuses() if known.active), None)
