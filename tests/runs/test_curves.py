"""The curve: read as it grows, cut in complete lines, invalid lines skipped."""

from __future__ import annotations

import json
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siamese.presets import PRESETS
from siamese.runs import curves
from siamese.runs.curves import Curve, CurveWriter, Tail
from tests.threads import Slow, at_once


@pytest.fixture
def file(tmp_path):
    (tmp_path / "metrics.jsonl").touch()
    return tmp_path / "metrics.jsonl"


def append(file, *contents: bytes) -> None:
    with file.open("ab") as out:
        out.write(b"".join(contents))


def step(number: int, **changes) -> bytes:
    record = {"step": number, "loss": number / 10, "pair_accuracy": 0.5, "seconds": 0.1, **changes}
    return json.dumps(record).encode() + b"\n"


def validation(number: int, accuracy: float = 0.4, **changes) -> bytes:
    bounds = {"validation_low": accuracy - 0.1, "validation_high": accuracy + 0.1, "validation_trials": 10}
    record = {"step": number, "validation": accuracy, **bounds, "background": 0.5, "seconds": 2.0, **changes}
    return json.dumps(record).encode() + b"\n"


def test_a_curve_is_read_on_from_where_it_was_left(file):
    curve = Curve(file)
    append(file, step(1), step(2)[:10])
    curve.update()
    assert list(curve.steps()["step"]) == [1]
    append(file, step(2)[10:], validation(2), step(3))
    curve.update()
    curve.update()
    assert list(curve.steps()["step"]) == [1, 2, 3]
    assert list(curve.steps()["loss"]) == [0.1, 0.2, 0.3]
    assert [v["validation"] for v in curve.validations()] == [0.4]
    assert curve.length == 3


def test_a_curve_that_was_cut_is_read_again(file):
    append(file, *map(step, range(1, 6)))
    curve, tail = Curve(file), Tail(file)
    curve.update()
    tail.update()
    curves.cut(file, 2 * len(step(1)))
    append(file, *map(step, range(3, 9)))
    curve.update()
    tail.update()
    assert list(curve.steps()["step"]) == list(range(1, 9))
    assert [record["step"] for record in tail.steps] == list(range(1, 9))


def test_a_curve_whose_run_was_deleted_is_empty(file):
    append(file, step(1))
    curve = Curve(file)
    curve.update()
    file.unlink()
    curve.update()
    assert curve.length == 0


