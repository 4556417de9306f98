"""Characters to choose from: a grid of buttons that show drawings, also by a key of the keyboard each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st

from siamese.ui import cards

KEYS = "ABDEFGHIJKLMNOPQSTUV"
"""Letter of each button. Streamlit keeps C and R for itself."""
MARKS = {"right": "var(--right)", "wrong": "var(--wrong)", "network": "var(--network)"}
"""Colours of the frame of a button, by what the choice turned out to be."""


def picture_buttons_ui(
    name: str,
    drawings: np.ndarray,
    answer: Callable[[int], None],
    disabled: bool = False,
    marks: Mapping[int, Sequence[str]] | None = None,
) -> None:
    """The grid. drawings: (n, 105, 105), at most 20; answer: called with the position that was chosen; marks: keys of
    MARKS by position, the first one as the inner frame."""
    rules = ""
    for place, drawing in enumerate(drawings):
        picture = f"background-image: url({cards.picture_url(drawing)});"
        rules += f".st-key-{name}_{place} button {{ {picture}{_frame(place, marks)} }}"
    st.html(f"<style>{rules}</style>")
    with st.container(key=f"{name}_choices", horizontal=True, gap=None):
        for place in range(len(drawings)):
            st.button(
                KEYS[place],
                key=f"{name}_{place}",
                on_click=answer,
                args=(place,),
                disabled=disabled,
                shortcut=None if disabled else KEYS[place],
            )


def _frame(place: int, marks: Mapping[int, Sequence[str]] | None) -> str:
    """CSS of the frames of a button."""
    own = (marks or {}).get(place, ())
    shadows = [f"0 0 0 {3 * (depth + 1)}px {MARKS[kind]}" for depth, kind in enumerate(own)]
    return f"--frame: {', '.join(shadows)}; --faded: 1;" if shadows else ""
