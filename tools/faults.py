"""What training runs survive: kills at any moment, a full disk, many hands at once: python tools/faults.py [--short]

Kills and failing writes are done to a run of a numpy trainer whose state tells every step it took (tests/runs/fake.py),
since TensorFlow takes seconds to start; that resumed runs end bit-equal is tried on the real network too, a tiny one, with
TensorFlow's determinism on. POSIX only.
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

from siamese.config import TrainConfig
from siamese.data import sources
from siamese.runs import checkpoints, control, files, launch, metrics, queue, record, trains, worker
from siamese.runs.record import Run, RunError
from tests.configs import change
from tests.runs import fake

PAUSE = 0.0002  # s between looks
PATIENCE = 120  # s for whatever must come
KILLED = change(fake.CONFIG, steps=60, validate_every=20, checkpoint_every=10, rate=0.004)
TINY = change(fake.CONFIG, steps=12, validate_every=6, checkpoint_every=4)
SHORT_RUN = change(fake.CONFIG, steps=6, validate_every=3, checkpoint_every=3)


@contextlib.contextmanager
def place() -> Iterator[pathlib.Path]:
    """An empty home for runs, whose workers know the fake trainer and its data."""
    with (
        tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder,
        contextlib.ExitStack() as patched,
    ):
        patched.enter_context(unittest.mock.patch.dict(os.environ, {"SIAMESE_HOME": folder, "PYTHONPATH": str(ROOT)}))
        patched.enter_context(unittest.mock.patch.dict(sources.SOURCES, {"drawn": fake.SOURCE}))
        patched.enter_context(unittest.mock.patch.object(launch, "WORKER", fake.WORKER))
        fake.drawn_sets()
        yield pathlib.Path(folder)


def wait_until(true: Callable[[], object], process: BaseProcess | None = None) -> bool:
    """Whether it became true; False when the process ended first. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE
    while not true():
        if process and not process.is_alive():
            return False
        if time.monotonic() > end:
            raise TimeoutError(f"Nothing came within {PATIENCE} s.")
        time.sleep(PAUSE)
    return True


