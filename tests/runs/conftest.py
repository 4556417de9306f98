from __future__ import annotations

import time

import pytest

from siamese import runs
from siamese.data import sources
from siamese.runs import control, folder, monitor, process, worker
from siamese.runs.folder import Run
from tests.configs import change
from tests.runs import fake

END_TIMEOUT_SECONDS = 60


@pytest.fixture(autouse=True)
def _priority_is_kept(monkeypatch):
    """A worker in this process must not lower the priority of all tests that follow."""
    monkeypatch.setattr(worker, "lower_priority", lambda: None)


@pytest.fixture
def place(home, monkeypatch):
    """An empty folder for runs of the fake trainer on scribbles. Every reading is new; at the end nothing trains."""
    monkeypatch.setitem(sources.SOURCES, "drawn", fake.SOURCE)
    monkeypatch.setattr(process, "WORKER_COMMAND", fake.WORKER_COMMAND)
    monkeypatch.setattr(monitor, "REFRESH_SECONDS", 0.0)
    yield home / "runs"
    for status in runs.statuses():
        if status.stoppable:
            control.stop(status.id)
    end = time.monotonic() + END_TIMEOUT_SECONDS
    while trainer := process.trainer():
        if time.monotonic() > end:
            trainer.kill()
            raise TimeoutError(f"A worker did not stop within {END_TIMEOUT_SECONDS} s; it was killed.")
        time.sleep(0.01)


@pytest.fixture
def make(place):
    """Create a run of the fake trainer, with changes to its configuration."""

    def make(preset: str = "fake", name: str = "", **changes) -> Run:
        return folder.create(change(fake.CONFIG, **changes), preset, "drawn", name)

    return make
