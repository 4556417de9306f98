"""Count the faults that training runs recover from: python tools/faults.py [--short]

kills: workers killed at random moments. exact: the same with a tiny real network, compared bit by bit. writes: each
call that writes to the disk fails. starts: many starts at the same moment. Except in `exact`, runs use a numpy trainer
whose state depends on all its steps (tests/runs/fake.py), since TensorFlow takes seconds to start. POSIX only.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import errno
import functools
import multiprocessing
import os
import pathlib
import random
import signal
import sys
import tempfile
import threading
import time
import unittest.mock
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from siamese import paths
from siamese.config import TrainConfig
from siamese.data import sources
from siamese.runs import checkpoints, control, curves, files, monitor, process, worker
from siamese.runs.folder import Run, RunError
from siamese.runs.loop import Loop, MakeTrainer
from tests.configs import change
from tests.runs import fake

POLL_SECONDS = 0.0002
TIMEOUT_SECONDS = 120
KILLED = change(fake.CONFIG, steps=60, validate_every=20, checkpoint_every=10, rate=0.004)
TINY = change(fake.CONFIG, columns=1, steps=8, validate_every=4, checkpoint_every=3)
SHORT_RUN = change(fake.CONFIG, steps=6, validate_every=3, checkpoint_every=3)


@contextlib.contextmanager
def empty_home() -> Iterator[pathlib.Path]:
    """An empty home folder for runs; their workers use the fake trainer and its data."""
    with (
        tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder,
        contextlib.ExitStack() as patched,
    ):
        patched.enter_context(unittest.mock.patch.dict(os.environ, {"SIAMESE_HOME": folder, "PYTHONPATH": str(ROOT)}))
        patched.enter_context(unittest.mock.patch.dict(sources.SOURCES, {"drawn": fake.SOURCE}))
        patched.enter_context(unittest.mock.patch.object(process, "WORKER_COMMAND", fake.WORKER_COMMAND))
        patched.enter_context(unittest.mock.patch.object(monitor, "REFRESH_SECONDS", 0.0))
        fake.drawn_sets()
        yield pathlib.Path(folder)


def wait_until(true: Callable[[], object], child: BaseProcess | None = None) -> bool:
    """Wait for a condition; False if the process ended first. Raises TimeoutError."""
    end = time.monotonic() + TIMEOUT_SECONDS
    while not true():
        if child and not child.is_alive():
            return False
        if time.monotonic() > end:
            raise TimeoutError(f"The condition was not met within {TIMEOUT_SECONDS} s.")
        time.sleep(POLL_SECONDS)
    return True


def forked(run: Run, make: MakeTrainer) -> BaseProcess:
    """A worker's process; a fork, so that nothing is imported again."""

    def work() -> None:
        log = os.open(run.folder / "log.txt", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.dup2(log, 1)
        os.dup2(log, 2)
        worker.main([run.id], make)

    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    return child


def last_step(run: Run) -> int:
    return control.now(run.id).step


def intact_checkpoint(run: Run) -> int:
    """Step of the newest checkpoint with the right sha256; 0 if there is none."""
    return max((checkpoint.step for checkpoint in checkpoints.every(run) if checkpoint.intact), default=0)


def curve(run: Run) -> list[dict]:
    """The records of a run's curve without their times."""
    return [{k: v for k, v in r.items() if k != "seconds"} for r in curves.read(run.metrics)]


def curve_is_complete(run: Run) -> bool:
    """Whether the curve has steps 1, 2, 3, ... and every validation that was due exactly once."""
    records, config = curves.read(run.metrics), run.config
    steps = [r["step"] for r in records if "loss" in r]
    validated = [r["step"] for r in records if "validation" in r]
    due = [s for s in steps if s % config.schedule.validate_every == 0 or s == config.schedule.steps]
    return steps == list(range(1, len(steps) + 1)) and validated in (due, due[:-1] if due[-1:] == steps[-1:] else due)


def ended(run: Run) -> tuple[list[dict], dict[str, str]]:
    """The results of a run that are bit-equal in equal runs: curve, digests of the last checkpoint and of weights."""
    written = [checkpoints.every(run)[-1].folder / "state.safetensors", *run.weights.glob("*/weights.safetensors")]
    return curve(run), {f"{file.parent.name}/{file.name}": files.sha256(file) for file in written}


def uninterrupted(config: TrainConfig, preset: str, make: MakeTrainer) -> tuple[list[dict], dict[str, str]]:
    run = control.create(config, preset, "drawn")
    forked(run, make).join()
    return ended(run)


def kill(run: Run, make: MakeTrainer, when: Callable[[], object], delay: float) -> bool:
    """Start a run's worker and kill it `delay` seconds after `when` is true. False if the run ended before."""
    child = forked(run, make)
    reached = wait_until(when, child)
    time.sleep(delay)
    child.kill()
    child.join()
    # A worker that has reported its end only starts the next run; killing it then does not interrupt this one.
    return reached and child.exitcode == -signal.SIGKILL and control.now(run.id).state != "finished"


def kills(count: int, seed: int = 0) -> dict[str, object]:
    """Kill workers this many times; three of four kills are timed to hit the writing of a checkpoint."""
    rng, counts = random.Random(seed), collections.Counter()
    with empty_home():
        expected = uninterrupted(KILLED, "fake", fake.FakeTrainer)
        run = control.create(KILLED, "fake", "drawn")
        while counts["kills"] < count:
            before, in_write = (curve_file(run), drafts(run)), counts["kills"] % 4 > 0
            moves = functools.partial(has_moved, run, *before, in_write)
            if not kill(run, fake.FakeTrainer, moves, rng.uniform(0, 0.002 if in_write else 0.5)):
                counts["runs ended bit-equal"] += ended(run) == expected
                counts["runs"] += 1
                run = control.create(KILLED, "fake", "drawn")
                continue
            counts["kills"] += 1
            counts["within a checkpoint's writing"] += bool(drafts(run) - before[1])
            counts[f"shown as {control.now(run.id).state}"] += 1
            counts["curves without gaps or duplicates"] += curve_is_complete(run)
            lost = last_step(run) - intact_checkpoint(run)
            counts["at most one interval lost"] += lost <= KILLED.schedule.checkpoint_every
            counts["most steps lost"] = max(counts["most steps lost"], lost)
        forked(run, fake.FakeTrainer).join()
        counts["runs ended bit-equal"] += ended(run) == expected
        counts["runs"] += 1
    return dict(counts)


def curve_file(run: Run) -> tuple[int, int]:
    """Changes when the curve is cut or grows."""
    status = run.metrics.stat()
    return status.st_ino, status.st_size


def drafts(run: Run) -> set[str]:
    """Checkpoints that are being written, or were when the worker was killed."""
    return {draft.name for draft in run.checkpoints.glob(f"{files.DRAFT}*")}


def has_moved(run: Run, curve_before: tuple[int, int], drafts_before: set[str], in_write: bool) -> bool:
    """Whether a run's curve has changed since its start or, with `in_write`, a checkpoint is being written."""
    return bool(drafts(run) - drafts_before) if in_write else curve_file(run) != curve_before


def exact(count: int, seed: int = 0) -> dict[str, object]:
    """Kill and resume this many runs of a tiny real network; compare them with an uninterrupted run."""
    os.environ["TF_DETERMINISTIC_OPS"] = "1"
    import siamese.network.trainer  # imported before the forks, used only in them

    assert siamese.network.trainer
    rng, counts = random.Random(seed), collections.Counter()
    with empty_home():
        expected = uninterrupted(TINY, "tiny", worker.build)
        while counts["killed runs"] < count:
            run = control.create(TINY, "tiny", "drawn")
            step = rng.randrange(1, TINY.schedule.steps - 1)
            if kill(run, worker.build, lambda run=run, step=step: last_step(run) > step, rng.uniform(0, 0.1)):
                forked(run, worker.build).join()
                counts["killed runs"] += 1
                counts["bit-equal to an uninterrupted one"] += ended(run) == expected
    return dict(counts)


class Disk:
    """Makes the n-th call that writes fail with "no space left", and with `full` also all later ones that need space.

    A failing write writes the first half. `calls` counts the calls.
    """

    def __init__(self, fails: int = 0, full: bool = False):
        self.calls, self._fails, self._full, self._failed = 0, fails, full, False

    def _call(self, needs_space: bool) -> None:
        self.calls += 1
        if self.calls == self._fails or (self._full and self._failed and needs_space):
            self._failed = True
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    @contextlib.contextmanager
    def faulty(self) -> Iterator[Disk]:
        opened, made = pathlib.Path.open, pathlib.Path.mkdir
        synced, replaced = os.fsync, os.replace

        def wrapped(call: Callable, needs_space: bool) -> Callable:
            def wrapper(*args, **options):
                self._call(needs_space)
                return call(*args, **options)

            return wrapper

        def open_(path, mode="r", *args, **options):
            file = opened(path, mode, *args, **options)
            return self._writer(file) if set(mode) & set("wax") else file

        with (
            unittest.mock.patch.object(pathlib.Path, "open", open_),
            unittest.mock.patch.object(pathlib.Path, "mkdir", wrapped(made, True)),
            unittest.mock.patch.object(os, "fsync", wrapped(synced, False)),
            unittest.mock.patch.object(os, "replace", wrapped(replaced, False)),
        ):
            yield self

    def _writer(self, file):
        disk = self

        class Writer:
            def __getattr__(self, name):
                return getattr(file, name)

            def __enter__(self):
                return self

            def __exit__(self, *error):
                file.close()

            def write(self, content):
                try:
                    disk._call(True)
                except OSError:
                    file.write(content[: len(content) // 2])
                    raise
                return file.write(content)

        return Writer()


def train_here(run: Run, show: Callable[[str], None]) -> str:
    """Train a run of the fake trainer in this process, without the lock; the state it ends in."""
    signals = worker.Signals(run)
    with signals.listening():
        return Loop(run, fake.FakeTrainer, signals, worker.versions, show).run_to_end()


def writes(every: int = 1) -> dict[str, object]:
    """Make each (or every n-th) call that writes fail, alone and with a full disk from then on; then resume the run."""
    counts = collections.Counter()
    with empty_home():
        expected = uninterrupted(SHORT_RUN, "fake", fake.FakeTrainer)
        run = control.create(SHORT_RUN, "fake", "drawn")
        with Disk().faulty() as disk:
            train_here(run, lambda line: None)
        counts["calls that write"] = disk.calls
        for full in (False, True):
            for number in range(1, disk.calls + 1, every):
                run, lines = control.create(SHORT_RUN, "fake", "drawn"), []
                with Disk(number, full).faulty():
                    state = train_here(run, lines.append)
                sentences = [line for line in lines if "could not be written" in line]
                counts["tried"] += 1
                # The final report itself may fail after the training; then only the log has the sentence.
                counts["one clear sentence"] += (
                    state in ("failed", "finished") and bool(sentences) and "free some disk space" in sentences[0]
                )
                lost = last_step(run) - intact_checkpoint(run)
                counts["last good checkpoint kept"] += lost <= SHORT_RUN.schedule.checkpoint_every
                counts["resumed to a bit-equal end"] += (
                    train_here(run, lines.append) == "finished" and ended(run) == expected
                )
    return dict(counts)


class Witness(fake.FakeTrainer):
    """Records in a file when it begins and ends."""

    def __init__(self, *args):
        super().__init__(*args)
        self._note("begin")

    def close(self) -> None:
        self._note("end")

    def _note(self, what: str) -> None:
        descriptor = os.open(paths.home() / "witness", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.write(descriptor, f"{what} {os.getpid()}\n".encode())
        os.close(descriptor)


def press(runs: list[Run], presses: int, seed: int) -> None:
    """Start or queue runs from this many threads at the same moment."""
    rng, gate = random.Random(seed), threading.Barrier(presses)

    def click(run: Run, call: Callable[[str], None]) -> None:
        gate.wait()
        with contextlib.suppress(RunError):
            call(run.id)

    threads = [
        threading.Thread(target=click, args=(rng.choice(runs), rng.choice([control.start, control.queue_up])))
        for _ in range(presses)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def starts(rounds: int, presses: int = 50, processes: int = 3) -> dict[str, object]:
    """Start and queue three runs from several processes at once, in this many rounds."""
    counts: collections.Counter = collections.Counter(rounds=rounds, presses=rounds * presses)
    with (
        empty_home() as home,
        unittest.mock.patch.object(
            process, "WORKER_COMMAND", (sys.executable, str(pathlib.Path(__file__).resolve()), "--worker")
        ),
    ):
        for number in range(rounds):
            runs = [control.create(SHORT_RUN, "fake", "drawn") for _ in range(3)]
            (home / "witness").write_text("")
            pressing = []
            for number_of_process in range(processes):
                share = presses // processes + (number_of_process < presses % processes)
                if not (child := os.fork()):
                    try:
                        press(runs, share, number * processes + number_of_process)
                    finally:
                        os._exit(0)
                pressing.append(child)
            for child in pressing:
                os.waitpid(child, 0)
            wait_until(lambda: not process.queue() and process.trainer() is None)
            notes = [line.split() for line in (home / "witness").read_text().splitlines()]
            alternating = [what for what, _ in notes] == ["begin", "end"] * (len(notes) // 2)
            same_process = (
                all(notes[i][1] == notes[i + 1][1] for i in range(0, len(notes), 2)) if alternating else False
            )
            counts["rounds with never more than one trainer"] += alternating and same_process and len(notes) >= 2
            states = [control.now(run.id).state for run in runs]
            counts["rounds with nothing lost"] += states.count("finished") == len(notes) // 2 and set(states) <= {
                "finished",
                "new",
            }
            counts["trainers"] += len(notes) // 2
    return dict(counts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="a tenth of all counts")
    parser.add_argument("--only", choices=("kills", "exact", "writes", "starts"), action="append")
    parser.add_argument("--worker", metavar="RUN", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        process.WORKER_COMMAND = (sys.executable, str(pathlib.Path(__file__).resolve()), "--worker")
        sources.SOURCES["drawn"] = fake.SOURCE
        return worker.main([arguments.worker], Witness)
    tenth = 10 if arguments.short else 1
    parts = {
        "kills": lambda: kills(200 // tenth),
        "exact": lambda: exact(20 // tenth),
        "writes": lambda: writes(tenth),
        "starts": lambda: starts(100 // tenth),
    }
    for name in arguments.only or parts:
        started = time.monotonic()
        counts = parts[name]()
        print(
            f"{name} ({time.monotonic() - started:.0f} s)",
            *(f"  {what}: {figure}" for what, figure in counts.items()),
            sep="\n",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
