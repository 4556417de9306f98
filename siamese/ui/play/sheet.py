"""A sheet to draw on in a game: the canvas with Clear and Undo, and its ink as the store keeps it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from siamese.classroom import strokes
from siamese.data import fabric, ink
from siamese.data.ink import InkError
from siamese.ui import messages
from siamese.ui.draw import canvas


def sheet_ui(name: str) -> tuple[str, np.ndarray] | None:
    """The canvas. What is drawn on it: as JSON, and as the drawing (105, 105) that this JSON gives; None without
    ink."""
    kept, problem = None, ""
    with st.container(key=f"{name}_paper", width=canvas.SIDE):
        try:
            json_data = canvas.canvas(name)
            if json_data:
                kept = strokes.to_json(fabric.canvas_strokes(json_data, canvas.SIDE))
        except InkError as error:  # it says "clear it", so the buttons stay
            problem = str(error)
    with st.container(key=f"{name}_buttons", horizontal=True, gap="small", width=canvas.SIDE):
        disabled = not (kept or problem)
        st.button("Clear", on_click=canvas.clear, args=(name,), disabled=disabled, key=f"{name}:clear")
        st.button("Undo", on_click=canvas.undo, args=(name,), disabled=disabled, key=f"{name}:undo")
    if problem:
        messages.error(problem)
    if kept is None:
        return None
    drawing = ink.draw_strokes(strokes.from_json(kept))
    assert drawing is not None
    return kept, drawing
