"""Figures of one-shot accuracy: against N, and as a ranking with intervals.

They take shares in [0, 1] and show per cent.
"""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from siamese.figures.style import LABEL_PX, LINES, Line, Palette, faint, lay_out, palette

WAYS = "N, characters to choose from"
RIGHT = "right answers, %"
PUBLISHED_WAYS = 20
"""The N of the published figures."""


def curve(
    rows: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    max_ways: int,
    dark: bool,
    protocol: str,
    points: Mapping[str, float],
    scale: float = 1.0,
) -> go.Figure:
    """Accuracy against N with 95 % bands, from rows of `evaluation.curve.table`, and chance, which is 1/N.

    names: legend by key of `style.LINES`; max_ways: the largest N of the axis; points: accuracy at 20 ways of
    "people" or "paper", only where the rows are of the same protocol.
    """
    figure, colours = go.Figure(), palette(dark)
    for key, line in LINES.items():
        mine = sorted((row for row in rows if row["scorer"] == key), key=lambda row: row["ways"])
        if mine and key != "chance":
            _add_curve(figure, mine, names.get(key, key), line, colours)
    _add_chance(figure, max_ways, colours, scale)
    for key, accuracy in points.items():
        color, name = (colours.people, "people") if key == "people" else (colours.network, "Koch et al., 2015")
        figure.add_scatter(
            x=[PUBLISHED_WAYS],
            y=[100 * accuracy],
            name=f"{name}, {100 * accuracy:.1f} %",
            mode="markers",
            marker={
                "color": color,
                "size": 11,
                "symbol": "star" if key == "people" else "circle-open",
                "line_width": 2,
            },
            hovertemplate="%{y:.1f} %",
        )
    lay_out(figure, dark, "Accuracy against N", protocol, WAYS, RIGHT, 490, scale)
    figure.update_layout(hovermode="x unified", margin_t=figure.layout.margin.t + 6)
    ticks = [n for n in range(1, max_ways + 1) if n == 1 or max_ways <= 12 or n % 5 == 0]
    figure.update_xaxes(
        range=[1 - 0.02 * max_ways, max_ways * 1.03], hoverformat="d", tickvals=ticks, unifiedhovertitle_text="N = %{x}"
    )
    figure.update_yaxes(range=[0, 102], tickvals=[0, 20, 40, 60, 80, 100])
    return figure


def _add_chance(figure: go.Figure, max_ways: int, colours: Palette, scale: float) -> None:
    """The line of chance, labelled, because it is the only line before anything is measured."""
    ways, look = np.arange(1, max_ways + 1), LINES["chance"]
    line = {"color": colours.chance, "dash": look.dash, "width": look.width}
    figure.add_scatter(
        x=ways, y=100 / ways, name="chance, 1/N", mode="lines", line=line, hovertemplate="%{y:.1f} %", showlegend=False
    )
    figure.add_annotation(
        x=max_ways,
        y=100 / max_ways,
        xanchor="right",
        yanchor="bottom",
        text="chance, 1/N",
        yshift=3,
        showarrow=False,
        font={"size": LABEL_PX * scale, "color": colours.muted},
    )


def _add_curve(figure: go.Figure, rows: Sequence[Mapping[str, Any]], name: str, look: Line, colours: Palette) -> None:
    """A line and its band. At N = 1 every answer is right."""
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
    """A line of a ranking.

    accuracy: in [0, 1]; interval: None if it was not measured here; color: the name of a colour of the palette.
    """

    name: str
    accuracy: float
    interval: tuple[float, float] | None = None
    color: str = "muted"
    note: str = ""

    @property
    def words(self) -> str:
        """The line in words, in per cent, as HTML."""
        interval = f" ({100 * self.interval[0]:.1f} to {100 * self.interval[1]:.1f})" if self.interval else ""
        note = f" · {html.escape(self.note)}" if self.note else ""
        return f"{html.escape(self.name)}: {100 * self.accuracy:.1f} %{interval}{note}"


def ranking(entries: Sequence[Entry], dark: bool, title: str, protocol: str, scale: float = 1.0) -> go.Figure:
    """Accuracies from top to bottom in the order given: filled points with 95 % intervals, hollow ones without.

    Names and figures are above the lines, not next to them, so that the points have the full width of a narrow screen.
    """
    figure, colours = go.Figure(), palette(dark)
    lay_out(figure, dark, title, protocol, RIGHT, "", 130 + 40 * max(len(entries), 1), scale)
    for place, entry in enumerate(entries):
        _add_entry(figure, entry, place, colours, scale)
    figure.update_yaxes(range=[len(entries) - 0.4, -0.8], tickvals=list(range(len(entries))), showticklabels=False)
    lowest = min((entry.interval[0] if entry.interval else entry.accuracy for entry in entries), default=0.0)
    figure.update_xaxes(range=[max(0.0, 100 * lowest - 6), 102], showgrid=True)
    return figure


def _add_entry(figure: go.Figure, entry: Entry, place: int, colours: Palette, scale: float) -> None:
    color = getattr(colours, entry.color)
    low, high = entry.interval or (entry.accuracy, entry.accuracy)
    symbol = "circle" if entry.interval else "circle-open"
    figure.add_scatter(
        x=[100 * entry.accuracy],
        y=[place],
        mode="markers",
        marker={"color": color, "size": 10, "symbol": symbol, "line": {"width": 2, "color": color}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [100 * (high - entry.accuracy)],
            "arrayminus": [100 * (entry.accuracy - low)],
            "color": color,
            "thickness": 2,
            "width": 0,
        },
        hovertemplate=entry.words + "<extra></extra>",
        showlegend=False,
    )
    number = f"<b>{100 * entry.accuracy:.1f}</b>" if entry.interval else f"{100 * entry.accuracy:.1f}"
    figure.add_annotation(
        text=f"{html.escape(entry.name)} &nbsp;{number}",
        x=0,
        xref="paper",
        xanchor="left",
        y=place,
        yanchor="bottom",
        yshift=5,
        showarrow=False,
        align="left",
        font={"size": LABEL_PX * scale, "color": colours.ink},
    )
