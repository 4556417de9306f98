"""The curve's file: read as it grows, cut in whole lines."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siamese.presets import PRESETS
from siamese.runs import metrics


def append(run, content: bytes) -> None:
    with run.metrics.open("ab") as file:
        file.write(content)


def line(step: int) -> bytes:
    return json.dumps({"step": step, "loss": 1.0, "seconds": 0.1}).encode() + b"\n"


def test_a_curve_is_read_from_where_one_stopped(make):
    run = make()
    found = metrics.read(run)
    assert found.records == []
    append(run, line(1) + line(2)[:9])
    found = metrics.read(run, found.cursor)
    assert [r["step"] for r in found.records] == [1]
    append(run, line(2)[9:] + line(3))
    found = metrics.read(run, found.cursor)
    assert [r["step"] for r in found.records] == [2, 3]
    assert not found.anew
    assert metrics.read(run, found.cursor).records == []


def test_a_curve_that_was_cut_is_read_anew(make):
    run = make()
    append(run, b"".join(map(line, range(1, 6))))
    found = metrics.read(run)
    metrics.cut(run, len(line(1)) * 2)
    append(run, b"".join(map(line, range(3, 9))))
    again = metrics.read(run, found.cursor)
    assert again.anew
    assert [r["step"] for r in again.records] == list(range(1, 9))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(length=st.integers(0, 400))
def test_a_cut_leaves_whole_lines(make, length):
    run = make()
    append(run, b"".join(map(line, range(1, 8))) + b'{"step": 8, "lo')
    metrics.cut(run, length)
    content = run.metrics.read_bytes()
    assert len(content) <= length
    assert [r["step"] for r in metrics.read(run).records] == list(range(1, content.count(b"\n") + 1))
    assert content == b"" or content.endswith(b"\n")


def test_the_end_of_a_long_curve_is_read_without_its_beginning(make):
    run = make()
    append(run, b"".join(map(line, range(1, 20001))) + b"torn")
    steps = [r["step"] for r in metrics.latest(run)]
    assert steps[-1] == 20000
    assert 100 < len(steps) < 20000
    assert steps == list(range(steps[0], 20001))


def test_the_last_validation_is_never_too_far_back(make):
    run, every = make(), max(preset.schedule.validate_every for preset in PRESETS.values())
    figures = dict.fromkeys(("loss", "pairs", "shot", "pair_accuracy"), 0.1234567890123456)
    append(run, json.dumps({"step": 200000, "validation": 0.5, "seconds": 1.2345}).encode() + b"\n")
    append(
        run,
        b"".join(
            json.dumps({"step": 200000 + i, **figures, "seconds": 1.2345}).encode() + b"\n" for i in range(1, every + 1)
        ),
    )
    assert metrics.latest(run)[0]["step"] == 200000


def test_lines_that_are_no_records_are_passed_over(make):
    run = make()
    append(run, b"\xff\xfe\n[1]\n{}\n" + line(1) + b"null\n")
    assert [r["step"] for r in metrics.read(run).records] == [1]
