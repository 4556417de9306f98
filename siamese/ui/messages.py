"""Messages on a page, the only way to st.error and the like: Markdown in the text is shown as it is, without paths.

Streamlit renders Markdown in messages, and a run's name or an uploaded file's name may contain a link or a picture. All
pages use these functions; a test checks it.
"""

from __future__ import annotations

import re

import streamlit as st

from siamese.ui.server_paths import without_paths

_MARKS = re.compile(r"([\\`*_{}\[\]()#!|<>~$:&^=])")


def escape(text: str) -> str:
    """Text as Markdown that shows it unchanged."""
    return _MARKS.sub(r"\\\1", text)


def document(text: str) -> None:
    """Show Markdown of the project's own documents; never a user's text."""
    st.markdown(text)


def error(text: str) -> None:
    """Show what went wrong and what to do."""
    st.error(escape(without_paths(text)))


def warning(text: str) -> None:
    """Show what needs attention."""
    st.warning(escape(without_paths(text)))


def info(text: str) -> None:
    """Show what is missing and how to get it."""
    st.info(escape(without_paths(text)))
