"""The adapter over the drawing canvas: paper of fixed size, Clear and Undo without a new mount, ink that is kept.

The only module that imports streamlit_drawable_canvas, and only inside functions: it needs a running Streamlit.
Changing `initial_drawing` under the same key puts new paper into the same canvas, so nothing flickers. The browser
then reports the new paper by itself; until it does, its old report is recognised and ignored.
"""

from __future__ import annotations

import dataclasses
import functools
import logging
import pathlib
from typing import Any

import numpy as np
import streamlit as st

from siamese.config import SIDE as DRAWING_SIDE
from siamese.data import fabric, pen

SIDE = 320
"""Width and height of the canvas in CSS pixels. Small phones show it smaller (see `_STYLE` and style.css)."""
_PEN = round(pen.WIDTH * SIDE / DRAWING_SIDE)
_LABEL = "Drawing area: draw one character with a mouse, a pen or a finger"
_STYLE = """
.dc-toolbar { display: none !important; }
.dc-scroll { overflow: hidden !important; }
.dc-root { zoom: var(--paper-zoom, 1); }
"""
"""The canvas's own tool bar is hidden: its pencil means "edit", after which drawing does nothing.

The page's style sheet sets --paper-zoom together with --paper, the side of the paper."""

Objects = list[dict[str, Any]]
"""What is drawn, as the canvas (Fabric.js) has it."""


@dataclasses.dataclass
class _Paper:
    """What a canvas started from and what is on it now."""

    start: Objects = dataclasses.field(default_factory=list)
    now: Objects = dataclasses.field(default_factory=list)
    replaced: Objects | None = None  # what the browser may still report
    sheets: int = 0  # makes a new sheet differ from the last one, even when both are empty


def _paper(name: str) -> _Paper:
    return st.session_state.setdefault(f"{name}:canvas_paper", _Paper())


@functools.cache
def _declare() -> None:
    """Declare the canvas's frontend again, once per server, with our label and style sheet; it offers no other way."""
    import streamlit_drawable_canvas as package

    (style,) = (pathlib.Path(package.__file__).parent / "frontend" / "build").glob("index-*.css")
    registry = logging.getLogger("streamlit.components.v2.component_registry")
    level = registry.level
    registry.setLevel(logging.ERROR)  # it would warn that the component is declared already
    package.out = st.components.v2.component(
        "streamlit-drawable-canvas.streamlit_drawable_canvas",
        js="index-*.js",
        css=style.read_text(encoding="utf-8") + _STYLE,
        html=f'<div class="canvas-root" role="img" aria-label="{_LABEL}"></div>',
        isolate_styles=True,
    )
    registry.setLevel(level)


def canvas(name: str) -> dict[str, Any] | None:
    """Show the canvas; its `json_data` while there is ink on it, else None. It sends 200 ms after the pen is lifted.

    Raises InkError for a report that no canvas sends, which is not kept.
    """
    from streamlit_drawable_canvas import st_canvas

    _declare()
    paper, key = _paper(name), f"{name}:canvas"
    first = key not in st.session_state  # or back from another page
    if first:
        paper.start, paper.replaced = paper.now, None
    result = st_canvas(
        stroke_width=_PEN,
        stroke_color="#16181D",
        background_color="",  # transparent for good: a change would wipe the ink; the white is the page's (style.css)
        width=SIDE,
        height=SIDE,
        initial_drawing={"objects": paper.start, "sheet": paper.sheets},
        key=key,
    )
    objects = fabric.canvas_objects(result.json_data)
    if first and objects and not paper.start:
        # The browser has come from another server, with ink, on which this empty paper may just have been put.
        _replace(name, objects)
        st.rerun()
    if paper.replaced is None or objects != paper.replaced:
        paper.now, paper.replaced = objects, None
    return {"objects": paper.now} if paper.now else None


def strokes(name: str) -> list[np.ndarray]:
    """The strokes on the canvas, each float (points, 2) in px of a 105 px drawing. Raises InkError as `canvas` does."""
    return fabric.canvas_strokes({"objects": _paper(name).now}, SIDE)


def rectangle(name: str) -> tuple[float, float, float, float] | None:
    """Show the canvas for dragging a rectangle over what the page shows under it: left, top, right, bottom of the last.

    In px of the square of SIDE. Raises InkError for a report that no canvas sends.
    """
    from streamlit_drawable_canvas import st_canvas

    _declare()
    result = st_canvas(
        stroke_width=2,
        stroke_color="#16181D",
        fill_color="rgba(0, 0, 0, 0)",
        background_color="",
        width=SIDE,
        height=SIDE,
        drawing_mode="rect",
        key=f"{name}:rectangle",
    )
    objects = fabric.canvas_objects(result.json_data)
    return fabric.rectangle_corners(objects[-1]) if objects else None


def clear(name: str) -> None:
    """Remove all ink."""
    _replace(name, [])


def undo(name: str) -> None:
    """Remove the last stroke."""
    _replace(name, _paper(name).now[:-1])


def swap(first: str, second: str) -> None:
    """Exchange the ink of two canvases."""
    ink = _paper(first).now
    _replace(first, _paper(second).now)
    _replace(second, ink)


def _replace(name: str, objects: Objects) -> None:
    paper = _paper(name)
    if objects != paper.now:
        paper.replaced, paper.start, paper.now, paper.sheets = paper.now, objects, objects, paper.sheets + 1
