"""What the workers of a cluster tell each other, by one process; tests/runs/test_cluster.py has two workers."""

from __future__ import annotations

import dataclasses
import json
import signal
import time

import numpy as np
import pytest
import tensorflow as tf

from siamese.data import sources
from siamese.errors import UserError
from siamese.network import cluster
from siamese.network.trainer import Trainer, TrainingError
from tests.configs import TINY
from tests.runs import fake


class Script:
    """In place of the messages: what the chief tells, in its order; `others` are the digests of the other workers."""

    def __init__(self, *tells: object, others: tuple[int, ...] = ()):
        self._tells, self._others, self.collected = list(tells), list(others), []

    def tell(self, value: np.ndarray) -> np.ndarray:
        return self._tells.pop(0)

    def tell_number(self, number: int) -> int:
        return self._tells.pop(0)

    def tell_text(self, text: str) -> str:
        return self._tells.pop(0)

    def collect(self, number: int) -> list[int]:
        self.collected.append(number)
        return [number, *self._others]


@pytest.fixture
def script(monkeypatch):
    """Let a worker follow a script in this process."""
    monkeypatch.setitem(sources.SOURCES, "drawn", fake.SOURCE)
    monkeypatch.setattr(cluster, "meet", tf.distribute.get_strategy)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def follow(*tells: object, data: str = "drawn", **options) -> tuple[Script, list[str]]:
        messages = Script(json.dumps({"config": dataclasses.asdict(TINY), "data": data}), *tells, **options)
        monkeypatch.setattr(cluster, "_Messages", lambda strategy: messages)
        lines: list[str] = []
        cluster.follow(lines.append)
        return messages, lines

    yield follow
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_worker_takes_the_steps_and_the_checkpoint_that_the_chief_tells(script, monkeypatch):
    trainer = Trainer(TINY, *fake.drawn_sets())
    state, taken, restored = trainer.state(), [], []
    trainer.close()
    monkeypatch.setattr(Trainer, "advance", lambda self: taken.append(self.step))
    monkeypatch.setattr(Trainer, "restore", lambda self, tensors, step: restored.append((tensors, step)))
    _, lines = script(cluster.RESTORE, 3, *state.values(), cluster.STEP, cluster.STEP, cluster.END)
    assert len(taken) == 2
    ((tensors, step),) = restored
    assert step == 3
    assert tensors.keys() == state.keys()
    assert all(np.array_equal(tensors[name], state[name]) for name in state)
    assert lines == ["Trains on 12 of the 12 drawings of every step.", "The chief has ended the training at step 0."]


def test_a_worker_with_other_drawings_is_refused(script):
    with pytest.raises(TrainingError, match="do not have the same drawings of drawn: import the same data"):
        script(others=(7,))


def test_a_worker_without_the_data_gives_the_reason_and_the_others_hear_of_it(script, monkeypatch):
    collected = []
    monkeypatch.setattr(Script, "collect", lambda self, number: collected.append(number) or [number])
    with pytest.raises(UserError, match="There is no data source 'elsewhere'"):
        script(data="elsewhere")
    assert collected == [cluster.NO_DATA]


def test_workers_that_do_not_come_are_one_sentence(monkeypatch):
    monkeypatch.setattr(cluster, "MEETING_TIMEOUT_SECONDS", 0.3)
    monkeypatch.setattr(cluster, "MEETING_POLL_SECONDS", 0.1)
    monkeypatch.setattr(tf.distribute, "MultiWorkerMirroredStrategy", lambda: time.sleep(2))
    with pytest.raises(TrainingError, match="have not been started in time"):
        cluster.meet()


def test_workers_that_cannot_be_connected_are_one_sentence(monkeypatch):
    def refused():
        raise tf.errors.UnknownError(None, None, "Could not start gRPC server")

    monkeypatch.setattr(tf.distribute, "MultiWorkerMirroredStrategy", refused)
    with pytest.raises(TrainingError, match="could not be connected: check their addresses"):
        cluster.meet()


def test_a_stop_is_noticed_while_the_workers_are_waited_for(monkeypatch):
    """TensorFlow takes SIGTERM over while it waits; the handler of Python is put back."""

    class Stopped(Exception):
        pass

    def stop(number, frame):
        raise Stopped

    before = signal.signal(signal.SIGTERM, stop)
    waiting = iter([True])

    def wait():
        signal.raise_signal(signal.SIGTERM) if next(waiting, False) else None
        time.sleep(2)

    monkeypatch.setattr(cluster, "MEETING_TIMEOUT_SECONDS", 1.5)
    monkeypatch.setattr(tf.distribute, "MultiWorkerMirroredStrategy", wait)
    try:
        with pytest.raises(Stopped):
            cluster.meet()
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(("error", "sentence"), [(tf.errors.UnavailableError, True), (tf.errors.DataLossError, False)])
def test_a_lost_worker_is_one_sentence_and_other_errors_stay_what_they_are(script, monkeypatch, error, sentence):
    def failing(self):
        raise error(None, None, "Connection reset by peer\nand more")

    monkeypatch.setattr(Trainer, "advance", failing)
    with pytest.raises(TrainingError if sentence else error, match="A worker has ended" if sentence else "Connection"):
        script(cluster.STEP)
