"""Accuracy against N as a picture file, by Matplotlib, which needs neither a browser nor a display."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from siamese.evaluation.scorers import SCORERS
from siamese.figures.style import LIGHT, LINES

DASHES = {"solid": "-", "dash": "--", "dot": ":"}
"""Matplotlib's names of plotly's dashes."""


def save(rows: Sequence[Mapping[str, Any]], title: str, files: Iterable[pathlib.Path]) -> None:
    """Draw rows of `evaluation.curve.table` with 95 % bands; the format is the ending of each file. Raises OSError."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for key in dict.fromkeys(row["scorer"] for row in rows):
        mine = [row for row in rows if row["scorer"] == key]
        ways = [row["ways"] for row in mine]
        low, mean, high = ([100 * row[name] for row in mine] for name in ("low", "accuracy", "high"))
        line = LINES[key]
        color = getattr(LIGHT, line.color)
        axes.fill_between(ways, low, high, color=color, alpha=0.15, linewidth=0)
        axes.plot(ways, mean, DASHES[line.dash], label=SCORERS[key].label, color=color, linewidth=line.width)
    axes.set(
        title=title,
        xlabel="N, characters to choose from",
        ylabel="right answers, % (band: 95 % interval)",
        ylim=(0, 101),
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", linewidth=0.4, alpha=0.5)
    axes.xaxis.get_major_locator().set_params(integer=True)
    figure.legend(loc="outside right upper", frameon=False)
    for file in files:
        figure.savefig(file, dpi=150)
