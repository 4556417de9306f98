"""A short form of `make faults`, in a process of its own, since it forks."""

from __future__ import annotations

import collections
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def faults(call: str) -> dict[str, int]:
    code = f"import json; from tools import faults; print(json.dumps(faults.{call}))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return collections.Counter(json.loads(done.stdout.splitlines()[-1]))  # what was not counted is 0


def test_killed_runs_resume():
    found = faults("kills(10)")
    assert (
        found["kills"]
        == found["shown as interrupted"]
        == found["curves without gap or double"]
        == found["at most one interval lost"]
        == 10
    ), found
    assert found["within a checkpoint's writing"] >= 1
    assert found["runs ended bit-equal"] == found["runs"] >= 1, found


def test_a_killed_run_of_the_real_network_ends_bit_equal():
    assert faults("exact(1)")["bit-equal to an unbroken one"] == 1


def test_writers_survive_failing_writes():
    found = faults("writes(23)")
    assert found["tried"] >= 2
    assert (
        found["one clear sentence"]
        == found["last good checkpoint there"]
        == found["resumed to a bit-equal end"]
        == found["tried"]
    ), found


def test_presses_at_once_start_one_trainer():
    found = faults("starts(1)")
    assert found["rounds with never more than one trainer"] == found["rounds with nothing lost"] == 1, found
    assert found["trainers"] >= 1
