"""Curves of a training run: one-shot accuracy, loss, accuracy on the pairs of a step. Long ones are thinned."""

from __future__ import annotations

import dataclasses
import html
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import scipy.signal

from siamese.evaluation import published
from siamese.figures import style

POINTS = 400
"""Most points of a line, whatever the length of the run."""
MEMORY = 0.96
"""Decay a step of the smoothed curve, so of the last 25 steps or so."""
CHANCE = 0.05
"""20-way accuracy of guessing."""


@dataclasses.dataclass(frozen=True)
class Curve:
    """A run as it is drawn: its name; step, loss and pair_accuracy float (n,); its validations; the steps of the whole run."""

    name: str
    steps: Mapping[str, np.ndarray]
    validations: Sequence[Mapping[str, Any]]
    length: int


def mark(step: int) -> int:
    """The step up to which a curve is drawn: the last of those that lie half a percent to one percent apart.

    A redraw takes zoom and hover away, so it waits until there is something to see.
    """
    apart = 1 << max(0, (step // 100).bit_length() - 1)
    return step - step % apart


def smooth(values: np.ndarray) -> np.ndarray:
    """Mean of what came before, the older the fainter; what is drawn once never changes."""
    if not len(values):
        return values
    gain = 1 - MEMORY
    weighed, weight = (scipy.signal.lfilter([gain], [1, -MEMORY], v) for v in (values, np.ones_like(values)))
    return weighed / weight


def thin(steps: np.ndarray, values: np.ndarray, most: int = POINTS) -> tuple[np.ndarray, np.ndarray]:
    """At most so many points, first and last among them, that keep every peak and dip: lowest and highest of each stretch."""
    if len(steps) <= most:
        return steps, values
    edges = np.linspace(0, len(steps), (most - 2) // 2 + 1).astype(int)
    kept = {0, len(steps) - 1}
    for start, end in itertools.pairwise(edges):
        kept |= {start + int(np.argmin(values[start:end])), start + int(np.argmax(values[start:end]))}
    chosen = np.array(sorted(kept))
    return steps[chosen], values[chosen]


def even(steps: np.ndarray, values: np.ndarray, most: int = POINTS) -> tuple[np.ndarray, np.ndarray]:
    """At most so many points of a smooth curve, evenly apart, first and last among them."""
    chosen = (
        np.unique(np.linspace(0, len(steps) - 1, min(most, len(steps))).astype(int)) if len(steps) else np.zeros(0, int)
    )
    return steps[chosen], values[chosen]


def accuracy(
    curve: Curve, earlier: Sequence[Curve], nearest: Mapping[str, float] | None, trials: tuple[int, int], dark: bool
) -> go.Figure:
    """20-way one-shot accuracy at each validation, with 95 % intervals; `trials` on validation and on training alphabets."""
    colours, figure = style.palette(dark), go.Figure()
    for number, other in enumerate(earlier):
        step, value = _points(other, "validation")
        dash = ("solid", "dash", "dot", "dashdot")[number % 4]
        line = {"color": colours.muted, "width": 1.2, "dash": dash}
        figure.add_scatter(
            x=step, y=value, mode="lines", line=line, opacity=0.7, name=html.escape(other.name), hovertemplate=_HOVER
        )
    for name, color, words in (
        ("background", colours.network_seen, "Training alphabets"),
        ("validation", colours.network, "Never-seen alphabets"),
    ):
        step, value = _points(curve, name)
        low, high = _points(curve, f"{name}_low")[1], _points(curve, f"{name}_high")[1]
        band = {
            "x": [*step, *step[::-1]],
            "y": [*high, *low[::-1]],
            "fill": "toself",
            "fillcolor": style.faint(color),
            "line": {"width": 0},
        }
        figure.add_scatter(**band, mode="lines", hoverinfo="skip", showlegend=False, legendgroup=name)
        line = {"color": color, "width": 2.5 if name == "validation" else 1.5}
        marker = {"size": 5 if len(step) <= 60 else 1}
        text = [f"{a:.1%} to {b:.1%}" for a, b in zip(low, high, strict=True)]
        figure.add_scatter(
            x=step,
            y=value,
            text=text,
            mode="lines+markers",
            line=line,
            marker=marker,
            name=words,
            legendgroup=name,
            hovertemplate=_HOVER_INTERVAL,
        )
    people, paper = published.PEOPLE.accuracy, published.KOCH.accuracy
    _level(
        figure, people, colours.people, f"people {people:.1%} on Lake's runs, another protocol", "left", "bottom", "dot"
    )
    _level(figure, paper, colours.muted, f"the paper {paper:.1%} on Lake's runs", "left", "top", "dot")
    _level(figure, CHANCE, colours.chance, f"chance {CHANCE:.0%}", "right", "bottom", "dash")
    if nearest:
        _level(
            figure,
            nearest["accuracy"],
            colours.nearest,
            f"nearest neighbour {nearest['accuracy']:.1%}, same trials",
            "right",
            "bottom",
            "solid",
        )
    protocol = f"20-way 1-shot within an alphabet; {trials[0]:,} trials on never-seen alphabets, {trials[1]:,} on training ones; bands: 95 % intervals"
    style.lay_out(figure, dark, "One-shot accuracy", protocol, "step", "", 400)
    figure.update_layout(title={"xref": "container"})
    figure.update_yaxes(range=[0, 1.04], tickformat=".0%", dtick=0.2)
    figure.update_xaxes(range=[0, _end(curve, earlier)])
    return figure


def loss(curve: Curve, earlier: Sequence[Curve], dark: bool) -> go.Figure:
    """The loss of every step, faint, and smoothed."""
    return _steps(curve, earlier, dark, "loss", "Loss", "faint: each step; solid: smoothed", ".3f")


def pairs(curve: Curve, earlier: Sequence[Curve], dark: bool) -> go.Figure:
    """Right decisions of same or different on the pairs of every step, faint, and smoothed."""
    figure = _steps(curve, earlier, dark, "pair_accuracy", "Pairs told apart", "same or different, at each step", ".1%")
    figure.add_hline(0.5, line={"color": style.palette(dark).chance, "width": 1, "dash": "dash"})
    figure.update_yaxes(range=[0.4, 1.01], tickformat=".0%")
    return figure


_HOVER = "step %{x:,}: %{y:.1%}"
_HOVER_INTERVAL = "step %{x:,}: %{y:.1%} (%{text})"


def _steps(
    curve: Curve, earlier: Sequence[Curve], dark: bool, column: str, title: str, protocol: str, form: str
) -> go.Figure:
    colours, figure = style.palette(dark), go.Figure()
    hover = f"step %{{x:,}}: %{{y:{form}}}"
    for other in earlier:
        step, value = even(other.steps["step"], smooth(other.steps[column]))
        line = {"color": colours.muted, "width": 1}
        figure.add_scatter(
            x=step, y=value, mode="lines", line=line, opacity=0.7, name=html.escape(other.name), hovertemplate=hover
        )
    step, value = thin(curve.steps["step"], curve.steps[column])
    raw = {"color": style.faint(colours.network, 0.25), "width": 1}
    figure.add_scatter(x=step, y=value, mode="lines", line=raw, name="each step", hoverinfo="skip")
    step, value = even(curve.steps["step"], smooth(curve.steps[column]))
    figure.add_scatter(
        x=step, y=value, mode="lines", line={"color": colours.network, "width": 2}, name="smoothed", hovertemplate=hover
    )
    style.lay_out(figure, dark, title, protocol, "step", "", 250)
    figure.update_layout(showlegend=False, title={"xref": "container"})
    figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(range=[0, _end(curve, earlier)], nticks=5)
    return figure


def _points(curve: Curve, name: str) -> tuple[list[int], list[float]]:
    found = [v for v in curve.validations if name in v]
    return [v["step"] for v in found], [v[name] for v in found]


def _end(curve: Curve, earlier: Sequence[Curve]) -> int:
    """Last step of the axis: it grows by doubling, so that it rarely moves, up to the end of the run."""
    last = max([0, *(int(c.steps["step"][-1]) for c in (curve, *earlier) if len(c.steps["step"]))])
    grown = 50
    while grown < last:
        grown *= 2
    return max(last, min(grown, curve.length))


def _level(figure: go.Figure, height: float, color: str, words: str, side: str, above: str, dash: str) -> None:
    """A horizontal line with its name on it."""
    figure.add_hline(height, line={"color": color, "width": 1.2, "dash": dash}, layer="below")
    x = 0.01 if side == "left" else 0.99
    font = {"size": 11, "color": color}
    figure.add_annotation(
        x=x, xref="x domain", xanchor=side, y=height, yanchor=above, yshift=-1, text=words, showarrow=False, font=font
    )
