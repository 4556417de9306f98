"""Training by workers on several machines: tf.distribute's MultiWorkerMirroredStrategy, described by TF_CONFIG.

Worker 0, the chief, decides and writes all files; the others follow it step by step and write none. Between steps the
chief tells them what comes next, and everything it tells goes through TensorFlow's own all-reduce, to which the others
contribute zeros. So a pause, a stop, the end of a run and a checkpoint that is resumed need no rules of their own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import signal
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from siamese.config import TrainConfig
from siamese.data import sources
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.network.replicas import Strategy
from siamese.network.trainer import Trainer, TrainingError

END, STEP, RESTORE = range(3)
"""What the chief tells the other workers to do next."""
MEETING_TIMEOUT_SECONDS = 600.0
"""Time in which all workers must have been started."""
MEETING_POLL_SECONDS = 0.2
CONNECT_TIMEOUT_SECONDS = 2.0
"""Time for a worker's machine to answer that it listens."""
DIGEST_DIGITS = 15
"""Hexadecimal digits of a digest that are compared: as many as an int64 holds."""
LOST = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,
    tf.errors.InternalError,
    tf.errors.UnknownError,
)
"""What TensorFlow raises on the others when a worker has ended or cannot be reached."""
NO_DATA = 0
"""In place of the digest of a worker that cannot read its data."""

_log = logging.getLogger(__name__)


def meet() -> Strategy:
    """The strategy over all workers, once each of them has been started. Raises TrainingError.

    While TensorFlow waits for workers no Python code runs, neither heartbeats nor a stop. So the chief, which has both,
    first waits until all others listen, and lets TensorFlow connect them then.
    """
    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    tasks = [(kind, i) for kind, addresses in resolver.cluster_spec().as_dict().items() for i in range(len(addresses))]
    own = (resolver.task_type, resolver.task_id)
    if own == min(tasks):  # of the types chief and worker, the chief comes first
        _wait_for([resolver.cluster_spec().task_address(*task) for task in tasks if task != own])
    try:
        return tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=resolver)
    except (tf.errors.OpError, RuntimeError, ValueError) as error:
        _log.warning("The workers could not be connected: %s", error)
        raise TrainingError(
            "The workers could not be connected: check their addresses, and that no other process uses their ports."
        ) from error
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.getsignal(number))  # TensorFlow has taken SIGTERM over


def _wait_for(addresses: list[str]) -> None:
    """Wait until a process listens at each of these addresses (host:port). Raises TrainingError."""
    end = time.monotonic() + MEETING_TIMEOUT_SECONDS
    while addresses := [address for address in addresses if not _listens(address)]:
        if time.monotonic() >= end:
            raise TrainingError(
                f"These workers have not been started within {MEETING_TIMEOUT_SECONDS / 60:.0f} minutes: "
                f"{', '.join(addresses)}. Start them, then this one again, with --resume."
            )
        time.sleep(MEETING_POLL_SECONDS)


def _listens(address: str) -> bool:
    host, port = address.rsplit(":", 1)
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), CONNECT_TIMEOUT_SECONDS):
        return True
    return False


@contextlib.contextmanager
def _worker_lost() -> Iterator[None]:
    """TensorFlow's error about another worker as one sentence."""
    try:
        yield
    except LOST as error:
        _log.warning("A worker does not answer: %s", error.message.splitlines()[0])
        raise TrainingError(
            "A worker has ended or cannot be reached: start all workers again, the chief with --resume, and the run "
            "continues from its last checkpoint."
        ) from error


