"""The status of runs: states, the shared reading, damaged runs."""

from __future__ import annotations

import itertools
import json
import os
import threading
import time

import pytest

from siamese import runs
from siamese.runs import checkpoints, control, folder, loop, monitor, process, worker
from siamese.runs.folder import RunError
from siamese.runs.process import Trainer
from tests.runs.fake import FakeTrainer
from tests.runs.helpers import work
from tests.runs.test_checkpoints import record_of
from tests.runs.test_curves import step, validation
from tests.threads import Slow, at_once


def test_runs_are_listed_newest_first(make, place):
    first, second, third = make(), make(), make()
    described = json.loads((second.folder / "run.json").read_text())
    (second.folder / "run.json").write_text(json.dumps({**described, "created": "2999-01-01T00:00:00+00:00"}))
    assert runs.statuses()[0].id == second.id
    assert {status.id for status in runs.statuses()} == {first.id, second.id, third.id}


def test_a_finished_run_has_its_figures(make):
    run = make()
    work(run)
    status = runs.status(run.id)
    assert (status.state, status.step, status.steps, status.problem) == ("finished", 24, 24, "")
    assert status.drawings_per_second == pytest.approx(12_000)  # 4 x 3 drawings in 0.001 s
    assert status.seconds_left == 0
    assert status.validation["step"] == 24
    assert status.weights == checkpoints.weights_file(run, "best")
    assert (
        status.best["accuracy"] == json.loads(status.weights.with_suffix(".json").read_text())["validation"]["accuracy"]
    )
    assert (status.active, status.startable, status.stoppable) == (False, False, False)


@pytest.fixture
def trained_by(make, monkeypatch):
    """A run that is training as its files say, and the process that trains it: this one, or another, or none."""
    run = make()
    folder.report(run, "training")

    with monkeypatch.context() as patch:

        def trained_by(run_id: str | None, pid: int = os.getpid()):
            trainer = Trainer(run_id, pid, 0.0, "") if run_id else None
            patch.setattr(process, "trainer", lambda: trainer)
            return runs.status(run.id)

        yield run, trained_by


def test_a_run_trains_only_while_its_own_worker_is_alive_and_responds(trained_by):
    run, status = trained_by
    assert (status(run.id).state, status(run.id).hung) == ("training", False)
    assert status(None).state == "interrupted"
    assert status("other-1").state == "interrupted"
    assert status(run.id, pid=os.getpid() + 1).state == "interrupted"
    os.utime(run.folder / "state.json", (time.time() - 29,) * 2)
    assert status(run.id).state == "training"
    os.utime(run.folder / "state.json", (time.time() - 31,) * 2)
    assert (status(run.id).state, status(run.id).hung) == ("interrupted", True)
    assert (status(run.id).startable, status(run.id).stoppable) == (True, True)


def test_requests_and_the_queue_show_in_the_state(trained_by):
    run, status = trained_by
    assert status(run.id).stoppable
    folder.request(run, "stop")
    assert (status(run.id).state, status(run.id).stoppable) == ("stopping", False)
    process.join_queue("other-1")
    process.join_queue(run.id)
    assert status(run.id).state == "stopping"
    assert (status(None).state, status(None).place) == ("queued", 2)
    folder.report(run, "failed", "Why.")
    assert (status(None).state, status(None).problem) == ("queued", "")


def test_only_a_failed_run_shows_why_it_failed(make):
    run = make()
    folder.report(run, "failed", "Why.")
    assert runs.status(run.id).problem == "Why."


def damage_metrics(run) -> None:
    run.metrics.write_bytes(step(1) + b'{"step": 2, "loss": 1, "pair_accuracy": 1, "seconds": "long"}\n' + step(3))


def damage_weights(run) -> None:
    checkpoints.save_weights(run, 1, FakeTrainer(run.config, None, None).weights(), record_of(run, 1, 0.5))
    (run.weights / "step-00000001" / "weights.json").write_text("[]")


