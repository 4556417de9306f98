"""The process that trains a run: python -m siamese.runs.worker RUN

`python -m siamese train` runs the very same loop in the foreground. The loop keeps the run's files; the network and its
steps are `network.trainer`'s, the only thing here that needs TensorFlow.

A kill at any moment loses at most the steps since the last checkpoint: the curve is on the disk before the checkpoint
that counts its bytes, a checkpoint is whole or absent, and a resumed run cuts the curve to it. With TensorFlow's own
TF_DETERMINISTIC_OPS=1 in the environment the steps done again are the same to the last bit.
"""

from __future__ import annotations

import contextlib
import functools
import os
import pathlib
import sys
import time
import traceback
from collections.abc import Callable

from siamese.data import sources
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.runs import checkpoints, control, files, pace, queue, record, snapshot
from siamese.runs.curve import Curve
from siamese.runs.interruption import Interruption, Stop
from siamese.runs.record import PAUSE, STEP, Run
from siamese.runs.trains import Make, Trains, build, device, versions

NICE = 10
OOM_SCORE = 500
"""When memory runs out the trainer goes before the server: it can resume."""
LOCK_WITHIN = 5.0
"""Seconds to wait for the lock, which those who only look take for a moment."""
PATIENCE = 3600.0
"""Seconds after which a paused run stops by itself, so that a forgotten one does not keep others from training."""
WAIT = 0.05
"""Seconds between looks at the flags while paused."""
TELL = 5.0
"""Seconds between two lines of progress."""


class Worker:
    """One start of a run, from its last checkpoint to its end or to a stop. The caller holds the trainer's lock."""

    def __init__(self, run: Run, make: Make, tell: Callable[[str], None]):
        self.run, self._make, self._tell = run, make, tell
        self._interruption = Interruption(run)
        self._state = ""
        self._told = -TELL
        self._saved: tuple[int, float | None] = (0, None)  # step and validation of the last checkpoint

    def work(self) -> str:
        """Train; the state it ends in: finished, stopped or failed. Whatever happens is said in the run's state, in one sentence."""
        state, sentence = "stopped", ""
        with self._interruption.listening():
            try:
                self._say("starting")
                state = self._prepare_and_train()
            except Stop:
                pass
            except UserError as error:
                state, sentence = "failed", str(error)
            except Exception as error:
                state, log = "failed", self.run.folder / "log.txt"
                with contextlib.suppress(OSError), log.open("a", encoding="utf-8") as out:
                    traceback.print_exc(file=out)
                sentence = f"The training ended by an unexpected {type(error).__name__}: {log} has the details."
            self._tell(f"{self.run.name}: {state}. {sentence}".rstrip())
            try:
                self._say(state, sentence)
            except UserError as error:
                self._tell(str(error))
            record.unflag(self.run, *record.FLAGS)
        return state

    def _say(self, state: str, sentence: str = "") -> None:
        record.say(self.run, state, sentence)
        self._state = state

    def _prepare_and_train(self) -> str:
        run = self.run
        for folder in (run.folder, run.checkpoints, run.weights, run.snapshots):
            files.sweep(folder)
        with files.explained(str(run.snapshots)):
            run.snapshots.mkdir(exist_ok=True)
        start = self._interruption.unless_stopped(lambda: checkpoints.newest_whole(run))
        checkpoints.check_room(run)
        characters, validation = sources.get(run.data).training_sets()
        trainer = self._interruption.unless_stopped(lambda: self._make(run.config, characters, validation))
        with (
            contextlib.closing(trainer),
            contextlib.closing(Curve(run, start.curve if start else 0, trainer.graph())) as self._curve,
        ):
            if start:
                trainer.restore(checkpoints.tensors(start), start.step)
                self._saved = (start.step, start.validation)
            files.replace_json(run.folder / "versions.json", versions())
            return self._train(trainer, characters, validation)

    def _train(self, trainer: Trains, characters: CharacterSet, validation: CharacterSet) -> str:
        """Steps, validations and checkpoints until the end or a stop."""
        while True:
            if self._validation_due(trainer.step):
                with contextlib.suppress(Stop):  # a stop comes first; the resumed run validates
                    self._validate(trainer, validation)
            best = self._best_without_weights(trainer.step)
            over = self._over(trainer.step)
            if (
                over
                or best
                or self._interruption.stopping
                or trainer.step % self.run.config.schedule.checkpoint_every == 0
            ):
                self._checkpoint(trainer)
            if over or best or self._interruption.stopping:
                self._save_weights(trainer, characters)
            if over or self._interruption.stopping:
                return "finished" if over else "stopped"
            self._wait_while_paused(trainer)
            if not self._interruption.stopping:
                self._curve.add(trainer.advance())
                self._progress(trainer.step)

    def _validation_due(self, step: int) -> bool:
        config = self.run.config.schedule
        due = step > 0 and (step % config.validate_every == 0 or step >= config.steps)
        return due and self._curve.validation_at(step) is None

    def _over(self, step: int) -> bool:
        """Whether the last step is done and validated, or as many validations as the config has patience for brought nothing better."""
        config, validations = self.run.config.schedule, self._curve.validations
        if config.patience and validations and len(validations) - 1 - self._curve.best() >= config.patience:
            return True
        return step >= config.steps and not self._validation_due(step)

    def _best_without_weights(self, step: int) -> bool:
        """Whether this step's validation is the best so far and its weights are not on the disk.

        The disk is asked, since a kill or a full disk may have come between a checkpoint with a validation and its weights.
        """
        judged = self._curve.validation_at(step)
        return (
            judged is not None
            and self._curve.validations[self._curve.best()] is judged
            and not checkpoints.has_judged_weights(self.run, step)
        )

    def _validate(self, trainer: Trains, validation: CharacterSet) -> None:
        """Validate and keep what the network sees."""
        started = time.monotonic()
        found, tensors = self._interruption.unless_stopped(
            lambda: (trainer.validate(), snapshot.take(trainer.scorer(), trainer.weights()["conv1.kernel"], validation))
        )
        found = {**found, "seconds": round(time.monotonic() - started, 3)}
        if not self.run.nearest.is_file():
            files.replace_json(
                self.run.nearest,
                self._interruption.unless_stopped(
                    lambda: snapshot.yardstick(validation, self.run.config.schedule.validation_trials)
                ),
            )
        with files.whole_file(self.run.snapshots / f"{trainer.step:08}.safetensors") as draft:
            files.write_tensors(draft, tensors)
        self._curve.add(found)
        self._tell(
            f"step {trainer.step}: validation {found['validation']:.1%}, training alphabets {found['background']:.1%}"
        )

    def _checkpoint(self, trainer: Trains) -> None:
        """The curve first, then the checkpoint that counts its bytes; nothing when that checkpoint is there already."""
        judged = self._curve.validation_at(trainer.step)
        now = (trainer.step, judged and judged["validation"])
        if trainer.step > 0 and self._saved != now:
            checkpoints.save(self.run, trainer.step, trainer.state(), self._curve.sync(), now[1])
            self._saved = now

    def _save_weights(self, trainer: Trains, characters: CharacterSet) -> None:
        if trainer.step > 0:
            hours, judged = self._curve.seconds / 3600, self._curve.validation_at(trainer.step)
            described = checkpoints.weights_record(self.run, characters, trainer.step, judged, hours, device())
            checkpoints.save_weights(self.run, trainer.step, trainer.weights(), described)

    def _wait_while_paused(self, trainer: Trains) -> None:
        """Return at once unless the run is paused; else when one step is asked for, the pause is over, or the run is to stop.

        A paused run keeps its process and the lock, since waking TensorFlow takes up to a minute and one step must come at
        a click; with a checkpoint written at the pause, a killed one loses nothing but the single steps after it.
        """
        if record.flagged(self.run, PAUSE):
            if self._state != "paused":
                self._checkpoint(trainer)
                self._say("paused")
            until = time.monotonic() + PATIENCE
            while record.flagged(self.run, PAUSE) and not self._interruption.stopping:
                if record.flagged(self.run, STEP):
                    record.unflag(self.run, STEP)
                    return
                if time.monotonic() >= until:
                    self._interruption.stopping = True
                time.sleep(WAIT)
        if self._state != "training" and not self._interruption.stopping:
            self._say("training")

    def _progress(self, step: int) -> None:
        if time.monotonic() - self._told >= TELL:
            self._told = time.monotonic()
            seconds = pace.seconds_left(self.run.config, step, [*self._curve.recent, *self._curve.validations[-1:]])
            left = f", {pace.in_words(seconds)} left" if seconds is not None else ""
            self._tell(
                f"step {step} of {self.run.config.schedule.steps}: loss {self._curve.recent[-1]['loss']:.3f}{left}"
            )


