"""Who plays: a nickname, and a random number in a cookie, so that a phone that reloads the page is known again."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import streamlit as st

from siamese.classroom.nicknames import MAX_NICKNAME_CHARACTERS
from siamese.errors import UserError
from siamese.ui import class_store, messages

if TYPE_CHECKING:
    from siamese.classroom.store import Person

COOKIE, COOKIE_SECONDS = "siamese_person", 12 * 3600
"""It ends by itself after a school day."""
PRIVACY = (
    "Choose a nickname that does not give you away. Only the nickname, your answers and your drawings are kept, "
    "on this app's server."
)

_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclasses.dataclass
class _Visitor:
    """What is known of a session: its person as of a reset of the store."""

    person: Person | None = None
    resets: int = -1
    failure: str = ""


def _visitor() -> _Visitor:
    return st.session_state.setdefault("play:visitor", _Visitor())


def current() -> Person | None:
    """The person who plays in this session; None before they have chosen a nickname. Raises UserError."""
    visitor, snapshot = _visitor(), class_store.snapshot()
    if visitor.resets != snapshot.version.resets:  # the first run, or the results were deleted meanwhile
        token = visitor.person.token if visitor.person else str(st.context.cookies.get(COOKIE))
        visitor.person = class_store.store().person(token) if _TOKEN.fullmatch(token) else None
        visitor.resets = snapshot.version.resets
    return visitor.person


def hidden(person: Person) -> bool:
    """Whether the teacher has taken this nickname off the board."""
    return any(other.id == person.id for other in class_store.snapshot().hidden)


def person_ui() -> Person | None:
    """The person who plays; without one, or with a hidden nickname, the form for a nickname. Raises UserError."""
    person = current()
    if person is None or hidden(person):
        if person is not None:
            messages.warning("The teacher has hidden your nickname. Choose another one; your points stay.")
        _form_ui()
        return None
    # The token is ours, 32 hexadecimal digits. Elements of the page cannot set cookies in another way.
    cookie = f"{COOKIE}={person.token}; path=/; max-age={COOKIE_SECONDS}; SameSite=Strict"
    with st.container(key="person_cookie"):
        st.html(f"<script>document.cookie = '{cookie}';</script>", unsafe_allow_javascript=True)
    return person


def _form_ui() -> None:
    with st.form("play_nickname", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                "Nickname", key="play:nickname", max_chars=MAX_NICKNAME_CHARACTERS, width=260, autocomplete="off"
            )
            st.form_submit_button("Join", type="primary", on_click=_join)
        st.html(f'<p class="note">{PRIVACY}</p>')
    if failure := _visitor().failure:
        messages.error(failure)


def _join() -> None:
    visitor = _visitor()
    try:
        visitor.person = class_store.store().join(
            st.session_state["play:nickname"], visitor.person.token if visitor.person else ""
        )
        visitor.failure = ""
        class_store.board().changed()
    except UserError as error:
        visitor.failure = str(error)