def forked(run: Run, make: trains.Make) -> BaseProcess:
    """The process of a worker: a fork, so that nothing is imported again."""

    def work() -> None:
        log = os.open(run.folder / "log.txt", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.dup2(log, 1)
        os.dup2(log, 2)
        worker.main([run.id], make)

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    return process


def last_step(run: Run) -> int:
    return control.status(run.id).step


def whole_checkpoint(run: Run) -> int:
    """Step of the newest checkpoint whose sha256 is right, 0 when there is none."""
    return max(
        (c.step for c in checkpoints.every(run) if files.sha256(c.folder / "state.safetensors") == c.sha256), default=0
    )


def curve(run: Run) -> list[dict]:
    """Its records without what a clock says."""
    return [{k: v for k, v in r.items() if k != "seconds"} for r in metrics.read(run).records]


def curve_is_whole(run: Run) -> bool:
    """Steps 1, 2, 3, ... once each, and validations once each where they belong."""
    records, config = metrics.read(run).records, run.config
    steps = [r["step"] for r in records if "loss" in r]
    judged = [r["step"] for r in records if "validation" in r]
    due = [s for s in steps if s % config.schedule.validate_every == 0 or s == config.schedule.steps]
    return steps == list(range(1, len(steps) + 1)) and judged in (due, due[:-1] if due[-1:] == steps[-1:] else due)


def ended(run: Run) -> tuple[list[dict], dict[str, str]]:
    """What two runs of the same configuration have in common at their end, to the last bit: curve, last checkpoint, weights by their step."""
    written = [checkpoints.every(run)[-1].folder / "state.safetensors", *run.weights.glob("*/weights.safetensors")]
    return curve(run), {f"{file.parent.name}/{file.name}": files.sha256(file) for file in written}


def unbroken(config: TrainConfig, preset: str, make: trains.Make) -> tuple[list[dict], dict[str, str]]:
    run = control.create(config, preset, "drawn")
    forked(run, make).join()
    return ended(run)


def kill(run: Run, make: trains.Make, when: Callable[[], object], delay: float) -> bool:
    """Start a run's worker and kill it some seconds after `when` came true. False when the run ended before."""
    process = forked(run, make)
    came = wait_until(when, process)
    time.sleep(delay)
    process.kill()
    process.join()
    # A worker that has said its last word only lets the next begin: a kill then meets no run.
    return came and process.exitcode == -signal.SIGKILL and control.status(run.id).state != "finished"


def kills(count: int, seed: int = 0) -> dict[str, object]:
    """Kill numpy runs so often, three times of four aimed at the writing of a checkpoint."""
    rng, found = random.Random(seed), collections.Counter()
    with place():
        expected = unbroken(KILLED, "fake", fake.FakeTrainer)
        run = control.create(KILLED, "fake", "drawn")
        while found["kills"] < count:
            before, in_write = (curve_file(run), drafts(run)), found["kills"] % 4 > 0
            moves = functools.partial(has_moved, run, *before, in_write)
            if not kill(run, fake.FakeTrainer, moves, rng.uniform(0, 0.002 if in_write else 0.5)):
                found["runs ended bit-equal"] += ended(run) == expected
                found["runs"] += 1
                run = control.create(KILLED, "fake", "drawn")
                continue
            found["kills"] += 1
            found["within a checkpoint's writing"] += bool(drafts(run) - before[1])
            found[f"shown as {control.status(run.id).state}"] += 1
            found["curves without gap or double"] += curve_is_whole(run)
            lost = last_step(run) - whole_checkpoint(run)
            found["at most one interval lost"] += lost <= KILLED.schedule.checkpoint_every
            found["most steps lost"] = max(found["most steps lost"], lost)
        forked(run, fake.FakeTrainer).join()
        found["runs ended bit-equal"] += ended(run) == expected
        found["runs"] += 1
    return dict(found)


def curve_file(run: Run) -> tuple[int, int]:
    """Changes when the curve is cut or grows."""
    status = run.metrics.stat()
    return status.st_ino, status.st_size


def drafts(run: Run) -> set[str]:
    """Checkpoints that are being written, or were when the worker was killed."""
    return {draft.name for draft in run.checkpoints.glob(f"{files.DRAFT}*")}


def has_moved(run: Run, curve_before: tuple[int, int], drafts_before: set[str], in_write: bool) -> bool:
    """Whether a run's curve has changed since it was started or, if that is asked, a checkpoint is just being written."""
    return bool(drafts(run) - drafts_before) if in_write else curve_file(run) != curve_before


def exact(count: int, seed: int = 0) -> dict[str, object]:
    """Kill so many runs of the real, tiny network once each, resume them, and compare with an unbroken one."""
    os.environ["TF_DETERMINISTIC_OPS"] = "1"
    import siamese.network.trainer  # imported before the forks, used only in them

    assert siamese.network.trainer
    rng, found = random.Random(seed), collections.Counter()
    with place():
        expected = unbroken(TINY, "tiny", trains.build)
        while found["killed runs"] < count:
            run = control.create(TINY, "tiny", "drawn")
            step = rng.randrange(1, TINY.schedule.steps - 1)
            if kill(run, trains.build, lambda run=run, step=step: last_step(run) > step, rng.uniform(0, 0.1)):
                forked(run, trains.build).join()
                found["killed runs"] += 1
                found["bit-equal to an unbroken one"] += ended(run) == expected
    return dict(found)


class Disk:
    """Calls that write, from the outside: the n-th fails with "no space left", and with `full` all writing after it too.

    A write that fails has written half. `calls` counts them.
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


def writes(every: int = 1) -> dict[str, object]:
    """Let each (every so many-th) call that writes fail in turn, once alone and once with the disk full ever after; then resume."""
    found = collections.Counter()
    with place():
        expected = unbroken(SHORT_RUN, "fake", fake.FakeTrainer)
        run = control.create(SHORT_RUN, "fake", "drawn")
        with Disk().faulty() as disk:
            worker.Worker(run, fake.FakeTrainer, lambda line: None).work()
        found["calls that write"] = disk.calls
        for full in (False, True):
            for number in range(1, disk.calls + 1, every):
                run, told = control.create(SHORT_RUN, "fake", "drawn"), []
                with Disk(number, full).faulty():
                    state = worker.Worker(run, fake.FakeTrainer, told.append).work()
                sentences = [line for line in told if "could not be written" in line]
                step = whole_checkpoint(run)
                found["tried"] += 1
                # The last word itself may fail, after all is done: then it stands in the log only.
                found["one clear sentence"] += (
                    state in ("failed", "finished") and bool(sentences) and "free some disk space" in sentences[0]
                )
                found["last good checkpoint there"] += last_step(run) - step <= SHORT_RUN.schedule.checkpoint_every
                found["resumed to a bit-equal end"] += (
                    worker.Worker(run, fake.FakeTrainer, told.append).work() == "finished" and ended(run) == expected
                )
    return dict(found)


class Witness(fake.FakeTrainer):
    """Writes down when it begins and ends."""

    def __init__(self, *args):
        super().__init__(*args)
        self._note("begin")

    def close(self) -> None:
        self._note("end")

    def _note(self, what: str) -> None:
        descriptor = os.open(record.paths.home() / "witness", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.write(descriptor, f"{what} {os.getpid()}\n".encode())
        os.close(descriptor)


def press(runs: list[Run], presses: int, seed: int) -> None:
    """One process: so many threads that start or queue one of the runs at the same moment."""
    rng, gate = random.Random(seed), threading.Barrier(presses)

    def hand(run: Run, call: Callable[[str], None]) -> None:
        gate.wait()
        with contextlib.suppress(RunError):
            call(run.id)

    hands = [
        threading.Thread(target=hand, args=(rng.choice(runs), rng.choice([control.start, control.queue_up])))
        for _ in range(presses)
    ]
    for thread in hands:
        thread.start()
    for thread in hands:
        thread.join()


def starts(rounds: int, presses: int = 50, processes: int = 3) -> dict[str, object]:
    """Rounds of presses on start and queue at once, from several processes, on three runs."""
    found: collections.Counter = collections.Counter(rounds=rounds, presses=rounds * presses)
    with (
        place() as home,
        unittest.mock.patch.object(
            launch, "WORKER", (sys.executable, str(pathlib.Path(__file__).resolve()), "--worker")
        ),
    ):
        for number in range(rounds):
            runs = [control.create(SHORT_RUN, "fake", "drawn") for _ in range(3)]
            (home / "witness").write_text("")
            pressing = []
            for process in range(processes):
                share = presses // processes + (process < presses % processes)
                if not (child := os.fork()):
                    try:
                        press(runs, share, number * processes + process)
                    finally:
                        os._exit(0)
                pressing.append(child)
            for child in pressing:
                os.waitpid(child, 0)
            wait_until(lambda: not queue.waiting() and not record.trainer_locked())
            notes = [line.split() for line in (home / "witness").read_text().splitlines()]
            alternating = [what for what, _ in notes] == ["begin", "end"] * (len(notes) // 2)
            same_process = (
                all(notes[i][1] == notes[i + 1][1] for i in range(0, len(notes), 2)) if alternating else False
            )
            found["rounds with never more than one trainer"] += alternating and same_process and len(notes) >= 2
            states = [control.status(run.id).state for run in runs]
            found["rounds with nothing lost"] += states.count("finished") == len(notes) // 2 and set(states) <= {
                "finished",
                "new",
            }
            found["trainers"] += len(notes) // 2
    return dict(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="a tenth of everything")
    parser.add_argument("--only", choices=("kills", "exact", "writes", "starts"), action="append")
    parser.add_argument("--worker", metavar="RUN", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        launch.WORKER = (sys.executable, str(pathlib.Path(__file__).resolve()), "--worker")
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
        found = parts[name]()
        print(
            f"{name} ({time.monotonic() - started:.0f} s)",
            *(f"  {what}: {figure}" for what, figure in found.items()),
            sep="\n",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
