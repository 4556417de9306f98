"""Curves of a training run: one-shot accuracy, loss and penalty, accuracy on the pairs of a step."""

from __future__ import annotations

import dataclasses
import html
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import scipy.signal

from siamese.figures import style

MAX_POINTS = 400
"""Most points of a line, whatever the length of the run."""
SMOOTHING_DECAY = 0.96
"""Weight of the step before in the smoothed curve, which therefore averages about the last 25 steps."""
CHANCE = 0.05
"""20-way accuracy of guessing."""
FIRST_AXIS_STEPS = 50
"""Length of the axis at the start of a run."""
ACCURACY_HEIGHT_PX, STEPS_HEIGHT_PX = 400, 250

_ACCURACY_HOVER = "step %{x:,}: %{y:.1%}"
_INTERVAL_HOVER = "step %{x:,}: %{y:.1%} (%{text})"
_DASHES = ("solid", "dash", "dot", "dashdot")


@dataclasses.dataclass(frozen=True)
class Curve:
    """A run as it is drawn.

    steps: float (n,) by name: step, loss, pair_accuracy and penalty, which is 0 or absent in runs without one.
    validations: their records. length: steps of the complete run.
    """

    name: str
    steps: Mapping[str, np.ndarray]
    validations: Sequence[Mapping[str, Any]]
    length: int


