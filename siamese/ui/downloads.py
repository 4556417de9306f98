"""Download buttons: the figures of a page as CSV and JSON, pictures as PNG or SVG."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from siamese.evaluation.tables import as_csv

_FORMAT_KEY = "picture_format"


def picture_format() -> str:
    """The format in which the charts' camera buttons save: "png" or "svg"."""
    return st.session_state.get(_FORMAT_KEY) or "png"


def downloads_ui(
    name: str, rows: Sequence[Mapping[str, Any]], about: Mapping[str, Any], picture: bytes | None = None
) -> None:
    """Buttons for rows of equal keys as CSV, and as JSON together with what they are about.

    With `picture`, a PNG, there is a button for it; otherwise the format of the charts' camera buttons can be chosen.
    """
    with st.container(key="downloads", horizontal=True, vertical_alignment="center", gap="small"):
        _button("CSV", as_csv(rows), f"{name}.csv", "text/csv", bool(rows))
        content = json.dumps({**about, "rows": list(rows)}, indent=1, ensure_ascii=False)
        _button("JSON", content, f"{name}.json", "application/json", bool(rows))
        if picture is not None:
            _button("Picture", picture, f"{name}.png", "image/png", True)
            return
        st.segmented_control(
            "Pictures",
            ["png", "svg"],
            format_func=str.upper,
            required=True,
            default="png",
            key=_FORMAT_KEY,
            label_visibility="collapsed",
        )
        st.html(
            '<p class="note">The camera above a chart saves it in this format. '
            "The link in the address bar restores these choices.</p>"
        )


def file_name(*words: str) -> str:
    """A file name of small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower()).strip("-")


def _button(label: str, content: str | bytes, file: str, mime: str, enabled: bool) -> None:
    st.download_button(label, content, file, mime, icon=":material/download:", on_click="ignore", disabled=not enabled)
