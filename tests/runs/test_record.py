"""The run folder: ids, names, what a worker says, the lock."""

from __future__ import annotations

import json
import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siamese.runs import record
from siamese.runs.record import RunError


def test_a_run_is_what_it_was_made_of(make):
    run = make(name="Ours", seed=7)
    again = record.read(run.id)
    assert again == run
    assert again.config.seed == 7
    assert (again.preset, again.data, again.name) == ("fake", "drawn", "Ours")


def test_runs_are_listed_newest_first_and_other_folders_are_passed_over(make, place):
    runs = [make() for _ in range(3)]
    (place / "best").mkdir()
    (place / "broken").mkdir()
    (place / "broken" / "run.json").write_text("{")
    assert {r.id for r in record.every()} == {r.id for r in runs}
    described = json.loads((runs[1].folder / "run.json").read_text())
    (runs[1].folder / "run.json").write_text(json.dumps({**described, "created": "2999-01-01T00:00:00+00:00"}))
    assert record.every()[0].id == runs[1].id


@pytest.mark.parametrize(
    "run_id", ["", ".", "..", "../secret", "a/b", "a\\b", "/etc", "A", "-a", "a\n", "a\0", "x" * 81, "ä", "queue"]
)
def test_an_id_that_is_none_is_refused(place, run_id):
    (place / "queue").mkdir(parents=True)
    with pytest.raises(RunError):
        record.read(run_id)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_a_name_is_one_printable_line(text):
    try:
        name = record.checked_name(text)
    except RunError:
        return
    assert name == name.strip()
    assert name.isprintable()
    assert 1 <= len(name) <= record.LONGEST_NAME


def test_a_worker_says_how_it_is(make):
    run = make()
    assert record.said(run).state == "new"
    record.say(run, "failed", "Why.")
    assert (record.said(run).state, record.said(run).sentence, record.said(run).pid) == ("failed", "Why.", os.getpid())
    old = time.time() - 100
    os.utime(run.folder / "state.json", (old, old))
    assert record.said(run).age > 99
    record.beat(run)
    assert record.said(run).age < 50
    (run.folder / "state.json").write_text("torn")
    assert record.said(run).state == "new"


def test_one_holds_the_lock(place):
    assert not record.trainer_locked()
    with record.trainer_lock():
        assert record.trainer_locked()
    assert not record.trainer_locked()
    assert (place / "trainer.lock").exists()
