"""The app: streamlit run app.py"""

from __future__ import annotations

import logging

import streamlit as st

from siamese import logs
from siamese.ui import models, page, state, teacher


def start() -> None:
    """The address of the first page in earlier versions."""
    st.switch_page(page.PAGES[0][0])


@st.cache_resource(show_spinner=False)
def start_server() -> None:
    """What happens once per server: logging, and a warning where the lock is missing."""
    logs.set_up()
    if teacher.open_to_network():
        logging.getLogger("siamese").warning(teacher.OPEN)


start_server()
st.set_page_config(page_title="One-shot learning", page_icon="✍️", layout="wide")
state.begin()
scripts = [st.Page(script, title=title, default=place == 0) for place, (script, title) in enumerate(page.PAGES)]
try:
    st.navigation([*scripts, st.Page(start, url_path="start", visibility="hidden")], position="top").run()
finally:
    models.load_shipped()  # after the first page is painted, which the import of TensorFlow would delay by 1.6 s
