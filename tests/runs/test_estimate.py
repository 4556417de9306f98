"""Speed and time left of a run, from its curve."""

from __future__ import annotations

import pytest

from siamese.config import Schedule, TrainConfig
from siamese.runs import estimate


def steps(*seconds: float) -> list[dict[str, float]]:
    return [{"step": number, "loss": 1.0, "seconds": each} for number, each in enumerate(seconds, start=1)]


def test_the_speed_is_the_median_of_the_last_fifty_steps():
    records = steps(*[9.0] * 100, *[0.5] * 49, 60.0)
    assert estimate.step_seconds(records) == pytest.approx(0.5)
    assert estimate.step_seconds(steps(*[9.0] * 51, *[0.5] * 49)) == 0.5
    assert estimate.drawings_per_second(TrainConfig(), records) == pytest.approx(256)  # 32 x 4 drawings per step
    assert estimate.step_seconds(steps(9.0, 0.5)) is None
    assert estimate.step_seconds(steps(9.0, 0.5, 0.5)) == 0.5


def test_time_left_counts_steps_and_validations():
    schedule = Schedule(steps=1000, validate_every=300)
    recent, validations = steps(0.5, 0.5, 0.5), [{"step": 300, "validation": 0.5, "seconds": 10.0}]
    left = estimate.seconds_left(schedule, 300, recent, validations)
    assert left == pytest.approx(700 * 0.5 + 3 * 10)  # validations at 600, 900 and at the end
    assert estimate.seconds_left(schedule, 299, recent, validations) == pytest.approx(701 * 0.5 + 4 * 10)
    assert estimate.seconds_left(schedule, 300, recent, []) == pytest.approx(350)
    assert estimate.seconds_left(schedule, 1000, recent, validations) == 0
    assert estimate.seconds_left(schedule, 0, [], []) is None


def test_a_duration_in_words():
    texts = [estimate.duration_text(s) for s in (3, 89, 90, 600, 5399, 5400, 7200)]
    assert texts == ["3 s", "89 s", "2 min", "10 min", "90 min", "1.5 h", "2.0 h"]


def test_a_run_past_its_last_step_has_no_time_left():
    """A checkpoint may be of a later step than the last one that its configuration has."""
    validations = [{"seconds": 4.0}]
    assert estimate.seconds_left(Schedule(steps=100, validate_every=50), 130, steps(0.5, 0.5, 0.5), validations) == 0.0
