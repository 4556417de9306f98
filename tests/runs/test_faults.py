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
    return collections.Counter(json.loads(done.stdout.splitlines()[-1]))  # a missing count is 0


def test_killed_runs_resume():
    counts = faults("kills(10)")
    assert (
        counts["kills"]
        == counts["shown as interrupted"]
        == counts["curves without gaps or duplicates"]
        == counts["at most one interval lost"]
        == 10
    ), counts
    assert counts["within a checkpoint's writing"] >= 1
    assert counts["runs ended bit-equal"] == counts["runs"] >= 1, counts


def test_a_killed_run_of_the_real_network_ends_bit_equal():
    assert faults("exact(1)")["bit-equal to an uninterrupted one"] == 1


def test_writers_survive_failing_writes():
    counts = faults("writes(23)")
    assert counts["tried"] >= 2
    assert (
        counts["one clear sentence"]
        == counts["last good checkpoint kept"]
        == counts["resumed to a bit-equal end"]
        == counts["tried"]
    ), counts


def test_starts_at_the_same_moment_start_one_trainer():
    counts = faults("starts(1)")
    assert counts["rounds with never more than one trainer"] == counts["rounds with nothing lost"] == 1, counts
    assert counts["trainers"] >= 1
