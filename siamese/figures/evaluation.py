"""Figures of evaluation: accuracy against N, rankings with intervals, same or different. Shares in [0, 1] in, per cent on the axes."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from siamese.evaluation.verification import Calibration
from siamese.figures.style import Palette, faint, lay_out, palette

WAYS = "N, characters to choose from"
RIGHT = "right answers, %"


@dataclasses.dataclass(frozen=True)
class Look:
    """How a scorer is drawn: the name of its colour in the palette, its dash and the width of its line in px."""

    color: str
    dash: str = "solid"
    width: float = 2.0
    marker: str = "circle"


LOOKS = {
    "network": Look("network", width=3.0),
    "seen": Look("network_seen", width=2.5),
    "trained": Look("ink", width=2.5),
    "hausdorff": Look("hausdorff", marker="diamond"),
    "normalised": Look("normalised", "dot", marker="square"),
    "nearest": Look("nearest", marker="square"),
}
"""In the order of the legend."""


def curve(
    rows: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    most: int,
    dark: bool,
    protocol: str,
    points: Mapping[str, float],
) -> go.Figure:
    """Accuracy against N with 95 % bands, from rows as `evaluation.curve.table` makes them, and chance, which is 1/N.

    names: words of the legend by scorer; `most`: the largest N of the axis; points: accuracy at 20 ways by name ("people"
    or "paper"), only where the rows are of the same protocol.
    """
    figure, colours = go.Figure(), palette(dark)
    for scorer, look in LOOKS.items():
        mine = sorted((row for row in rows if row["scorer"] == scorer), key=lambda row: row["ways"])
        if mine:
            _add_curve(figure, mine, names.get(scorer, scorer), look, colours)
    ways = np.arange(1, most + 1)
    line = {"color": colours.chance, "dash": "dash", "width": 1.5}
    figure.add_scatter(x=ways, y=100 / ways, name="chance, 1/N", mode="lines", line=line, hovertemplate="%{y:.1f} %")
    for name, share in points.items():
        people = name == "people"
        color, words = (colours.people, "people") if people else (colours.network, "Koch et al., 2015")
        figure.add_scatter(
            x=[20],
            y=[100 * share],
            name=f"{words}, {100 * share:.1f} %",
            mode="markers",
            marker={"color": color, "size": 11, "symbol": "star" if people else "circle-open", "line": {"width": 2}},
            hovertemplate="%{y:.1f} %",
        )
    lay_out(figure, dark, "Accuracy against N", protocol, WAYS, RIGHT, 490)
    figure.update_layout(hovermode="x unified", margin_t=figure.layout.margin.t + 6)
    figure.update_xaxes(
        range=[1 - 0.02 * most, most * 1.03], hoverformat="d", tickvals=_ticks(most), unifiedhovertitle_text="N = %{x}"
    )
    figure.update_yaxes(range=[0, 102], tickvals=[0, 20, 40, 60, 80, 100])
    return figure


def _ticks(most: int) -> list[int]:
    step = 5 if most > 12 else 1
    return [n for n in range(1, most + 1) if n == 1 or n % step == 0]


def _add_curve(figure: go.Figure, rows: Sequence[Mapping[str, Any]], name: str, look: Look, colours: Palette) -> None:
    """A line and its band; at N = 1 everybody is right."""
    color = getattr(colours, look.color)
    ways = [1, *(row["ways"] for row in rows)]
    mean, low, high = ([100.0, *(100 * row[key] for row in rows)] for key in ("accuracy", "low", "high"))
    band = {
        "fill": "toself",
        "fillcolor": faint(color),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
        "legendgroup": name,
    }
    figure.add_scatter(x=ways + ways[::-1], y=high + low[::-1], mode="lines", **band)
    figure.add_scatter(
        x=ways,
        y=mean,
        name=html.escape(name),
        mode="lines+markers",
        legendgroup=name,
        line={"color": color, "dash": look.dash, "width": look.width},
        marker={"size": 5 if len(ways) < 30 else 3, "symbol": look.marker},
        customdata=np.column_stack([low, high]),
        hovertemplate="%{y:.1f} % (%{customdata[0]:.1f} to %{customdata[1]:.1f})",
    )


@dataclasses.dataclass(frozen=True)
class Entry:
    """A line of a ranking: an accuracy in [0, 1], its interval where it was measured, and the colour's name in the palette."""

    name: str
    accuracy: float
    interval: tuple[float, float] | None = None
    color: str = "muted"
    note: str = ""


