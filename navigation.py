"""What each visitor's session runs: the choices of its link, then the page it is on. Started by app.py."""

from __future__ import annotations

import streamlit as st

from siamese.ui import follow, page, state, wake


def start() -> None:
    """The address of the first page in earlier versions."""
    st.switch_page(page.PAGES[0][0])


st.set_page_config(page_title="One-shot learning", page_icon="✍️", layout="wide")
state.begin()
scripts = [st.Page(script, title=title, default=place == 0) for place, (script, title) in enumerate(page.PAGES)]
hidden = [
    st.Page("pages/lesson.py", title="Lesson", visibility="hidden"),  # reached from Start
    st.Page(start, url_path="start", visibility="hidden"),
]
current = st.navigation([*scripts, *hidden], position="top")
wake.begin()
follow.begin(current.url_path)
current.run()