class _Messages:
    """What the chief tells all workers. Each call is made by all workers, in the same order."""

    def __init__(self, strategy: Strategy):
        self._strategy = strategy

    def tell(self, value: np.ndarray) -> np.ndarray:
        """The chief's array; shape and type must be the same on all workers."""

        def contribution(context: Any) -> tf.Tensor:
            return tf.constant(value if context.replica_id_in_sync_group == 0 else np.zeros_like(value))

        values = self._strategy.experimental_distribute_values_from_function(contribution)
        return self._strategy.reduce(tf.distribute.ReduceOp.SUM, values, axis=None).numpy()

    def tell_number(self, number: int) -> int:
        """The chief's number."""
        return int(self.tell(np.array([number], np.int64))[0])

    def tell_text(self, text: str) -> str:
        """The chief's text."""
        content = np.frombuffer(text.encode(), np.uint8).astype(np.int32)
        length = self.tell_number(len(content))
        message = self.tell(content if len(content) == length else np.zeros(length, np.int32))
        return message.astype(np.uint8).tobytes().decode()

    def collect(self, number: int) -> list[int]:
        """The number of each replica's worker, in their order."""
        values = self._strategy.experimental_distribute_values_from_function(
            lambda context: tf.constant([number], tf.int64)
        )
        return self._strategy.gather(values, axis=0).numpy().tolist()


class ChiefTrainer(Trainer):
    """The trainer of the chief. Whatever it does to the network, the other workers do, too."""

    def __init__(self, config: TrainConfig, data: str, characters: CharacterSet, validation: CharacterSet):
        """data: the key of the source of both character sets. Raises TrainingError."""
        with _worker_lost():
            strategy = meet()
            self._messages = _Messages(strategy)
            self._messages.tell_text(json.dumps({"config": dataclasses.asdict(config), "data": data}))
            _compare(self._messages, characters, data)
            super().__init__(config, characters, validation, strategy)

    def advance(self) -> dict[str, float]:
        """As `Trainer.advance`, by all workers."""
        with _worker_lost():
            self._messages.tell_number(STEP)
            return super().advance()

    def restore(self, tensors: dict[str, np.ndarray], step: int) -> None:
        """As `Trainer.restore`, by all workers; only the chief has to have the checkpoint."""
        super().restore(tensors, step)
        with _worker_lost():
            self._messages.tell_number(RESTORE)
            self._messages.tell_number(step)
            for name in self.state():
                self._messages.tell(tensors[name])

    def close(self) -> None:
        """Stop preparing batches, and let the other workers end."""
        with contextlib.suppress(tf.errors.OpError):  # a worker that is lost cannot be reached
            self._messages.tell_number(END)
        super().close()


def follow(show: Callable[[str], None]) -> None:
    """Train what the chief trains until it ends. show: prints a line. Raises UserError."""
    with _worker_lost():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)  # a worker waits for the others where no Python code could run
        strategy = meet()
        messages = _Messages(strategy)
        message = json.loads(messages.tell_text(""))
        characters, validation = _read(messages, message["data"])
        _compare(messages, characters, message["data"])
        config = TrainConfig.from_dict(message["config"])
        with contextlib.closing(Trainer(config, characters, validation, strategy)) as trainer:
            part = trainer.replicas.part
            show(f"Trains on {part.stop - part.start} of the {config.batch.drawings} drawings of every step.")
            while (task := messages.tell_number(END)) != END:
                if task == STEP:
                    trainer.advance()
                else:
                    step = messages.tell_number(0)
                    trainer.restore({name: messages.tell(value) for name, value in trainer.state().items()}, step)
            show(f"The chief has ended the training at step {trainer.step}.")


def _read(messages: _Messages, data: str) -> tuple[CharacterSet, CharacterSet]:
    """The training and validation alphabets of a source; the other workers hear of it if they cannot be read."""
    try:
        return sources.get(data).training_sets()
    except UserError:
        messages.collect(NO_DATA)
        raise


def _compare(messages: _Messages, characters: CharacterSet, data: str) -> None:
    """Raises TrainingError on every worker unless all have the same drawings to train on."""
    if len(set(messages.collect(int(characters.digest[:DIGEST_DIGITS], 16)))) > 1:
        raise TrainingError(
            f"The workers do not have the same drawings of {data}: import the same data on every machine."
        )
