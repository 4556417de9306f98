"""The app: streamlit run app.py"""

from __future__ import annotations

import streamlit as st

from siamese.ui import resources, state

st.set_page_config(page_title="One-shot learning", page_icon="✍️", layout="wide")
state.begin()
page = st.navigation(
    [
        st.Page("pages/home.py", title="Start", url_path="start", default=True),
        st.Page("pages/recognise.py", title="Recognise", url_path="recognise"),
        st.Page("pages/train.py", title="Train", url_path="train"),
        st.Page("pages/evaluate.py", title="Evaluate", url_path="evaluate"),
    ],
    position="top",
)
try:
    page.run()
finally:
    resources.wake()  # after the first page is painted: TensorFlow's import would slow it down