def damage_state(run) -> None:
    (run.folder / "state.json").write_text('{"state": "training", "sentence": "", "pid": 1e999}')


def damage_description(run) -> None:
    (run.folder / "run.json").write_text("[" * 100_000)


def damage_config(run) -> None:
    (run.folder / "config.json").write_text('{"steps": NaN}')


@pytest.mark.parametrize(
    ("damage", "state", "problem"),
    [
        (damage_metrics, "new", "metrics.jsonl is damaged: invalid lines (1) are left out."),
        (damage_weights, "new", "weights.json is damaged: it is not a JSON object, so its weights cannot be used."),
        (damage_state, "interrupted", "state.json is damaged: it contains the value 1e999; the run can be resumed"),
        (damage_description, "damaged", "cannot be used, since run.json is damaged: it is nested too deeply: restore"),
        (damage_config, "damaged", "cannot be used, since config.json is damaged: it contains the value NaN: restore"),
    ],
)
def test_a_damaged_file_is_named_and_does_not_hide_the_other_runs(make, damage, state, problem):
    damaged, sound = make(), make()
    damage(damaged)
    listed = {status.id: status for status in runs.statuses()}
    assert set(listed) == {damaged.id, sound.id}
    assert (listed[sound.id].state, listed[sound.id].problem) == ("new", "")
    assert listed[damaged.id].state == state
    assert problem in listed[damaged.id].problem
    control.delete(damaged.id)
    assert [status.id for status in runs.statuses()] == [sound.id]


def test_a_damaged_run_can_only_be_deleted(make):
    run = make()
    damage_config(run)
    status = runs.status(run.id)
    assert (status.run, status.name, status.steps) == (None, run.id, 0)
    assert (status.active, status.startable, status.stoppable) == (False, False, False)
    for call in (control.start, control.queue_up, control.step, runs.weights):
        with pytest.raises(RunError, match=r"config.json is damaged"):
            call(run.id)
    for call in (control.pause, control.stop):
        with pytest.raises(RunError, match="is not training: it is damaged"):
            call(run.id)


def test_an_unforeseen_error_is_logged_and_does_not_hide_the_other_runs(make, monkeypatch, caplog):
    broken, sound = make(), make()
    read = folder.last_report

    def failing(place):
        return 1 // 0 if place.name == broken.id else read(place)

    monkeypatch.setattr(folder, "last_report", failing)
    states = {status.id: status.state for status in runs.statuses()}
    assert states == {broken.id: "damaged", sound.id: "new"}
    assert "ZeroDivisionError" in caplog.text


def test_a_mended_run_is_listed_as_before(make):
    run = make()
    sound = (run.folder / "run.json").read_text()
    damage_description(run)
    assert runs.status(run.id).state == "damaged"
    (run.folder / "run.json").write_text(sound)
    assert runs.status(run.id).state == "new"


@pytest.fixture
def readings(make, monkeypatch):
    """Counts how often the runs are read."""
    counted = []
    read_all = monitor.Monitor._read_all

    def counting(self):
        counted.append(time.monotonic())
        read_all(self)

    monkeypatch.setattr(monitor.Monitor, "_read_all", counting)
    return counted


