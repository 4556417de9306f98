"""How fast a run trains and how long it still takes, by its curve. What a run will take before it starts: speed.py."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from typing import Any

from siamese.config import Schedule, TrainConfig

SPEED_STEPS = 50
"""Steps whose median time is the speed, so that a hiccup does not show."""
MIN_SPEED_STEPS = 3
"""Steps without which no speed is given: the first takes seconds longer, since TensorFlow traces it."""

Record = Mapping[str, Any]
"""A record of a curve (see curves.py)."""


def step_seconds(steps: Iterable[Record]) -> float | None:
    """Median seconds of the last SPEED_STEPS steps; None while there are too few."""
    seconds = [record["seconds"] for record in steps][-SPEED_STEPS:]
    return statistics.median(seconds) if len(seconds) >= MIN_SPEED_STEPS else None


def drawings_per_second(config: TrainConfig, steps: Iterable[Record]) -> float | None:
    """Drawings that training processes per second; None while the speed is not known."""
    seconds = step_seconds(steps)
    return config.batch.drawings / seconds if seconds else None


def seconds_left(schedule: Schedule, step: int, steps: Iterable[Record], validations: Iterable[Record]) -> float | None:
    """Time for the steps and validations that are still to come; None while the speed is not known."""
    seconds = step_seconds(steps)
    if seconds is None:
        return None
    each = [record["seconds"] for record in validations]
    left, every = max(0, schedule.steps - step), schedule.validate_every
    due = -(-schedule.steps // every) - step // every if left else 0
    return left * seconds + due * (statistics.median(each) if each else 0.0)


def duration_text(seconds: float) -> str:
    """A duration in words, as rough as a person would give it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
