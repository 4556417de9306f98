"""What the workers of a cluster tell each other, by one process; tests/runs/test_cluster.py has two workers."""

from __future__ import annotations

import dataclasses
import json
import signal
import socket
import threading
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


@pytest.fixture
def described(monkeypatch):
    """Describe two workers in TF_CONFIG, of which the other has this port; this one is the chief unless said."""

    def describe(port: int, index: int = 0) -> None:
        workers = ["127.0.0.1:1", f"127.0.0.1:{port}"]
        task = {"type": "worker", "index": index}
        monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": {"worker": workers}, "task": task}))

    monkeypatch.setattr(tf.distribute, "MultiWorkerMirroredStrategy", lambda cluster_resolver: "made")
    return describe


def test_the_chief_waits_until_the_other_workers_listen(described):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        described(listening.getsockname()[1])
        threading.Timer(0.5, listening.listen).start()
        started = time.monotonic()
        assert cluster.meet() == "made"
        assert time.monotonic() - started > 0.4


def test_the_other_workers_wait_for_nobody(described):
    described(1, index=1)
    assert cluster.meet() == "made"


def test_workers_that_are_not_started_are_named(described, monkeypatch):
    monkeypatch.setattr(cluster, "MEETING_TIMEOUT_SECONDS", 0.3)
    described(1)
    with pytest.raises(TrainingError, match=r"have not been started within 0 minutes: 127\.0\.0\.1:1\. Start"):
        cluster.meet()


def test_a_stop_is_noticed_while_workers_are_waited_for(described):
    class Stopped(Exception):
        pass

    def stop(number, frame):
        raise Stopped

    before = signal.signal(signal.SIGTERM, stop)
    described(1)
    threading.Timer(0.5, signal.pthread_kill, (threading.main_thread().ident, signal.SIGTERM)).start()
    try:
        with pytest.raises(Stopped):
            cluster.meet()
    finally:
        signal.signal(signal.SIGTERM, before)


def test_workers_that_cannot_be_connected_are_one_sentence(described, monkeypatch):
    def refused(cluster_resolver):
        raise tf.errors.UnknownError(None, None, "Could not start gRPC server")

    described(1, index=1)
    monkeypatch.setattr(tf.distribute, "MultiWorkerMirroredStrategy", refused)
    with pytest.raises(TrainingError, match="could not be connected: check their addresses"):
        cluster.meet()


@pytest.mark.parametrize(("error", "sentence"), [(tf.errors.UnavailableError, True), (tf.errors.DataLossError, False)])
def test_a_lost_worker_is_one_sentence_and_other_errors_stay_what_they_are(script, monkeypatch, error, sentence):
    def failing(self):
        raise error(None, None, "Connection reset by peer\nand more")

    monkeypatch.setattr(Trainer, "advance", failing)
    with pytest.raises(TrainingError if sentence else error, match="A worker has ended" if sentence else "Connection"):
        script(cluster.STEP)
