"""The look of every figure: paper and ink, hairlines, Inter; one colour means one thing everywhere.

The colours are those of Okabe and Ito, safe for the colour-blind; in the dark theme they are lighter. A figure has
the page's background, so that a saved picture is just as legible, and states its protocol under its title.
"""

from __future__ import annotations

import dataclasses
import html
import textwrap
from typing import TYPE_CHECKING, Any

# plotly takes pandas from sys.modules even while another thread is still importing it: wait for it here
import pandas  # noqa: F401

if TYPE_CHECKING:
    import plotly.graph_objects as go

FONT = "Inter, system-ui, sans-serif"
HEIGHT_PX = 440
"""Height of a figure, unless it says otherwise."""
LINE_CHARACTERS = 62
"""Most characters in a line of the protocol: what a phone shows."""
TITLE_PX, TEXT_PX, LABEL_PX = 15, 13, 12
"""Sizes of a figure's title, its text and legend, and its smallest labels, at scale 1."""


@dataclasses.dataclass(frozen=True)
class Palette:
    """Colours by what they mean. Text is written in ink or muted only; the other colours are for lines and points."""

    ink: str  # text, and a network trained in class
    muted: str  # axes, labels and notes
    hairline: str  # grid
    paper: str
    network: str  # on unseen alphabets
    network_seen: str  # on training alphabets
    best: str  # the best match, and what is right
    people: str
    nearest: str  # nearest neighbour
    normalised: str  # nearest neighbour on normalised drawings
    hausdorff: str
    chance: str
    wrong: str  # mistakes of every kind


LIGHT = Palette(
    ink="#16181D",
    muted="#5B5F68",
    hairline="#E6E4DD",
    paper="#FFFFFF",
    network="#0072B2",
    network_seen="#79B5D8",
    best="#009E73",
    people="#E69F00",
    nearest="#7F7F7F",
    normalised="#5E5E5E",
    chance="#7F7F7F",
    hausdorff="#CC79A7",
    wrong="#D55E00",
)
DARK = Palette(
    ink="#ECEAE3",
    muted="#A9ABB0",
    hairline="#2E3238",
    paper="#15171B",
    network="#4FA6DB",
    network_seen="#3A7396",
    best="#35C79A",
    people="#F0B429",
    nearest="#9A9A9A",
    normalised="#C2C2C2",
    chance="#9A9A9A",
    hausdorff="#D99BBE",
    wrong="#F08A4B",
)


@dataclasses.dataclass(frozen=True)
class Line:
    """How a curve is drawn.

    color: name of a colour of the palette; dash: as plotly names it; width: in px; marker: symbol of its points.
    """

    color: str
    dash: str = "solid"
    width: float = 2.0
    marker: str = "circle"


LINES = {
    "network": Line("network", width=3.0),
    "training": Line("network_seen", width=2.5),
    "compared": Line("ink", width=2.5),
    "hausdorff": Line("hausdorff", marker="diamond"),
    "normalised": Line("normalised", "dot", marker="square"),
    "nearest": Line("nearest", marker="square"),
    "chance": Line("chance", "dash", width=1.5),
}
"""The curves by key, in the order of the legend: scorers, the network on training alphabets, a network trained in
class."""


def palette(dark: bool) -> Palette:
    """The colours of a theme."""
    return DARK if dark else LIGHT


def faint(color: str, opacity: float = 0.15) -> str:
    """A colour #RRGGBB with an opacity, as plotly takes it, for the bands of intervals."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def lay_out(
    figure: go.Figure,
    dark: bool,
    title: str,
    protocol: str,
    x: str,
    y: str,
    height: int = HEIGHT_PX,
    scale: float = 1.0,
) -> go.Figure:
    """Lay a figure out; returns it.

    title: what it shows; protocol: how it was measured; x, y: names of the axes with their units. These texts are
    plain: markup in them is shown, not followed. scale: enlarges text and height, for large text on the page.
    """
    colours = palette(dark)
    lines = textwrap.wrap(protocol, round(LINE_CHARACTERS / scale))
    text, label = {"size": TEXT_PX * scale}, {"size": LABEL_PX * scale, "color": colours.muted}
    axis = {
        "gridcolor": colours.hairline,
        "linecolor": colours.hairline,
        "zeroline": False,
        "ticks": "",
        "tickfont": label,
        "title_font": label,
        "title_standoff": 10,
        "automargin": True,
    }
    figure.update_layout(
        template="none",
        height=round(height * scale),
        font={"family": FONT, "color": colours.ink, **text},
        paper_bgcolor=colours.paper,
        plot_bgcolor=colours.paper,
        title={
            "text": f"<b>{html.escape(title)}</b>",
            "subtitle": {"text": "<br>".join(html.escape(line) for line in lines), "font": label},
            "font": {"size": TITLE_PX * scale},
            "x": 0,
            "xref": "container",
            "y": 0.99,
            "yref": "container",
            "yanchor": "top",
        },
        margin={"l": 8, "r": 12, "t": (42 + 17 * len(lines)) * scale, "b": 8},
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": -0.16,
            "yanchor": "top",
            "font": text,
            "bgcolor": "rgba(0,0,0,0)",
        },
        hoverlabel={
            "bgcolor": colours.paper,
            "bordercolor": colours.hairline,
            "font": {"family": FONT, "color": colours.ink, **text},
        },
        modebar={
            "bgcolor": "rgba(0,0,0,0)",
            "color": colours.muted,
            "activecolor": colours.network,
            "orientation": "h",
        },
        uirevision="kept",
    )
    figure.update_xaxes(title_text=html.escape(x), showgrid=False, showline=True, **axis)
    figure.update_yaxes(title_text=html.escape(y), showgrid=True, showline=False, **axis)
    return figure


def config(name: str, picture: str = "png") -> dict[str, Any]:
    """Options of a figure in the browser: its camera saves `name` as png or svg; scrolling over it scrolls the page."""
    return {
        "displaylogo": False,
        "displayModeBar": "hover",
        "scrollZoom": False,
        "modeBarButtonsToRemove": ["zoom2d", "select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d", "pan2d"],
        "toImageButtonOptions": {"format": picture, "filename": name, "scale": 2},
    }
