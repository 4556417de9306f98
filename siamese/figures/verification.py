"""Figures of same or different: ROC curve, mistakes against the threshold, calibration.

They take shares in [0, 1] and show per cent.
"""

from __future__ import annotations

import plotly.graph_objects as go

from siamese.evaluation.probability import Calibration
from siamese.evaluation.verification import Roc
from siamese.figures.style import lay_out, palette


def roc(curve: Roc, threshold: float, dark: bool, protocol: str, scale: float = 1.0) -> go.Figure:
    """The ROC curve, with the threshold marked on it."""
    figure, colours = go.Figure(), palette(dark)
    diagonal = {"color": colours.chance, "dash": "dash", "width": 1.5}
    figure.add_scatter(x=[0, 100], y=[0, 100], mode="lines", name="chance", line=diagonal, hoverinfo="skip")
    line = {"color": colours.network, "width": 3}
    hover = "different pairs called same: %{x:.1f} %<br>same pairs called same: %{y:.1f} %<extra></extra>"
    x, y = 100 * curve.false_positive, 100 * curve.true_positive
    figure.add_scatter(x=x, y=y, mode="lines", name="network", line=line, hovertemplate=hover)
    false_positive, true_positive = curve.at(threshold)
    marker = {"color": colours.ink, "size": 13, "line": {"color": colours.paper, "width": 2}}
    figure.add_scatter(
        x=[100 * false_positive],
        y=[100 * true_positive],
        mode="markers",
        name="your threshold",
        marker=marker,
        hovertemplate=hover,
    )
    axes = ("different pairs called same, %", "same pairs called same, %")
    lay_out(figure, dark, "ROC curve: every threshold", protocol, *axes, scale=scale)
    figure.update_xaxes(range=[-1, 101])
    figure.update_yaxes(range=[-1, 102])
    return figure


def thresholds(curve: Roc, threshold: float, dark: bool, protocol: str, scale: float = 1.0) -> go.Figure:
    """Both kinds of mistake and the accuracy against the threshold, a similarity; a line at the threshold chosen."""
    figure, colours = go.Figure(), palette(dark)
    missed, fooled = 100 * (1 - curve.true_positive), 100 * curve.false_positive
    for name, values, line in (
        ("accuracy", 100 - (missed + fooled) / 2, {"color": colours.network, "width": 3}),
        ("same, called different", missed, {"color": colours.wrong, "width": 2, "dash": "dash"}),
        ("different, called same", fooled, {"color": colours.wrong, "width": 2}),
    ):
        line |= {"shape": "hv"}
        figure.add_scatter(x=curve.threshold, y=values, mode="lines", name=name, line=line, hovertemplate="%{y:.1f} %")
    figure.add_vline(x=threshold, line={"color": colours.ink, "width": 1.5})
    axes = ("threshold: called same from this similarity up", "pairs, %")
    lay_out(figure, dark, "What the threshold changes", protocol, *axes, scale=scale)
    figure.update_layout(hovermode="x unified")
    figure.update_xaxes(range=[-0.01, 1.01], hoverformat=".2f")
    figure.update_yaxes(range=[0, 102])
    return figure


def calibration(measured: Calibration, dark: bool, protocol: str, scale: float = 1.0) -> go.Figure:
    """The share of pairs that are the same against their similarity, with intervals and the diagonal."""
    figure, colours = go.Figure(), palette(dark)
    diagonal = {"color": colours.chance, "dash": "dash", "width": 1.5}
    figure.add_scatter(
        x=[0, 1], y=[0, 100], mode="lines", name="if it were a probability", line=diagonal, hoverinfo="skip"
    )
    y, bounds = 100 * measured.accuracy, 100 * measured.intervals()
    figure.add_scatter(
        x=measured.confidence,
        y=y,
        mode="lines+markers",
        name="pairs of this similarity",
        line={"color": colours.network, "width": 3},
        marker={"size": 8},
        error_y={
            "array": bounds[:, 1] - y,
            "arrayminus": y - bounds[:, 0],
            "color": colours.network,
            "thickness": 1.5,
            "width": 0,
        },
        customdata=measured.count,
        hovertemplate="similarity %{x:.2f}: %{y:.1f} % the same, of %{customdata:,} pairs<extra></extra>",
    )
    lay_out(figure, dark, "What a similarity means", protocol, "similarity", "the same character, %", scale=scale)
    figure.update_xaxes(range=[-0.01, 1.01])
    figure.update_yaxes(range=[-1, 102])
    return figure
