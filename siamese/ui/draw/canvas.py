"""The adapter over the drawing canvas: paper of fixed size, Clear and Undo without a new mount, ink that outlives the page.

The only place that imports streamlit_drawable_canvas, and inside the function: it needs a running Streamlit. Changing
`initial_drawing` under the same key lays new paper in the same canvas, so nothing flickers; the browser then reports
the new paper itself, and until it does its old report is recognised and ignored.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from siamese.config import SIDE as DRAWING_SIDE
from siamese.data import pen

SIDE = 320
"""Width and height in CSS pixels: fits a phone."""
_PEN = round(pen.WIDTH * SIDE / DRAWING_SIDE)


@dataclasses.dataclass
class _Paper:
    """What a canvas started from and what is on it now, as Fabric objects."""

    start: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    now: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    replaced: list[dict[str, Any]] | None = None  # what the browser may still report
    sheets: int = 0  # makes a new sheet differ from the last one, even when both are empty


def _paper(name: str) -> _Paper:
    return st.session_state.setdefault(f"{name}:paper", _Paper())


def canvas(name: str) -> dict[str, Any] | None:
    """Show the canvas; its `json_data` while there is ink on it, else None. It sends 200 ms after the pen is lifted."""
    from streamlit_drawable_canvas import st_canvas

    paper, key = _paper(name), f"{name}:canvas"
    if key not in st.session_state:  # first time, or back from another page
        paper.start, paper.replaced = paper.now, None
    result = st_canvas(
        stroke_width=_PEN,
        stroke_color="#16181D",
        background_color="",  # see-through for good: a change would wipe the ink; the white is the page's (style.css)
        width=SIDE,
        height=SIDE,
        initial_drawing={"objects": paper.start, "sheet": paper.sheets},
        key=key,
    )
    objects = list((result.json_data or {}).get("objects", []))
    if paper.replaced is None or objects != paper.replaced:
        paper.now, paper.replaced = objects, None
    return {"objects": paper.now} if paper.now else None


def clear(name: str) -> None:
    """Take all ink away."""
    _replace(name, [])


def undo(name: str) -> None:
    """Take the last stroke away."""
    _replace(name, _paper(name).now[:-1])


def _replace(name: str, objects: list[dict[str, Any]]) -> None:
    paper = _paper(name)
    if objects != paper.now:
        paper.replaced, paper.start, paper.now, paper.sheets = paper.now, objects, objects, paper.sheets + 1
