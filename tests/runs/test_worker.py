"""The process that trains, mostly in this process: signals, the lock, the queue, priority."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from siamese.runs import checkpoints, control, folder, loop, process, worker
from siamese.runs.process import Busy
from tests.runs.fake import FakeTrainer
from tests.runs.helpers import work


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_with_a_checkpoint(make, number):
    run = make()

    class Signalled(FakeTrainer):
        def advance(self):
            if self.step == 6:
                os.kill(os.getpid(), number)
            return super().advance()

    assert work(run, Signalled)[0] == "stopped"
    assert checkpoints.every(run)[-1].step == 7


def test_the_trainer_is_closed_and_signal_handlers_are_restored(make):
    made = []

    class Kept(FakeTrainer):
        def __init__(self, *given):
            super().__init__(*given)
            made.append(self)

    before = signal.getsignal(signal.SIGTERM)
    work(make(), Kept)
    assert made[0].closed
    assert signal.getsignal(signal.SIGTERM) is before


def test_it_announces_itself_while_it_trains_and_holds_the_lock(make):
    run, seen = make(), []

    class Looking(FakeTrainer):
        def validate(self):
            other = process.trainer_lock()
            seen.append((process.trainer().run_id, process.trainer().pid, process.take(other, 0)))
            return super().validate()

    work(run, Looking)
    assert seen == [(run.id, os.getpid(), False)] * 4
    assert process.trainer() is None
    lock = process.trainer_lock()
    assert process.take(lock, 0)
    lock.release()


def test_a_second_worker_is_refused_and_its_run_stays_queued(make, monkeypatch):
    first, second, refused = make(), make(), []
    monkeypatch.setattr(worker, "LOCK_TIMEOUT_SECONDS", 0.1)
    process.join_queue(second.id)

    class Crowded(FakeTrainer):
        def validate(self):
            with pytest.raises(Busy, match="is training"):
                worker.train(second, FakeTrainer, print, foreground=True)
            refused.append(process.queue())
            folder.request(first, "stop")
            return super().validate()

    monkeypatch.setattr(control, "start_next", lambda: None)
    work(first, Crowded)
    assert refused == [[second.id]]
    assert folder.last_report(second.folder).state == "new"


def test_heartbeats_come_every_two_seconds_and_announce_again_after_the_clock_was_set(make, monkeypatch):
    run = make()
    monkeypatch.setattr(worker, "HEARTBEAT_SECONDS", 0.0)

    class Waiting(FakeTrainer):
        def advance(self):
            if self.step == 2:
                entry = json.loads((run.folder.parent / "trainer.json").read_text())
                entry["started"] -= 3600.0
                (run.folder.parent / "trainer.json").write_text(json.dumps(entry))
                os.utime(run.folder / "state.json", (0, 0))
                assert process.trainer() is None
                worker.time.sleep(0.6)
                assert process.trainer().pid == os.getpid()
                assert folder.last_report(run.folder).responds
            return super().advance()

    assert work(run, Waiting)[0] == "finished"


def test_lowering_the_priority_twice_lowers_it_once():
    """To 3 below what this process has: its own priority may be low already."""
    twice = "worker.lower_priority(); worker.lower_priority(); print(os.nice(0))"
    target = min(19, os.nice(0) + 3)
    code = f"import os; from siamese.runs import worker; worker.NICENESS = {target}; {twice}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == target


def test_a_priority_that_is_lower_still_is_not_raised():
    code = "import os; os.nice(15); from siamese.runs import worker; worker.lower_priority(); print(os.nice(0))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == min(19, 15 + os.nice(0))


def test_the_background_process_ends_with_one_line_when_there_is_no_such_run(place, capsys):
    assert worker.main(["nothing-1"], FakeTrainer) == 2
    assert capsys.readouterr().out.startswith("There is no run nothing-1")


def test_a_signal_that_came_before_something_long_abandons_it_at_once(make):
    signals = worker.Signals(make())
    signals.stopping = True
    with pytest.raises(loop.Stop):
        signals.unless_stopped(lambda: pytest.fail("It was called."))


def test_what_was_requested_of_the_run_before_does_not_stop_a_run_on_the_command_line(make):
    run = make()
    folder.request(run, "stop")
    assert worker.train(run, FakeTrainer, lambda line: None, foreground=True) == "finished"
