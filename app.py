"""The server of the app: streamlit run app.py. Each visitor's session runs navigation.py."""

from __future__ import annotations

import streamlit as st

from siamese.ui import server

app = st.App("navigation.py", lifespan=server.lifespan, middleware=server.MIDDLEWARE)
