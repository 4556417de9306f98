"""What every page has: its head, the navigation on phones, and the wait for the network."""

from __future__ import annotations

import html
import pathlib

import streamlit as st

from siamese.ui import class_panel, follow, hide, messages, models, network_panel, state

PAGES = (
    ("pages/home.py", "Start"),
    ("pages/recognise.py", "Recognise"),
    ("pages/verify.py", "Verify"),
    ("pages/teach.py", "Teach"),
    ("pages/play.py", "Play"),
    ("pages/train.py", "Train"),
    ("pages/evaluate.py", "Evaluate"),
    ("pages/inside.py", "Inside"),
    ("pages/explore.py", "Explore"),
)
"""Script and title of each page, in the order of the navigation. The first one is the page at the app's address."""

LOADING_CHECK_SECONDS = 2.0
"""Interval at which a page checks whether the network is ready."""

_LARGE_TEXT = """<style>
html { font-size: 130%; }
[data-testid="stMainBlockContainer"]:has(.st-key-stage) .lead { display: none; }
</style>"""
"""A projector's 720 lines hold the canvas, its buttons and the answer only without the opening sentence."""

_STYLE = pathlib.Path(__file__).with_name("style.css")


def opening(title: str, sentence: str, style: pathlib.Path | None = None, above_paper: bool = False) -> None:
    """The head of a page: its title, one sentence on what to do and what to notice, and the switch for large text.

    style: a style sheet of the page's own. above_paper: the page has a paper to draw on, which on a phone comes first;
    what to do is said below it.
    """
    state.ensure_app_has_run()
    network_panel.take_upload()
    st.html(_STYLE)
    if style is not None:
        st.html(style)
    names = {name for _, name in PAGES}
    with st.container(key="phone_navigation", horizontal=True, gap="small"):
        for script, name in PAGES:
            if name == title or (script == PAGES[0][0] and title not in names):
                with st.container(key="this_page", width="content"):
                    st.page_link(script, label=name)
            else:
                st.page_link(script, label=name)
    with st.container(key="drawing_page" if above_paper else "reading_page"), st.container(key="opening"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.title(title, anchor=False)
            class_panel.class_ui()
            network_panel.network_ui()
            key = state.of(state.SHARED).key("large")
            large = st.toggle("Large text", key=key, help="For the back row of a classroom.", width="content")
        st.html(f'<p class="lead">{html.escape(sentence)}</p>')
    if large:
        st.html(_LARGE_TEXT)
    hide.hide_ui()
    follow.lead_ui()


def wait_for_network(run_id: str = "") -> None:
    """While the network (of a run, or the shipped one) is loading, run the page again as soon as it is ready.

    If it cannot be loaded, say so. The container is always there: an element that came or went above the canvas would
    remount it.
    """

    @st.fragment(run_every=LOADING_CHECK_SECONDS)
    def check() -> None:
        if models.get(run_id).settled:
            st.rerun()

    with st.container(key="loading"):
        job = models.get(run_id)
        if job.failure:
            messages.error(job.failure)
        elif job.value is None:
            check()