def ranking(entries: Sequence[Entry], dark: bool, title: str, protocol: str) -> go.Figure:
    """Accuracies from top to bottom in the order given, each a point with its 95 % interval; hollow where there is none.

    Names and figures stand above the lines, not beside them, so that a narrow screen keeps its width for the points.
    """
    figure, colours = go.Figure(), palette(dark)
    lay_out(figure, dark, title, protocol, RIGHT, "", height=130 + 40 * max(len(entries), 1))
    for place, entry in enumerate(entries):
        color, measured = getattr(colours, entry.color), entry.interval is not None
        low, high = (
            (100 * (entry.accuracy - entry.interval[0]), 100 * (entry.interval[1] - entry.accuracy))
            if entry.interval
            else (0, 0)
        )
        name = html.escape(entry.name)
        words = f"{name}: {100 * entry.accuracy:.1f} %"
        words += f" ({100 * entry.interval[0]:.1f} to {100 * entry.interval[1]:.1f})" if entry.interval else ""
        words += f" · {html.escape(entry.note)}" if entry.note else ""
        figure.add_scatter(
            x=[100 * entry.accuracy],
            y=[place],
            mode="markers",
            marker={
                "color": color,
                "size": 10,
                "symbol": "circle" if measured else "circle-open",
                "line": {"width": 2, "color": color},
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high],
                "arrayminus": [low],
                "color": color,
                "thickness": 2,
                "width": 0,
            },
            hovertemplate=words + "<extra></extra>",
            showlegend=False,
        )
        label = f'{name} &nbsp;<span style="color:{color if measured else colours.muted}"><b>{100 * entry.accuracy:.1f}</b></span>'
        font = {"size": 12, "color": colours.ink}
        figure.add_annotation(
            text=label,
            x=0,
            xref="paper",
            xanchor="left",
            y=place,
            yanchor="bottom",
            yshift=5,
            showarrow=False,
            align="left",
            font=font,
        )
    figure.update_yaxes(range=[len(entries) - 0.4, -0.8], tickvals=list(range(len(entries))), showticklabels=False)
    lowest = min((entry.interval[0] if entry.interval else entry.accuracy for entry in entries), default=0.0)
    figure.update_xaxes(range=[max(0.0, 100 * lowest - 6), 102], showgrid=True)
    return figure


def roc(
    false_positive: np.ndarray, true_positive: np.ndarray, at: tuple[float, float], dark: bool, protocol: str
) -> go.Figure:
    """The ROC curve and where the threshold stands on it, `at` (false positive, true positive)."""
    figure, colours = go.Figure(), palette(dark)
    diagonal = {"color": colours.chance, "dash": "dash", "width": 1.5}
    figure.add_scatter(x=[0, 100], y=[0, 100], mode="lines", name="chance", line=diagonal, hoverinfo="skip")
    line = {"color": colours.network, "width": 3}
    hover = "different called same %{x:.1f} %<br>same recognised %{y:.1f} %<extra></extra>"
    x, y = 100 * np.asarray(false_positive), 100 * np.asarray(true_positive)
    figure.add_scatter(x=x, y=y, mode="lines", name="network", line=line, hovertemplate=hover)
    marker = {"color": colours.ink, "size": 13, "line": {"color": colours.paper, "width": 2}}
    figure.add_scatter(
        x=[100 * at[0]], y=[100 * at[1]], mode="markers", name="your threshold", marker=marker, hovertemplate=hover
    )
    lay_out(
        figure,
        dark,
        "ROC: what every threshold gives",
        protocol,
        "different pairs called same, %",
        "same pairs recognised, %",
    )
    figure.update_xaxes(range=[-1, 101])
    figure.update_yaxes(range=[-1, 102])
    return figure


def thresholds(
    similarity: np.ndarray, false_positive: np.ndarray, true_positive: np.ndarray, at: float, dark: bool, protocol: str
) -> go.Figure:
    """Both kinds of mistake and the accuracy against the threshold, a similarity in [0, 1]; `at`: the threshold chosen."""
    figure, colours = go.Figure(), palette(dark)
    missed, fooled = 100 * (1 - np.asarray(true_positive)), 100 * np.asarray(false_positive)
    for name, values, color, width in (
        ("accuracy", 100 - (missed + fooled) / 2, colours.network, 3.0),
        ("same, called different", missed, colours.people, 2.0),
        ("different, called same", fooled, colours.wrong, 2.0),
    ):
        line = {"color": color, "width": width, "shape": "hv"}
        figure.add_scatter(x=similarity, y=values, mode="lines", name=name, line=line, hovertemplate="%{y:.1f} %")
    figure.add_vline(x=at, line={"color": colours.ink, "width": 1.5})
    lay_out(
        figure,
        dark,
        "What moves with the threshold",
        protocol,
        "threshold: same from this similarity on",
        "share of pairs, %",
    )
    figure.update_layout(hovermode="x unified")
    figure.update_xaxes(range=[-0.01, 1.01], hoverformat=".2f")
    figure.update_yaxes(range=[0, 102])
    return figure


def calibration(found: Calibration, dark: bool, protocol: str) -> go.Figure:
    """How many pairs of a similarity are the same, with intervals, beside what a probability would give."""
    figure, colours = go.Figure(), palette(dark)
    diagonal = {"color": colours.chance, "dash": "dash", "width": 1.5}
    figure.add_scatter(
        x=[0, 1], y=[0, 100], mode="lines", name="were it a probability", line=diagonal, hoverinfo="skip"
    )
    y, bounds = 100 * found.accuracy, 100 * found.intervals()
    figure.add_scatter(
        x=found.confidence,
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
        customdata=found.count,
        hovertemplate="similarity %{x:.2f}: %{y:.1f} % the same, of %{customdata:,} pairs<extra></extra>",
    )
    lay_out(figure, dark, "What a similarity is worth", protocol, "similarity", "the same character, %")
    figure.update_xaxes(range=[-0.01, 1.01])
    figure.update_yaxes(range=[-1, 102])
    return figure
