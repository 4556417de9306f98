"""Small training configurations for tests."""

from __future__ import annotations

import dataclasses
from typing import Any

from siamese.config import AdamW, AllPairs, Schedule, TrainConfig
from tests import drawn

TINY = TrainConfig(
    twin=drawn.TINY,
    columns=1,
    batch=AllPairs(characters=4, drawers=3),
    optimiser=AdamW(warmup=2),
    schedule=Schedule(steps=6, validate_every=3, validation_trials=10, checkpoint_every=3),
)


def change(config: TrainConfig, **changes: Any) -> TrainConfig:
    """A copy with these fields changed, whether they are its own or those of its batch, optimiser or schedule."""
    nested: dict[str, Any] = {}
    for name, value in changes.items():
        for part in ("batch", "optimiser", "schedule"):
            if name in {field.name for field in dataclasses.fields(getattr(config, part))}:
                nested.setdefault(part, {})[name] = value
                break
        else:
            nested[name] = value
    return config.changed(**nested)
