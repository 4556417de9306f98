"""The loop around the training step: validations, checkpoints, weights, pauses and stops.

The network and its steps are `network.trainer`'s, the only thing here that needs TensorFlow.

A kill at any moment loses at most the steps since the last checkpoint: the curve is on the disk before the checkpoint
that counts its bytes, a checkpoint is complete or absent, and a resumed run cuts the curve to it. With TensorFlow's own
TF_DETERMINISTIC_OPS=1 in the environment the repeated steps are the same to the last bit.
"""

from __future__ import annotations

import contextlib
import logging
import pathlib
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from siamese.config import TrainConfig
from siamese.data import sources
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.evaluation.features import Scorer
from siamese.runs import checkpoints, curves, estimate, files, folder, snapshots
from siamese.runs.curves import CurveWriter
from siamese.runs.estimate import Record
from siamese.runs.folder import PAUSE, REQUESTS, STEP, Run

if TYPE_CHECKING:
    from siamese.network.tensorboard import EventWriter
    from siamese.runs.worker import Signals

MAX_PAUSE_SECONDS = 3600.0
"""Time after which a paused run stops by itself, so that a forgotten one does not keep others from training."""
PAUSE_POLL_SECONDS = 0.05
"""Interval at which requests are checked during a pause."""
PROGRESS_SECONDS = 5.0
"""Interval between lines of progress."""

_log = logging.getLogger(__name__)


class Stop(BaseException):
    """The run is to stop, and what is being done now can be abandoned."""


class Trainer(Protocol):
    """What the loop needs of a trainer; see `network.trainer.Trainer`."""

    step: int
    device: str

    def advance(self) -> dict[str, Any]: ...
    def validate(self) -> dict[str, Any]: ...
    def state(self) -> dict[str, np.ndarray]: ...
    def restore(self, tensors: dict[str, np.ndarray], step: int) -> None: ...
    def weights(self) -> dict[str, np.ndarray]: ...
    def scorer(self) -> Scorer: ...
    def tensorboard(self, folder: pathlib.Path, records: Iterable[Record]) -> EventWriter: ...
    def close(self) -> None: ...


MakeTrainer = Callable[[TrainConfig, CharacterSet, CharacterSet], Trainer]
"""Makes a trainer from a configuration, the alphabets to train on and those to validate on."""


