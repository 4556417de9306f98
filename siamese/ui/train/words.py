"""How the training page says things."""

from __future__ import annotations

from siamese.runs import duration_text

PRESET_NAMES = {"lesson": "Lesson", "best": "Best", "paper": "Paper", "walkthrough": "Walk-through", "blog": "Blog"}
PRESET_NOTES = {
    "lesson": "A quarter of the network, for a class that watches: it passes 70 % among twenty characters within minutes.",
    "best": "The recipe of the shipped weights: Koch's network in four columns, an hour or more on a laptop.",
    "paper": "Koch, Zemel and Salakhutdinov (2015), as far as they told: days on a laptop.",
    "walkthrough": "The Keras walk-through of 2019: plain pairs, Adam, nothing distorted.",
    "blog": "The blog post of 2017: plain pairs, SGD with momentum, nothing distorted.",
}
SOURCE_NAMES = {"omniglot": "Omniglot", "builtin": "Built-in"}
STATES = {
    "new": "not started",
    "queued": "in the queue",
    "starting": "loading",
    "training": "training",
    "paused": "paused",
    "stopping": "stopping",
    "stopped": "stopped",
    "finished": "finished",
    "failed": "failed",
    "interrupted": "interrupted",
    "damaged": "damaged",
}


def class_badge() -> str:
    """HTML: these weights are not the shipped ones."""
    return '<span class="badge classroom">trained in class</span>'


def percent(value: float) -> str:
    """A share in [0, 1] as per cent, one decimal."""
    return f"{100 * value:.1f}\N{NO-BREAK SPACE}%"


def duration(seconds: float) -> str:
    """About how long, in words; days where hours say little."""
    return f"{seconds / 86400:.1f} days" if seconds > 48 * 3600 else duration_text(seconds)


def source_name(source: str) -> str:
    """What a run learns from, in words."""
    return SOURCE_NAMES.get(source, source)