def work(run: Run, make: Make, tell: Callable[[str], None], anew: bool = False) -> str:
    """Train a run while holding the lock, then let the next of the queue begin; the state it ended in.

    `anew` drops first what was asked of an earlier worker of the run, which may have been killed. Raises Busy when another
    trains; the run then keeps its place in the queue. Raises WriteError too.
    """
    lock = record.trainer_lock()
    if not files.take(lock, LOCK_WITHIN):
        raise control.busy()
    try:
        record.name_trainer(run)
        queue.leave(run.id)
        if anew:
            record.unflag(run, *record.FLAGS)
        state = Worker(run, make, tell).work()
    finally:
        lock.release()
    control.start_next()
    return state


def step_aside() -> None:
    """Lower this process' claim on processor and memory.

    Niceness does not reach across sessions where Linux groups processes by session, so a session of its own is lowered as
    a group too; the session of a terminal is its user's and stays as it is.
    """
    if not hasattr(os, "nice"):  # Windows
        return
    os.nice(max(0, NICE - os.nice(0)))  # a worker that begins the next of the queue has handed its own down
    with contextlib.suppress(OSError):
        pathlib.Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))
    with contextlib.suppress(OSError):
        if os.getsid(0) == os.getpid():
            pathlib.Path("/proc/self/autogroup").write_text(str(NICE))


def main(argv: list[str], make: Make = build) -> int:
    """The background process of the run with this id. Exit code 0 when it finished or was stopped, 2 otherwise."""
    step_aside()
    try:
        return (
            0
            if work(record.read(argv[0]), make, functools.partial(print, flush=True)) in ("finished", "stopped")
            else 2
        )
    except UserError as error:
        print(error)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