def test_one_reading_serves_all_for_half_a_second(make, readings, monkeypatch):
    monkeypatch.setattr(monitor, "REFRESH_SECONDS", 0.5)
    runs_ = [make() for _ in range(2)]
    end = time.monotonic() + 1.2

    def watch() -> None:
        while time.monotonic() < end:
            runs.statuses()
            runs.active()
            runs.status(runs_[0].id)
            time.sleep(0.002)

    watchers = [threading.Thread(target=watch) for _ in range(10)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join()
    assert 2 <= len(readings) <= 4
    assert all(later - earlier >= 0.5 for earlier, later in itertools.pairwise(readings))


def test_the_watched_intervals_are_those_of_the_documents():
    assert monitor.REFRESH_SECONDS == 0.5
    assert folder.HEARTBEAT_TIMEOUT_SECONDS == 30
    assert (loop.MAX_PAUSE_SECONDS, worker.HEARTBEAT_SECONDS, worker.STOP_POLL_SECONDS) == (3600, 2, 0.2)


def test_while_one_reads_the_others_use_the_last_reading(make, monkeypatch):
    monkeypatch.setattr(monitor, "REFRESH_SECONDS", 0.05)
    run, reading, go_on = make(), threading.Event(), threading.Event()
    assert [status.id for status in runs.statuses()] == [run.id]
    places = folder.places

    def slow():
        reading.set()
        assert go_on.wait(10)
        return places()

    monkeypatch.setattr(folder, "places", slow)
    time.sleep(0.1)
    reader = threading.Thread(target=runs.statuses)
    reader.start()
    assert reading.wait(10)
    assert [status.id for status in runs.statuses()] == [run.id]  # at once: the reader still waits
    go_on.set()
    reader.join()


def test_a_change_by_this_process_is_seen_at_once(make, monkeypatch):
    monkeypatch.setattr(monitor, "REFRESH_SECONDS", 1000.0)
    run = make()
    assert [status.name for status in runs.statuses()] == ["fake, seed 0"]
    folder.rename(run, "Behind its back")
    assert [status.name for status in runs.statuses()] == ["fake, seed 0"]
    control.rename(run.id, "Ours")
    assert [status.name for status in runs.statuses()] == ["Ours"]
    control.delete(run.id)
    assert runs.statuses() == []
    with pytest.raises(RunError, match="no run"):
        runs.status(run.id)


def test_a_run_that_another_process_has_created_is_found_before_the_next_reading(make, monkeypatch):
    monkeypatch.setattr(monitor, "REFRESH_SECONDS", 1000.0)
    assert runs.statuses() == []
    run = make()
    assert runs.statuses() == []
    assert runs.status(run.id).state == "new"


def test_files_that_have_not_changed_are_not_read_again(make, monkeypatch):
    run = make()
    run.metrics.write_bytes(step(1) + validation(1))
    folder.report(run, "stopped")
    runs.statuses()
    for name in ("read", "last_report"):
        monkeypatch.setattr(folder, name, lambda *given: 1 // 0)
    monkeypatch.setattr(checkpoints, "weights_in_use", lambda run: 1 // 0)
    assert runs.status(run.id).state == "stopped"


def test_the_queue_and_the_trainer_are_read_once_per_listing(make, monkeypatch):
    """Reading the queue for every run made the listing quadratic: 500 queued runs took seconds."""
    ids = [make().id for _ in range(5)]
    for run_id in ids:
        process.join_queue(run_id)
    read, queue, trainer = [], process.queue, process.trainer
    monkeypatch.setattr(process, "queue", lambda: read.append("queue") or queue())
    monkeypatch.setattr(process, "trainer", lambda: read.append("trainer") or trainer())
    assert {status.id: status.place for status in runs.statuses()} == {run_id: i + 1 for i, run_id in enumerate(ids)}
    assert sorted(read) == ["queue", "trainer"]


def test_many_who_ask_after_a_change_cause_one_reading(make, monkeypatch):
    make()
    watched = monitor.Monitor()
    monkeypatch.setattr(watched, "_read_all", Slow(watched._read_all))
    watched.changed()
    at_once(watched.statuses)
    assert watched._read_all.calls == 1


def test_many_who_ask_for_a_run_read_it_one_after_another(make, monkeypatch):
    run = make()
    watched = monitor.Monitor()
    reading = Slow(process.trainer)
    monkeypatch.setattr(process, "trainer", reading)
    at_once(lambda: watched.now(run.id))
    assert reading.calls > 1
    assert reading.together == 1
