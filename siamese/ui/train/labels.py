"""Labels of the Train page."""

from __future__ import annotations

from siamese import runs
from siamese.data.sources import SOURCES

VIEWS = {"run": "Run", "new": "New run", "all": "All runs"}
PRESETS = {"lesson": "Lesson", "best": "Best", "paper": "Paper", "walkthrough": "Walk-through", "blog": "Blog"}
PRESET_NOTES = {
    "lesson": "A smaller network for live lessons: within minutes it is right in over 70 % of 20-way trials.",
    "best": "The recipe of the shipped weights: Koch's network in four columns. An hour or more on a laptop.",
    "paper": "Koch, Zemel and Salakhutdinov (2015), as far as the paper specifies. Takes days on a laptop.",
    "walkthrough": "The Keras walk-through of 2019: random pairs, Adam, no distortions.",
    "blog": "The blog post of 2017: random pairs, SGD with momentum, no distortions.",
}
STATES = {
    "new": "not started",
    "queued": "queued",
    "starting": "starting",
    "training": "training",
    "paused": "paused",
    "stopping": "stopping",
    "stopped": "stopped",
    "finished": "finished",
    "failed": "failed",
    "interrupted": "interrupted",
    "damaged": "damaged",
}
MAX_HOURS = 48
"""Longer durations are given in days."""


def preset(key: str) -> str:
    """A preset's name; the key of one that no longer exists."""
    return PRESETS.get(key, key)


def data(key: str) -> str:
    """A data source's name; the key of one that no longer exists."""
    return SOURCES[key].label if key in SOURCES else key


def percent(value: float) -> str:
    """A share in [0, 1] as a percentage with one decimal."""
    return f"{100 * value:.1f}\N{NO-BREAK SPACE}%"


def duration(seconds: float) -> str:
    """A rough duration in words."""
    return f"{seconds / 86400:.1f} days" if seconds > MAX_HOURS * 3600 else runs.duration_text(seconds)


def date(created: str) -> str:
    """The day and minute of an ISO time."""
    return created[:16].replace("T", " ")
