"""Speed and time left."""

from __future__ import annotations

import pytest

from siamese.config import Schedule, TrainConfig
from siamese.runs import pace

CONFIG = TrainConfig(schedule=Schedule(steps=1000, validate_every=300))


def test_speed_is_the_recent_median():
    records = [{"step": i, "loss": 1.0, "seconds": 9.0 if i < 100 else 0.5} for i in range(1, 201)] + [
        {"step": 200, "loss": 1.0, "seconds": 60.0}
    ]
    assert pace.drawings_a_second(CONFIG, records) == 256


def test_time_left_counts_steps_and_validations():
    records = [
        *({"step": i, "loss": 1.0, "seconds": 0.5} for i in (298, 299, 300)),
        {"step": 300, "validation": 0.5, "seconds": 10.0},
    ]
    assert pace.seconds_left(CONFIG, 300, records) == pytest.approx(700 * 0.5 + 3 * 10)  # 600, 900 and the end
    assert pace.seconds_left(CONFIG, 1000, records) == 0
    assert pace.seconds_left(CONFIG, 0, []) is None


def test_in_words():
    assert [pace.in_words(s) for s in (3, 89, 90, 600, 7200)] == ["3 s", "89 s", "2 min", "10 min", "2.0 h"]
