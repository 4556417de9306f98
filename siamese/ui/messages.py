"""Messages on a page. The only way to st.error and its like: marks in the text are shown, never followed.

Streamlit renders Markdown in messages, and a run's name or an uploaded file's name may hold a link or a picture. Every
module of the pages uses these functions; a test holds this.
"""

from __future__ import annotations

import re

import streamlit as st

_MARKS = re.compile(r"([\\`*_{}\[\]()#!|<>~$:&^=])")


def escape(text: str) -> str:
    """Text as Markdown that shows it unchanged."""
    return _MARKS.sub(r"\\\1", text)


def error(text: str) -> None:
    """Say what went wrong and what to do."""
    st.error(escape(text))


def warning(text: str) -> None:
    """Say what needs attention."""
    st.warning(escape(text))


def info(text: str) -> None:
    """Say what is missing and how to get it."""
    st.info(escape(text))
