"""Runs of servers that leave the training to another machine: they queue, and the other machine starts."""

from __future__ import annotations

import pytest

from siamese import runs
from siamese.runs import control, process
from siamese.runs.folder import RunError
from siamese.runs.process import Busy
from tests.runs.fake import SLOW
from tests.runs.helpers import wait_until

LONG = {"steps": 2000, "rate": SLOW, "validate_every": 500, "checkpoint_every": 10}


@pytest.fixture
def elsewhere(monkeypatch):
    """A function that says whether this is a server that does not train; at first it is."""

    def switch(on: bool) -> None:
        monkeypatch.setenv(process.TRAINING_SWITCH, "elsewhere" if on else "")

    switch(True)
    return switch


def test_a_run_is_queued_here_and_started_by_the_other_machine(make, elsewhere):
    run = make(**LONG)
    control.start(run.id)
    control.start_next()
    assert runs.status(run.id).state == "queued"
    assert process.trainer() is None
    elsewhere(False)
    control.start_next()
    wait_until(lambda: runs.status(run.id).step > 0)
    elsewhere(True)
    control.pause(run.id)
    wait_until(lambda: runs.status(run.id).state == "paused")
    control.start(run.id)  # ends the pause
    wait_until(lambda: runs.status(run.id).state == "training")
    with pytest.raises(Busy, match="is training"):
        control.start(make().id)
    control.stop(run.id)
    wait_until(lambda: runs.status(run.id).state == "stopped")


def test_a_run_that_waits_keeps_its_place_and_can_be_taken_out(make, elsewhere):
    first, second = make(), make()
    for run in (first, second, first):
        control.queue_up(run.id)
    control.start(second.id)
    assert process.queue() == [first.id, second.id]
    control.stop(first.id)
    assert process.queue() == [second.id]


def test_single_steps_need_a_run_that_is_training(make, elsewhere):
    run = make(**LONG)
    with pytest.raises(RunError, match="start the run, and pause it before"):
        control.step(run.id)
    assert process.queue() == []
