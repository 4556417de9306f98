"""Teacher, in the head of every page: the passphrase, and with it the controls of a class."""

from __future__ import annotations

import streamlit as st

from siamese.ui import follow, hide, lesson, messages, state, teacher

PANEL_KEY, FOLLOW_KEY, HIDE_KEY = "class:panel", "class:follow", "class:hide"


def class_ui() -> None:
    """The popover; nothing where there is no passphrase. It is filled when it is opened."""
    if not teacher.configured():
        return
    if st.session_state.pop(lesson.GONE, False):
        st.session_state[PANEL_KEY] = False  # it has done its work
    place = st.container(key="class_panel", width="content")
    with place, st.popover("Teacher", icon=":material/school:", key=PANEL_KEY, on_change="rerun") as panel:
        if not panel.open:
            return
        if teacher.locked():
            teacher.unlock_ui()
        else:
            _controls_ui()


def _controls_ui() -> None:
    if failure := st.session_state.pop(follow.FAILURE, ""):
        messages.error(failure)
    lesson.next_ui()
    st.session_state[FOLLOW_KEY] = follow.following()
    st.toggle("Follow me", key=FOLLOW_KEY, on_change=_follow, help=FOLLOW_HELP)
    st.button("Bring the class here", on_click=follow.bring, help=BRING_HELP)
    st.session_state[HIDE_KEY] = state.of(state.SHARED).hide
    st.multiselect(
        "Hide from students",
        list(hide.HIDEABLE),
        format_func=lambda name: hide.HIDEABLE[name][0],
        key=HIDE_KEY,
        on_change=_hide,
        help=HIDE_HELP,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link("pages/lesson.py", label="The lesson", icon=":material/list_alt:")
        teacher.lock_ui()


FOLLOW_HELP = "Students' pages go where you go, with the choices that you make on the page, until you turn this off."
BRING_HELP = "Students' pages come to this page with its present choices. From there, everyone goes on alone."
HIDE_HELP = "It is part of the address, so it counts for students who follow you or open your link."


def _follow() -> None:
    follow.lead(st.session_state[FOLLOW_KEY])


def _hide() -> None:
    state.of(state.SHARED).hide = list(st.session_state[HIDE_KEY])
