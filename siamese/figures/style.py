"""How every figure looks: paper and ink, hairlines, Inter; one colour means one thing everywhere.

The colours are those of Okabe and Ito, safe for the colour-blind; in the dark they are lifted until they read as well.
A figure has the page's own background, so that a saved picture reads as well, and says its protocol under its title.
"""

from __future__ import annotations

import dataclasses
import html
import textwrap
from typing import TYPE_CHECKING, Any

# Streamlit's own requirement; waited for here, since plotly takes it from sys.modules even while Keras imports it in another thread.
import pandas  # noqa: F401

if TYPE_CHECKING:
    import plotly.graph_objects as go

FONT = "Inter, system-ui, sans-serif"
HEIGHT = 440
"""Height of a figure in px, unless it says otherwise."""
LINE = 62
"""Most characters in a line of the protocol: what a phone shows."""


@dataclasses.dataclass(frozen=True)
class Palette:
    """Colours by what they mean."""

    ink: str  # text, and the network trained in class
    muted: str  # axes and notes
    hairline: str  # grid
    paper: str
    network: str  # on alphabets it has never seen
    network_seen: str  # on alphabets it was trained on
    best: str  # the best match, what is right
    people: str
    nearest: str  # nearest neighbour
    normalised: str  # the same on normalised drawings
    chance: str
    hausdorff: str
    blurred: str
    wrong: str


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
    blurred="#56B4E9",
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
    blurred="#8CCBEF",
    wrong="#F08A4B",
)


def palette(dark: bool) -> Palette:
    """The colours of a theme."""
    return DARK if dark else LIGHT


def faint(color: str, opacity: float = 0.15) -> str:
    """A colour #RRGGBB as plotly takes it with an opacity, for the bands of intervals."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def lay_out(
    figure: go.Figure, dark: bool, title: str, protocol: str, x: str, y: str, height: int = HEIGHT
) -> go.Figure:
    """Lay a figure out; returns it. `title` says what it shows, `protocol` how it was measured, `x` and `y` name the axes with their units.

    Texts are plain: markup in them is shown, not followed.
    """
    colours = palette(dark)
    head = [f"<b>{html.escape(title)}</b>", *(html.escape(line) for line in textwrap.wrap(protocol, LINE))]
    small = {"size": 12, "color": colours.muted}
    axis = {
        "gridcolor": colours.hairline,
        "linecolor": colours.hairline,
        "zeroline": False,
        "ticks": "",
        "tickfont": small,
        "title_font": small,
        "title_standoff": 10,
        "automargin": True,
    }
    figure.update_layout(
        template="none",
        height=height,
        font={"family": FONT, "size": 13, "color": colours.ink},
        paper_bgcolor=colours.paper,
        plot_bgcolor=colours.paper,
        title={
            "text": head[0],
            "subtitle": {"text": "<br>".join(head[1:]), "font": small},
            "font": {"size": 15},
            "x": 0,
            "xref": "container",
            "y": 0.99,
            "yref": "container",
            "yanchor": "top",
        },
        margin={"l": 8, "r": 12, "t": 42 + 17 * len(head[1:]), "b": 8},
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": -0.16,
            "yanchor": "top",
            "font": {"size": 13},
            "bgcolor": "rgba(0,0,0,0)",
        },
        hoverlabel={
            "bgcolor": colours.paper,
            "bordercolor": colours.hairline,
            "font": {"family": FONT, "color": colours.ink},
        },
        modebar={
            "bgcolor": "rgba(0,0,0,0)",
            "color": colours.muted,
            "activecolor": colours.network,
            "orientation": "v",
        },
        uirevision="kept",
    )
    figure.update_xaxes(title_text=html.escape(x), showgrid=False, showline=True, **axis)
    figure.update_yaxes(title_text=html.escape(y), showgrid=True, showline=False, **axis)
    return figure


def config(name: str, picture: str = "png") -> dict[str, Any]:
    """What a figure offers in the browser: its camera saves `name` as png or svg; scrolling over it scrolls the page."""
    return {
        "displaylogo": False,
        "displayModeBar": "hover",
        "scrollZoom": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d", "pan2d"],
        "toImageButtonOptions": {"format": picture, "filename": name, "scale": 2},
    }
