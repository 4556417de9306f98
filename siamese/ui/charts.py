"""A plotly figure on a page, in the visitor's theme."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from siamese.figures import style
from siamese.ui import state
from siamese.ui.downloads import picture_format

LARGE_TEXT_SCALE = 1.3
"""How much "Large text" enlarges text; style.css and page.py do the same for the rest of a page."""


def dark() -> bool:
    """Whether the visitor's browser shows the dark theme."""
    return st.context.theme.type == "dark"


def scale() -> float:
    """The factor on the text of figures: larger with "Large text", which a style sheet cannot do for them."""
    return LARGE_TEXT_SCALE if state.of(state.SHARED).large else 1.0


def chart(figure: go.Figure, name: str, alt: str) -> None:
    """Show a figure. Its camera button saves it under `name`; `alt` describes it to those who cannot see it."""
    st.plotly_chart(figure, theme=None, key=f"chart {name}", config=style.config(name, picture_format()), alt=alt)
