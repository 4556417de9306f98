"""Two workers on this machine train one run with a tiny network."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from siamese import runs
from siamese.network import device
from siamese.network.trainer import Trainer
from siamese.runs import checkpoints, curves, folder, process
from tests.runs import fake
from tests.runs.helpers import step_records, wait_until, work
from tools.bench_workers import free_addresses

END_TIMEOUT_SECONDS = 120
RESUMED_STEP, COMPARED_STEPS = 4, 10


def start(index: int, of: str, run, **environment: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.runs.cluster", str(index), of, run.id]
    environment = {**process.environment(), **environment}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)


def test_two_workers_continue_a_run_with_one_workers_losses_and_one_can_be_killed(make, monkeypatch, tmp_path):
    """One worker trains the first four steps; two train on until one of them is killed; one continues."""
    monkeypatch.setattr(device, "_processor_flags", set)
    run = make("tiny", columns=1, steps=4000, warmup=200, validate_every=4000)
    alone = Trainer(run.config, *fake.drawn_sets())
    records = [alone.advance() for _ in range(RESUMED_STEP)]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    run.metrics.write_text(lines)
    checkpoints.save(run, RESUMED_STEP, alone.state(), len(lines), None)
    losses = [record["loss"] for record in records]
    losses += [alone.advance()["loss"] for _ in range(RESUMED_STEP, COMPARED_STEPS)]

    cluster = free_addresses()
    chief, other = start(0, cluster, run), start(1, cluster, run, SIAMESE_HOME=str(tmp_path / "other"))
    try:
        wait_until(lambda: len(step_records(run)) > COMPARED_STEPS or chief.poll() is not None, END_TIMEOUT_SECONDS)
        shown_on_pages = runs.status(run.id)
        other.kill()
        shown, shown_by_other = (each.communicate(timeout=END_TIMEOUT_SECONDS)[0] for each in (chief, other))
    finally:
        chief.kill()
        other.kill()
    assert "Trains on 2 × CPU." in shown
    assert "Trains on 6 of the 12 drawings of every step." in shown_by_other
    assert (shown_on_pages.state, shown_on_pages.problem) == ("training", "")
    assert shown_on_pages.drawings_per_second > 0
    assert not (tmp_path / "other").exists()  # only the chief writes files
    report = folder.last_report(run.folder)
    assert report.state == "failed"
    assert report.sentence.startswith("A worker has ended or cannot be reached: start all workers again")
    trained = [record["loss"] for record in curves.read(run.metrics)][:COMPARED_STEPS]
    assert trained == pytest.approx(losses, abs=1e-3)

    last = checkpoints.newest_intact(run).step
    assert last > RESUMED_STEP
    advance = alone.advance

    def only_one() -> dict[str, float]:
        folder.request(run, "stop")
        record = advance()
        time.sleep(1.0)  # requests are noticed every 0.2 s
        return record

    monkeypatch.setattr(alone, "advance", only_one)
    assert work(run, lambda *_: alone)[0] == "stopped"
    assert step_records(run) == list(range(1, last + 2))