class Loop:
    """One start of a run, from its last checkpoint to its end or to a stop. The caller holds the trainer's lock.

    describe: what this start computes with, besides the device; show: prints a line.
    """

    def __init__(
        self,
        run: Run,
        make: MakeTrainer,
        signals: Signals,
        describe: Callable[[], dict[str, str]],
        show: Callable[[str], None],
    ):
        self.run, self._make, self._signals = run, make, signals
        self._describe, self._show = describe, show
        self._state, self._shown = "", float("-inf")
        self._saved: tuple[int, float | None] = (0, None)  # step and validation of the last checkpoint

    def run_to_end(self) -> str:
        """Train; the state it ends in: finished, stopped or failed. Whatever happens is reported in one sentence."""
        state, sentence = "stopped", ""
        try:
            self._report("starting")
            state = self._prepare_and_train()
        except Stop:
            pass
        except UserError as error:
            state, sentence = "failed", str(error)
        except Exception as error:  # whatever stopped the training, the page must say that it has stopped
            _log.exception("The training of %s failed.", self.run.id)
            log = self.run.folder / "log.txt"
            state, sentence = "failed", f"The training failed with an unexpected {type(error).__name__}: see {log}."
        self._show(f"{self.run.name}: {state}. {sentence}".rstrip())
        try:
            self._report(state, sentence)
        except UserError as error:
            self._show(str(error))
        folder.withdraw(self.run, *REQUESTS)
        return state

    def _report(self, state: str, sentence: str = "") -> None:
        folder.report(self.run, state, sentence)
        self._state = state

    def _prepare_and_train(self) -> str:
        run, unless_stopped = self.run, self._signals.unless_stopped
        for place in (run.folder, run.checkpoints, run.weights, run.snapshots):
            files.sweep(place)
        with files.write_errors(str(run.snapshots)):
            run.snapshots.mkdir(exist_ok=True)
        start = unless_stopped(lambda: checkpoints.newest_intact(run))
        checkpoints.check_space(run)
        characters, validation = sources.get(run.data).training_sets()
        trainer = unless_stopped(lambda: self._make(run.config, characters, validation))
        with (
            contextlib.closing(trainer),
            contextlib.closing(CurveWriter(run.metrics, start.curve if start else 0)) as self._curve,
            contextlib.closing(self._open_events(trainer)) as self._events,
        ):
            if start:
                trainer.restore(checkpoints.load(start), start.step)
                self._saved = (start.step, start.validation)
            files.replace_json(run.folder / "versions.json", self._describe() | {"device": trainer.device})
            self._show(f"Trains on {trainer.device}.")
            return self._train(trainer, characters, validation)

    def _open_events(self, trainer: Trainer) -> EventWriter:
        with files.write_errors("TensorBoard's events"):
            return trainer.tensorboard(self.run.folder / "events", curves.read(self.run.metrics))

    def _train(self, trainer: Trainer, characters: CharacterSet, validation: CharacterSet) -> str:
        """Steps, validations and checkpoints until the end or a stop."""
        while True:
            if self._validation_due(trainer.step):
                with contextlib.suppress(Stop):  # the stop comes first; the resumed run validates
                    self._validate(trainer, validation)
            best = self._best_without_weights(trainer.step)
            over, stopping = self._over(trainer.step), self._signals.stopping
            if over or best or stopping or trainer.step % self.run.config.schedule.checkpoint_every == 0:
                self._save_checkpoint(trainer)
            if over or best or stopping:
                self._save_weights(trainer, characters)
            if over or stopping:
                return "finished" if over else "stopped"
            self._wait_while_paused(trainer)
            if not self._signals.stopping:
                self._record(trainer.advance())
                self._show_progress(trainer.step)

    def _record(self, record: Record) -> None:
        self._curve.add(record)
        with files.write_errors("TensorBoard's events"):
            self._events.add(record)

    def _validation_due(self, step: int) -> bool:
        schedule = self.run.config.schedule
        due = step > 0 and (step % schedule.validate_every == 0 or step >= schedule.steps)
        return due and self._curve.validation_at(step) is None

    def _over(self, step: int) -> bool:
        """Whether the last step is done and validated, or `patience` validations in a row were not better."""
        schedule, validations = self.run.config.schedule, self._curve.validations
        if schedule.patience and validations and len(validations) - 1 - self._curve.best() >= schedule.patience:
            return True
        return step >= schedule.steps and not self._validation_due(step)

    def _best_without_weights(self, step: int) -> bool:
        """Whether this step's validation is the best so far and its weights are not on the disk.

        The disk is asked, since a kill or a full disk may have come between a checkpoint with a validation and its
        weights.
        """
        validation = self._curve.validation_at(step)
        return (
            validation is not None
            and self._curve.validations[self._curve.best()] is validation
            and not checkpoints.has_validated_weights(self.run, step)
        )

    def _validate(self, trainer: Trainer, validation: CharacterSet) -> None:
        """Validate, and keep what the network sees."""
        run, unless_stopped, started = self.run, self._signals.unless_stopped, time.monotonic()
        record, snapshot = unless_stopped(
            lambda: (
                trainer.validate(),
                snapshots.take(trainer.scorer(), trainer.weights()["conv1.kernel"], validation),
            )
        )
        record = {**record, "seconds": round(time.monotonic() - started, 3)}
        nearest_file = run.folder / "nearest.json"
        if not nearest_file.is_file():
            trials = run.config.schedule.validation_trials
            nearest = unless_stopped(lambda: snapshots.nearest_neighbour(validation, trials))
            files.replace_json(nearest_file, nearest)
        snapshots.save(run, trainer.step, snapshot)
        self._record(record)
        accuracy = f"validation {record['validation']:.1%}, training alphabets {record['background']:.1%}"
        self._show(f"step {trainer.step}: {accuracy}")

    def _save_checkpoint(self, trainer: Trainer) -> None:
        """The curve first, then the checkpoint that counts its bytes; nothing when that checkpoint exists already."""
        validation = self._curve.validation_at(trainer.step)
        now = (trainer.step, validation["validation"] if validation else None)
        if trainer.step > 0 and self._saved != now:
            checkpoints.save(self.run, trainer.step, trainer.state(), self._curve.sync(), now[1])
            self._saved = now

    def _save_weights(self, trainer: Trainer, characters: CharacterSet) -> None:
        if trainer.step > 0:
            hours, validation = self._curve.seconds / 3600, self._curve.validation_at(trainer.step)
            record = checkpoints.weights_record(self.run, characters, trainer.step, validation, hours, trainer.device)
            checkpoints.save_weights(self.run, trainer.step, trainer.weights(), record)

    def _wait_while_paused(self, trainer: Trainer) -> None:
        """Wait while the run is paused, until a step is requested, the pause ends or the run is to stop.

        A paused run keeps its process and the lock, since loading TensorFlow takes up to a minute and a single step
        must follow a click. A checkpoint is written at the pause, so a kill loses nothing but the single steps after
        it.
        """
        if folder.requested(self.run, PAUSE):
            if self._state != "paused":
                self._save_checkpoint(trainer)
                self._report("paused")
            until = time.monotonic() + MAX_PAUSE_SECONDS
            while folder.requested(self.run, PAUSE) and not self._signals.stopping:
                if folder.requested(self.run, STEP):
                    folder.withdraw(self.run, STEP)
                    return
                if time.monotonic() >= until:
                    self._signals.stopping = True
                time.sleep(PAUSE_POLL_SECONDS)
        if self._state != "training" and not self._signals.stopping:
            self._report("training")

    def _show_progress(self, step: int) -> None:
        if time.monotonic() - self._shown >= PROGRESS_SECONDS:
            self._shown, schedule = time.monotonic(), self.run.config.schedule
            seconds = estimate.seconds_left(schedule, step, self._curve.recent, self._curve.validations[-1:])
            left = f", {estimate.duration_text(seconds)} left" if seconds is not None else ""
            self._show(f"step {step} of {schedule.steps}: loss {self._curve.recent[-1]['loss']:.3f}{left}")
