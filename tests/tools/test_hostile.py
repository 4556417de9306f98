"""The figures of hostile input in their short forms, those that take seconds; and the tools that measure them."""

from __future__ import annotations

import os
import pathlib
import random
import subprocess
import sys
import time

import pytest

from tests.hostile.models import CASES, good, record
from tests.hostile.payloads import PAYLOADS
from tests.hostile.pictures import HARMLESS, REFUSED
from tools.hostile import alphabets, audit, downloads, paths, pictures, weights
from tools.hostile.measure import isolated

ROOT = pathlib.Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc, and cases are forks")


def test_a_call_is_measured_in_a_process_of_its_own():
    """From a new Python: one that has run TensorFlow has so much free memory that the call need not ask for more."""
    code = "from tools.hostile.measure import isolated; print(isolated(lambda: len(bytearray(b'x') * 50_000_000)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "value=50000000, error=''" in done.stdout
    assert 45 < float(done.stdout.rsplit("megabytes=", 1)[1].rstrip(")\n")) < 110


def test_memory_of_started_processes_counts():
    code = "x = bytearray(b'x') * 60_000_000; import time; time.sleep(0.2)"
    outcome = isolated(lambda: os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", code))
    assert outcome.megabytes > 60


def test_errors_and_endless_calls_are_reported():
    def fail():
        raise KeyError("wrong")

    assert (isolated(fail).error, isolated(fail).text) == ("KeyError", "'wrong'")
    assert isolated(lambda: os._exit(3)).error == "killed"
    start = time.monotonic()
    assert isolated(lambda: time.sleep(60), 0.2).error == "killed"
    assert time.monotonic() - start < 10


def test_reading_other_files_and_starting_programs_is_noticed(tmp_path):
    def read_and_start():
        events: list[audit.Event] = []
        audit.watch(events, {str(tmp_path / "allowed")})
        for name in ("allowed", "other"):
            (tmp_path / name).write_text("")
        os.system("true")
        audit.unwatch()
        (tmp_path / "later").write_text("")
        return events

    events = isolated(read_and_start).value
    assert events == [("open", str(tmp_path / "other")), ("os.system", "b'true'")]


def test_there_are_as_many_cases_as_promised():
    assert len(CASES) >= 40
    assert len(REFUSED) + len(HARMLESS) >= 60
    assert len(downloads.FAULTS) >= 20
    assert len(PAYLOADS) >= 100
    assert len(set(PAYLOADS)) == len(PAYLOADS)
    assert max(map(len, PAYLOADS)) <= 80
    assert len(set(paths.traversals([paths.pathlib.Path("/etc/passwd")]))) >= 100


@pytest.mark.parametrize(
    "make",
    [
        lambda rng: weights.mutated(good(), rng),
        lambda rng: alphabets.mutated(alphabets._json(), rng),
        pictures.mutant,
        pictures.other_mutant,
    ],
)
def test_mutants_are_different_and_the_same_for_the_same_seed(make):
    mutants = [make(random.Random(seed)) for seed in range(50)]
    assert len(set(mutants)) > 40
    assert mutants == [make(random.Random(seed)) for seed in range(50)]


def test_mutants_of_a_record_differ_from_it():
    mutants = [weights.mutated_record(record(), random.Random(seed)) for seed in range(50)]
    assert sum(mutant != record() for mutant in mutants) > 45


def test_hostile_models_are_refused(capsys):
    assert isolated(lambda: weights.run(short=True)).value is True


def test_hostile_alphabets_are_read_or_refused(monkeypatch):
    monkeypatch.setattr(alphabets, "GROUP", 60)
    monkeypatch.setattr(alphabets, "MAX_SECONDS", 5)  # other tests run at the same time
    assert isolated(lambda: alphabets.run(short=True)).value is True


def test_download_faults_leave_verified_data_or_an_unchanged_cache(monkeypatch):
    faults = {name: downloads.FAULTS[name] for name in ("404", "truncated", "wrong bytes", "300 MB behind gzip")}
    monkeypatch.setattr(downloads, "FAULTS", faults)
    monkeypatch.setattr(downloads, "STARTERS", 3)
    monkeypatch.setattr(downloads, "KILLS", 60)
    assert isolated(lambda: downloads.run(short=True)).value is True