def last_drawn(step: int) -> int:
    """The step up to which a curve is drawn: the last of those that lie half a percent to one percent apart.

    A redraw resets zoom and hover, so it waits until there is something new to see.
    """
    apart = 1 << max(0, (step // 100).bit_length() - 1)
    return step - step % apart


def smooth(values: np.ndarray) -> np.ndarray:
    """Exponentially weighted mean of each value (n,) and those before it; what was drawn once never changes."""
    if not len(values):
        return values
    gain = 1 - SMOOTHING_DECAY
    weighted, weight = (scipy.signal.lfilter([gain], [1, -SMOOTHING_DECAY], v) for v in (values, np.ones_like(values)))
    return weighted / weight


def thin(steps: np.ndarray, values: np.ndarray, most: int = MAX_POINTS) -> tuple[np.ndarray, np.ndarray]:
    """At most this many points that keep every peak and dip: the ends, and lowest and highest of each stretch."""
    if len(steps) <= most:
        return steps, values
    edges = np.linspace(0, len(steps), (most - 2) // 2 + 1).astype(int)
    kept = {0, len(steps) - 1}
    for start, end in itertools.pairwise(edges):
        kept |= {start + int(np.argmin(values[start:end])), start + int(np.argmax(values[start:end]))}
    chosen = np.array(sorted(kept))
    return steps[chosen], values[chosen]


def thin_evenly(steps: np.ndarray, values: np.ndarray, most: int = MAX_POINTS) -> tuple[np.ndarray, np.ndarray]:
    """At most this many points of a smooth curve at even distances, the ends among them."""
    count = min(most, len(steps))
    chosen = np.unique(np.linspace(0, len(steps) - 1, count).astype(int)) if count else np.zeros(0, int)
    return steps[chosen], values[chosen]


def accuracy(
    curve: Curve,
    compared: Sequence[Curve],
    nearest: Mapping[str, float] | None,
    trials: tuple[int, int],
    dark: bool,
    scale: float = 1.0,
) -> go.Figure:
    """20-way one-shot accuracy at each validation, with 95 % intervals.

    compared: other runs; nearest: nearest neighbour's figures on the same trials, if known; trials: on validation and
    on training alphabets. Only what was measured on these trials is drawn.
    """
    colours, figure = style.palette(dark), go.Figure()
    for number, other in enumerate(compared):
        step, value = _points(other, "validation")
        line = {"color": colours.muted, "width": 1.2, "dash": _DASHES[number % len(_DASHES)]}
        _add(figure, step, value, line, name=html.escape(other.name), opacity=0.7, hovertemplate=_ACCURACY_HOVER)
    _add_validations(figure, curve, "background", "Training alphabets", colours.network_seen, 1.5)
    _add_validations(figure, curve, "validation", "Unseen alphabets", colours.network, 2.5)
    _level(figure, CHANCE, colours, "chance", f"chance {CHANCE:.0%}", "top", scale)
    if nearest:
        words = f"nearest neighbour {nearest['accuracy']:.1%}, same trials"
        _level(figure, nearest["accuracy"], colours, "nearest", words, "bottom", scale)
    counts = f"{trials[0]:,} trials on unseen alphabets, {trials[1]:,} on training alphabets"
    protocol = f"20-way 1-shot within an alphabet; {counts}; bands: 95 % intervals"
    style.lay_out(figure, dark, "One-shot accuracy", protocol, "step", "", ACCURACY_HEIGHT_PX, scale)
    figure.update_yaxes(range=[0, 1.04], tickformat=".0%", dtick=0.2)
    figure.update_xaxes(range=[0, _end(curve, compared)])
    return figure


def loss(curve: Curve, compared: Sequence[Curve], dark: bool, scale: float = 1.0) -> go.Figure:
    """The cross-entropy of every step, and smoothed; a penalty, if there is one, as a line with an axis of its own."""
    penalty = curve.steps.get("penalty", np.zeros(0))
    penalised = bool((penalty > 0).any())
    protocol = "cross-entropy (left), penalty (dotted)" if penalised else "cross-entropy; faint: single steps"
    figure = _steps(curve, compared, dark, scale, "loss", "Loss", protocol, ".3f")
    if penalised:
        colours = style.palette(dark)
        step, value = thin_evenly(curve.steps["step"], penalty)
        line = {"color": colours.muted, "width": 1.5, "dash": "dot"}
        _add(figure, step, value, line, name="penalty", yaxis="y2", hovertemplate="step %{x:,}: penalty %{y:,.4~g}")
        label = {"size": style.LABEL_PX * scale, "color": colours.muted}
        axis = {
            "overlaying": "y",
            "side": "right",
            "showgrid": False,
            "zeroline": False,
            "rangemode": "tozero",
            "nticks": 4,
        }
        figure.update_layout(
            yaxis2={**axis, "tickfont": label, "title": {"text": "penalty", "font": label}, "automargin": True}
        )
    return figure


def pairs(curve: Curve, compared: Sequence[Curve], dark: bool, scale: float = 1.0) -> go.Figure:
    """The share of correct decisions on the pairs of every step, and smoothed."""
    protocol = "same or different, at each step"
    figure = _steps(curve, compared, dark, scale, "pair_accuracy", "Pairs decided correctly", protocol, ".1%")
    figure.add_hline(0.5, line={"color": style.palette(dark).chance, "width": 1, "dash": "dash"})
    figure.update_yaxes(range=[0.4, 1.01], tickformat=".0%")
    return figure


def _add_validations(figure: go.Figure, curve: Curve, field: str, name: str, color: str, width: float) -> None:
    """The accuracies of validations with the band of their intervals."""
    step, value = _points(curve, field)
    low, high = _points(curve, f"{field}_low")[1], _points(curve, f"{field}_high")[1]
    band = {"x": [*step, *step[::-1]], "y": [*high, *low[::-1]], "fill": "toself", "fillcolor": style.faint(color)}
    figure.add_scatter(**band, mode="lines", line={"width": 0}, hoverinfo="skip", showlegend=False, legendgroup=field)
    figure.add_scatter(
        x=step,
        y=value,
        text=[f"{a:.1%} to {b:.1%}" for a, b in zip(low, high, strict=True)],
        mode="lines+markers",
        line={"color": color, "width": width},
        marker={"size": 5 if len(step) <= 60 else 1},
        name=name,
        legendgroup=field,
        hovertemplate=_INTERVAL_HOVER,
    )


def _steps(
    curve: Curve,
    compared: Sequence[Curve],
    dark: bool,
    scale: float,
    field: str,
    title: str,
    protocol: str,
    form: str,
) -> go.Figure:
    """A field of every step, faint, and smoothed. form: how its values are written."""
    colours, figure, hover = style.palette(dark), go.Figure(), f"step %{{x:,}}: %{{y:{form}}}"
    for other in compared:
        step, value = thin_evenly(other.steps["step"], smooth(other.steps[field]))
        line = {"color": colours.muted, "width": 1}
        _add(figure, step, value, line, name=html.escape(other.name), opacity=0.7, hovertemplate=hover)
    step, value = thin(curve.steps["step"], curve.steps[field])
    _add(figure, step, value, {"color": style.faint(colours.network, 0.25), "width": 1}, hoverinfo="skip")
    step, value = thin_evenly(curve.steps["step"], smooth(curve.steps[field]))
    _add(figure, step, value, {"color": colours.network, "width": 2}, name="smoothed", hovertemplate=hover)
    style.lay_out(figure, dark, title, protocol, "step", "", STEPS_HEIGHT_PX, scale)
    figure.update_layout(showlegend=False)
    figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(range=[0, _end(curve, compared)], nticks=5)
    return figure


def _add(figure: go.Figure, x: Any, y: Any, line: Mapping[str, Any], **options: Any) -> None:
    figure.add_scatter(x=x, y=y, mode="lines", line=line, **options)


def _points(curve: Curve, field: str) -> tuple[list[int], list[float]]:
    """Steps and values of a field of the validations, where they have it."""
    records = [record for record in curve.validations if field in record]
    return [record["step"] for record in records], [record[field] for record in records]


def _end(curve: Curve, compared: Sequence[Curve]) -> int:
    """Last step of the axis: it grows by doubling, so that it rarely moves, up to the end of the run."""
    last = max([0, *(int(c.steps["step"][-1]) for c in (curve, *compared) if len(c.steps["step"]))])
    grown = FIRST_AXIS_STEPS
    while grown < last:
        grown *= 2
    return max(last, min(grown, curve.length))


def _level(
    figure: go.Figure, height: float, colours: style.Palette, kind: str, words: str, anchor: str, scale: float
) -> None:
    """A horizontal line of a scorer with its name at the right end. anchor: the side of the words towards the line."""
    line = style.LINES[kind]
    figure.add_hline(
        height, line={"color": getattr(colours, line.color), "width": 1.2, "dash": line.dash}, layer="below"
    )
    font = {"size": style.LABEL_PX * scale, "color": colours.muted}
    place = {"x": 0.99, "xref": "x domain", "xanchor": "right", "y": height, "yanchor": anchor}
    figure.add_annotation(**place, text=words, showarrow=False, font=font)
