"""Follow me: students' pages go where the teacher goes, with her page's choices, when she says so.

The place is kept in the class store (`classroom.place`), so that students of all servers follow. `wake` runs the pages
of students again when it changes: a student's page that waits costs nothing.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import secrets
from collections.abc import Mapping

import streamlit as st

from siamese.classroom import class_round
from siamese.classroom import place as places
from siamese.classroom.place import Place
from siamese.errors import UserError
from siamese.ui import class_store, state, teacher, wake

LEAD_SECONDS = 1.0
"""Interval at which the page of the teacher who is followed says where it is. This costs the server 4 ms, nearly all of
them Streamlit's for a fragment, on this one page."""
START = "home"
"""The page at the app's own address, which has no path."""
LESSON = "lesson"
"""The teacher's own page: nobody follows her there."""
LOOK_SECONDS = 0.5
"""Interval at which a server looks whether the class was called on another one, in what it reads once a second."""
FAILURE = "follow:failure"
"""Session key: why the class could not be called, in one sentence."""

_PAGE, _COMPLETE_RUN, _SEEN, _LEADER = (f"follow:{name}" for name in ("page", "run", "seen", "me"))
_log = logging.getLogger(__name__)


@dataclasses.dataclass
class _Known:
    """What this server knows: the place as it was last read, and the call for which it has woken its visitors."""

    place: Place = dataclasses.field(default_factory=Place)
    call: tuple[int, str] | None = None


_known = _Known()


def current() -> Place:
    """Where the class was brought last; while the store cannot be read, as it was known before."""
    try:
        _known.place = places.from_settings(class_store.snapshot().settings)
    except UserError as error:  # the page that needs the store says so, too
        _log.warning("%s", error)
    return _known.place


async def look() -> None:
    """As long as the server runs: wake its visitors when the class was called on another server."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if teacher.configured():
            try:
                await asyncio.to_thread(wake_if_called)
            except UserError:  # it is in the log
                await asyncio.sleep(class_store.RETRY_SECONDS)


def wake_if_called() -> None:
    """Wake all visitors of this server if the class was brought elsewhere, or a class round has begun or ended, and
    they have not been woken for it. Raises UserError."""
    call, last = _call(), _known.call
    _known.call = call
    if last not in (None, call):  # at the server's start, nobody is waiting for anything
        wake.everyone()


def call() -> None:
    """Wake all others of this server for what this visitor has kept in the store; other servers see it there."""
    _known.call = _call()
    wake.everyone_else()


def _call() -> tuple[int, str]:
    settings = class_store.snapshot().settings
    return places.from_settings(settings).number, settings.get(class_round.SETTING, "")


def begin(path: str) -> None:
    """Call in every run of navigation.py before the page: `path` is the page's, "" for Start.

    A student who is to be elsewhere goes there, and takes over the teacher's choices.
    """
    st.session_state[_PAGE] = path or START
    if not teacher.configured():
        return
    place = current()
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
        if here[0] != LESSON and here != ((place := current()).page, place.link):
            bring_to(*here)


def _leader() -> str:
    """What stands for this session. One that becomes the teacher's while the class follows is followed from then on."""
    if _LEADER not in st.session_state:
        st.session_state[_LEADER] = secrets.token_hex(8)
        if (place := current()).following:
            _keep(dataclasses.replace(place, leader=st.session_state[_LEADER]))
    return st.session_state[_LEADER]


def following() -> bool:
    """Whether the class follows this session."""
    leader, place = _leader(), current()
    return place.following and place.leader == leader


def lead(on: bool) -> None:
    """Let the class follow this session, from where it is now; or follow no longer."""
    _keep(dataclasses.replace(current(), following=on, leader=_leader()))
    if on:
        bring()


def bring() -> None:
    """Bring the class here once."""
    bring_to(st.session_state[_PAGE], st.query_params.to_dict())


def bring_to(page: str, link: Mapping[str, str]) -> None:
    """Bring the class to a page with these parameters of its address."""
    place = current()
    if _keep(dataclasses.replace(place, number=place.number + 1, page=page, link=dict(link))):
        call()


def _keep(place: Place) -> bool:
    """Keep the place for all servers; False where that failed, and the teacher's panel says why."""
    try:
        class_store.store().set(**{places.SETTING: place.to_setting()})
        class_store.board().changed()
    except UserError as error:
        st.session_state[FAILURE] = str(error)
        return False
    return True
