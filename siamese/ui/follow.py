"""Follow me: students' pages go where the teacher goes, with her page's choices, when she says so.

The place is kept in the server's memory, and `wake` runs the pages of students again when it changes: a student's page
that waits costs nothing. A server with several replicas would have a place for each of them.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping

import streamlit as st

from siamese.ui import state, teacher, wake

LEAD_SECONDS = 1.0
"""Interval at which the page of the teacher who is followed says where it is. This costs the server 4 ms, nearly all of
them Streamlit's for a fragment, on this one page."""
START = "home"
"""The page at the app's own address, which has no path."""
LESSON = "lesson"
"""The teacher's own page: nobody follows her there."""

_PAGE, _COMPLETE_RUN, _SEEN, _LEADER = (f"follow:{name}" for name in ("page", "run", "seen", "me"))


@dataclasses.dataclass(frozen=True)
class Place:
    """Where the teacher brought the class last.

    number: counts the places. page: the name of a page; link: the parameters of its address. following: whether the
    class goes on following. leader: the session that is followed.
    """

    number: int = 0
    page: str = START
    link: Mapping[str, str] = dataclasses.field(default_factory=dict)
    following: bool = False
    leader: object = None


class _Class:
    """The one place of this server."""

    def __init__(self) -> None:
        self.place = Place()
        self._lock = threading.Lock()

    def change(self, **changes: object) -> None:
        with self._lock:
            self.place = dataclasses.replace(self.place, **changes)

    def bring(self, page: str, link: Mapping[str, str]) -> None:
        with self._lock:
            self.place = dataclasses.replace(self.place, number=self.place.number + 1, page=page, link=dict(link))


_class = _Class()


def begin(path: str) -> None:
    """Call in every run of navigation.py before the page: `path` is the page's, "" for Start.

    A student who is to be elsewhere goes there, and takes over the teacher's choices.
    """
    st.session_state[_PAGE] = path or START
    if not teacher.configured():
        return
    place = _class.place
    seen = st.session_state.setdefault(_SEEN, 0 if place.following else place.number)
    if place.number != seen and not teacher.is_teacher():
        if place.page != st.session_state[_PAGE]:
            st.switch_page(f"pages/{place.page}.py")
        state.set_up(place.page, place.link)
    st.session_state[_SEEN] = place.number


def go(page: str, link: Mapping[str, str]) -> None:
    """Show this visitor a page with the choices of a link. Call before the widgets of the page are shown."""
    state.set_up(page, link)
    if page == st.session_state[_PAGE]:
        st.rerun()
    st.switch_page(f"pages/{page}.py")


def lead_ui() -> None:
    """On the page of the teacher whom the class follows: tell it where she is, once a second."""
    with st.container(key="follow"):  # always there: an element that comes or goes above a canvas would remount it
        if teacher.is_teacher() and following():
            st.session_state[_COMPLETE_RUN] = True
            st.fragment(_lead, run_every=LEAD_SECONDS)()


def _lead() -> None:
    complete = st.session_state.pop(_COMPLETE_RUN, False)
    if following() and not complete:  # in a complete run, the page has not yet written its address
        here = st.session_state[_PAGE], st.query_params.to_dict()
        if here[0] != LESSON and here != (_class.place.page, _class.place.link):
            bring_to(*here)


def _leader() -> object:
    """What stands for this session. One that becomes the teacher's while the class follows is followed from then on."""
    if _LEADER not in st.session_state:
        st.session_state[_LEADER] = object()
        if _class.place.following:
            _class.change(leader=st.session_state[_LEADER])
    return st.session_state[_LEADER]


def following() -> bool:
    """Whether the class follows this session."""
    leader = _leader()
    return _class.place.following and _class.place.leader is leader


def lead(on: bool) -> None:
    """Let the class follow this session, from where it is now; or follow no longer."""
    _class.change(following=on, leader=_leader())
    if on:
        bring()


def bring() -> None:
    """Bring the class here once."""
    bring_to(st.session_state[_PAGE], st.query_params.to_dict())


def bring_to(page: str, link: Mapping[str, str]) -> None:
    """Bring the class to a page with these parameters of its address."""
    _class.bring(page, link)
    wake.everyone_else()
