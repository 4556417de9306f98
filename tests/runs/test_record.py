"""The run folder: ids, names, the curve as it grows and as it is cut."""

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


@pytest.mark.parametrize("run_id", ["", ".", "..", "../secret", "a/b", "a\\b", "/etc", "A", "-a", "a\n", "a\0", "x" * 81, "ä", "queue"])
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


def append(run, content: bytes) -> None:
    with run.metrics.open("ab") as file:
        file.write(content)


def line(step: int) -> bytes:
    return json.dumps({"step": step, "loss": 1.0, "seconds": 0.1}).encode() + b"\n"


def test_a_curve_is_read_from_where_one_stopped(make):
    run = make()
    found = record.metrics(run)
    assert found.records == []
    append(run, line(1) + line(2)[:9])
    found = record.metrics(run, found.cursor)
    assert [r["step"] for r in found.records] == [1]
    append(run, line(2)[9:] + line(3))
    found = record.metrics(run, found.cursor)
    assert [r["step"] for r in found.records] == [2, 3]
    assert not found.anew
    assert record.metrics(run, found.cursor).records == []


def test_a_curve_that_was_cut_is_read_anew(make):
    run = make()
    append(run, b"".join(map(line, range(1, 6))))
    found = record.metrics(run)
    record.cut(run, len(line(1)) * 2)
    append(run, b"".join(map(line, range(3, 9))))
    again = record.metrics(run, found.cursor)
    assert again.anew
    assert [r["step"] for r in again.records] == list(range(1, 9))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(length=st.integers(0, 400))
def test_a_cut_leaves_whole_lines(make, length):
    run = make()
    append(run, b"".join(map(line, range(1, 8))) + b'{"step": 8, "lo')
    record.cut(run, length)
    content = run.metrics.read_bytes()
    assert len(content) <= length
    assert [r["step"] for r in record.metrics(run).records] == list(range(1, content.count(b"\n") + 1))
    assert content == b"" or content.endswith(b"\n")


def test_the_end_of_a_long_curve_is_read_without_its_beginning(make):
    run = make()
    append(run, b"".join(map(line, range(1, 5001))) + b"torn")
    steps = [r["step"] for r in record.latest(run)]
    assert steps[-1] == 5000
    assert 100 < len(steps) < 5000
    assert steps == list(range(steps[0], 5001))


def test_lines_that_are_no_records_are_passed_over(make):
    run = make()
    append(run, b"\xff\xfe\n[1]\n{}\n" + line(1) + b"null\n")
    assert [r["step"] for r in record.metrics(run).records] == [1]


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
