from __future__ import annotations

import os
import signal
import time

import pytest

from siamese.data import sources
from siamese.runs import control, launch, record
from siamese.runs.record import Run
from tests.configs import change
from tests.runs import fake

ENDS_WITHIN = 60  # s


@pytest.fixture
def place(home, monkeypatch):
    """An empty place for runs whose workers are fakes and whose data are scribbles; nobody trains when the test ends."""
    monkeypatch.setitem(sources.SOURCES, "drawn", fake.SOURCE)
    monkeypatch.setattr(launch, "WORKER", fake.WORKER)
    yield home / "runs"
    for status in control.statuses():
        if status.alive:
            control.stop(status.run.id)
    end = time.monotonic() + ENDS_WITHIN
    while record.trainer_locked():
        if time.monotonic() > end:
            os.kill(record.named_trainer()[1], signal.SIGKILL)
            raise TimeoutError(f"A trainer did not stop within {ENDS_WITHIN} s; it was killed.")
        time.sleep(0.01)


@pytest.fixture
def make(place):
    """Make a run of the fake trainer, with changes to its configuration."""

    def make(preset: str = "fake", name: str = "", **changes) -> Run:
        return control.create(change(fake.CONFIG, **changes), preset, "drawn", name)

    return make
