"""How fast a run goes and how long it still takes, from the last records of its curve."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from siamese.config import TrainConfig

RECENT = 50
"""Steps whose time tells the speed: the median, so that a hiccup does not show."""
SETTLED = 3
"""Steps without which nothing is said: the first takes seconds more, since TensorFlow traces it."""


def step_seconds(records: Sequence[Mapping[str, Any]]) -> float | None:
    """Median seconds of the recent steps; None before there are enough."""
    steps = [r["seconds"] for r in records if "loss" in r][-RECENT:]
    return statistics.median(steps) if len(steps) >= SETTLED else None


def drawings_a_second(config: TrainConfig, records: Sequence[Mapping[str, Any]]) -> float | None:
    """Drawings that a training step takes in, by the second."""
    seconds = step_seconds(records)
    return config.batch.drawings / seconds if seconds else None


def seconds_left(config: TrainConfig, step: int, records: Sequence[Mapping[str, Any]]) -> float | None:
    """Time for the steps and validations still to come; None before enough steps are done."""
    seconds = step_seconds(records)
    if seconds is None:
        return None
    validations = [r["seconds"] for r in records if "validation" in r]
    steps, every = config.schedule.steps, config.schedule.validate_every
    coming = -(-steps // every) - step // every if step < steps else 0
    return (steps - step) * seconds + coming * (statistics.median(validations) if validations else 0.0)


def in_words(seconds: float) -> str:
    """Time left as a person says it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
