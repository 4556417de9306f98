"""Licence and citation of the data, at the end of the Explore page."""

from __future__ import annotations

import html

import streamlit as st

from siamese.ui.explore import origin


def source_ui(source: str) -> None:
    """Where the drawings of a data source are from, their licence, and how to cite them."""
    licence, citation = origin.licence(source)
    entries = {"Drawings": origin.drawers(source), "Licence": licence, "Cite as": citation}
    rows = "".join(f"<dt>{name}</dt><dd>{html.escape(words)}</dd>" for name, words in entries.items() if words)
    with st.expander("Licence and citation"):
        st.html(f'<dl class="status">{rows}</dl>')