INVALID = [
    b"",
    b"not json",
    b"\xff\xfe",
    b"null",
    b"[1]",
    b"{}",
    b'{"step": 2, "loss": 0.1, "pair_accuracy": 0.5}',
    b'{"step": 2, "loss": "much", "pair_accuracy": 0.5, "seconds": 1}',
    b'{"step": 2, "loss": NaN, "pair_accuracy": 0.5, "seconds": 1}',
    b'{"step": 2, "loss": 1e999, "pair_accuracy": 0.5, "seconds": 1}',
    b'{"step": 2, "loss": true, "pair_accuracy": 0.5, "seconds": 1}',
    b'{"step": 2, "loss": ' + b"1" * 400 + b', "pair_accuracy": 0.5, "seconds": 1}',
    b'{"step": 2.5, "loss": 0.1, "pair_accuracy": 0.5, "seconds": 1}',
    b'{"step": -2, "loss": 0.1, "pair_accuracy": 0.5, "seconds": 1}',
    b'{"step": 2, "loss": 0.1, "pair_accuracy": 0.5, "seconds": -1}',
    b'{"step": 2, "loss": 0.1, "pair_accuracy": 0.5, "seconds": 1, "note": "x"}',
    b'{"step": 2, "validation": 0.4, "seconds": 1}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("line", INVALID, ids=lambda line: str(line[:60]))
def test_a_line_that_is_no_record_is_skipped_by_every_reader(file, line):
    append(file, step(1), line + b"\n", step(3))
    curve, tail, writer = Curve(file), Tail(file), CurveWriter(file, file.stat().st_size)
    curve.update()
    tail.update()
    writer.close()
    assert list(curve.steps()["step"]) == [1, 3]
    assert [record["step"] for record in tail.steps] == [1, 3]
    assert [record["step"] for record in writer.recent] == [1, 3]
    assert tail.damage == "metrics.jsonl is damaged: invalid lines (1) are left out."


def test_a_torn_last_line_is_no_damage(file):
    append(file, step(1), step(2)[:9])
    tail = Tail(file)
    tail.update()
    assert (tail.step, tail.damage) == (1, "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(length=st.integers(0, 500))
def test_a_cut_leaves_complete_lines(file, length):
    file.write_bytes(b"".join(map(step, range(1, 8))) + b'{"step": 8, "lo')
    curves.cut(file, length)
    content = file.read_bytes()
    assert len(content) <= length
    assert [r["step"] for r in curves.read(file)] == list(range(1, content.count(b"\n") + 1))
    assert content == b"" or content.endswith(b"\n")


def test_of_a_long_curve_the_tail_reads_the_end_and_the_last_validation(file):
    append(
        file, validation(1, 0.1), *map(step, range(1, 15_000)), validation(15_000), *map(step, range(15_001, 20_001))
    )
    tail = Tail(file)
    tail.update()
    assert [record["step"] for record in tail.steps] == list(range(19_951, 20_001))
    assert [record["step"] for record in tail.validations] == []  # 5,000 steps back: out of reach
    append(file, validation(20_000, 0.6), *map(step, range(20_001, 20_100)))
    tail.update()
    assert tail.step == 20_099
    assert [record["validation"] for record in tail.validations] == [0.6]


def test_the_last_validation_of_every_preset_is_within_the_tail(file):
    every = max(preset.schedule.validate_every for preset in PRESETS.values())
    figures = {**dict.fromkeys(("pairs", "shot", "loss", "pair_accuracy"), 0.1234567890123456), "seconds": 1.2345}
    append(file, *(step(number, **figures) for number in range(1, 2000)), validation(200_000))
    append(file, *(step(200_000 + number, **figures) for number in range(1, every + 1)))
    tail = Tail(file)
    tail.update()
    assert [record["step"] for record in tail.validations] == [200_000]


def test_only_what_is_new_is_read(file, monkeypatch):
    append(file, *map(step, range(1, 1001)))
    tail, curve, parsed = Tail(file), Curve(file), []
    tail.update()
    curve.update()
    append(file, step(1001))
    parse = curves.reading.parse_json
    monkeypatch.setattr(curves.reading, "parse_json", lambda line: parsed.append(line) or parse(line))
    tail.update()
    curve.update()
    assert parsed == [step(1001).strip()] * 2


def test_curves_are_shared_and_the_last_twelve_are_kept(make):
    runs = [make() for _ in range(13)]
    followed = [curves.follow(run.id) for run in runs]
    assert curves.follow(runs[12].id) is followed[12]
    assert curves.follow(runs[1].id) is followed[1]
    assert curves.follow(runs[0].id) is not followed[0]


def test_the_writer_continues_a_cut_curve_and_remembers_it(file):
    append(file, step(1), step(2), validation(2, 0.7), step(3))
    writer = CurveWriter(file, len(step(1) + step(2) + validation(2, 0.7)))
    assert [record["step"] for record in writer.recent] == [1, 2]
    assert writer.validation_at(2)["validation"] == 0.7
    assert writer.seconds == pytest.approx(2.2)
    writer.add(json.loads(step(3, seconds=0.4)))
    writer.add(json.loads(validation(3, 0.7)))
    assert writer.best() == 0  # the first of equals
    assert writer.sync() == file.stat().st_size
    writer.close()
    assert [record["step"] for record in curves.read(file)] == [1, 2, 2, 3, 3]


def test_sync_puts_the_curve_on_the_disk(file, monkeypatch):
    synced = []
    monkeypatch.setattr(curves.os, "fsync", synced.append)
    writer = CurveWriter(file, 0)
    writer.add(json.loads(step(1)))
    assert synced == []
    writer.sync()
    assert len(synced) == 1
    writer.close()


def test_threads_that_read_a_curve_together_add_each_step_once(file, monkeypatch):
    append(file, *map(step, range(1, 6)), validation(5))
    curve = Curve(file)
    monkeypatch.setattr(curve._lines, "read", Slow(curve._lines.read))
    at_once(curve.update)
    assert list(curve.steps()["step"]) == [1, 2, 3, 4, 5]
    assert len(curve.validations()) == 1
    assert (curve._lines.read.calls, curve._lines.read.together) == (8, 1)


@pytest.mark.parametrize("reading", ["steps", "validations", "update"])
def test_nobody_reads_a_curve_while_it_is_being_read_again(file, reading):
    append(file, *map(step, range(1, 6)))
    curve = Curve(file)
    with curve._lock:
        reader = threading.Thread(target=getattr(curve, reading))
        reader.start()
        reader.join(0.05)
        assert reader.is_alive()
    reader.join(10)
    assert not reader.is_alive()


def test_all_who_watch_a_run_share_one_curve(make, monkeypatch):
    run = make()
    monkeypatch.setattr(curves, "Curve", Slow(Curve))
    followed = []
    at_once(lambda: followed.append(curves.follow(run.id)))
    assert len(set(map(id, followed))) == 1
    assert curves.Curve.together == 1


def test_a_tail_of_just_the_length_that_is_read_loses_no_line(file):
    append(file, step(1), step(2), step(3))
    lines, cut = curves._Lines(file).read(file.stat().st_size)
    assert ([json.loads(line)["step"] for line in lines], cut) == ([1, 2, 3], False)
    lines, _ = curves._Lines(file).read(file.stat().st_size - 1)
    assert [json.loads(line)["step"] for line in lines] == [2, 3]
