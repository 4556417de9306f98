"""The teacher's lock: with a passphrase set, students watch, and the teacher starts, pauses, stops and deletes.

The passphrase is SIAMESE_TEACHER in `.streamlit/secrets.toml` or in the environment; without one nobody is locked out.
"""

from __future__ import annotations

import hmac
import os
import threading
import time

import streamlit as st

from siamese.ui import messages

NAME = "SIAMESE_TEACHER"
APART = 1.0
"""Seconds between two tries, of all visitors together, so that nobody guesses by machine."""

_lock = threading.Lock()
_tried = 0.0


def _passphrase() -> str:
    secrets = st.secrets if st.secrets.load_if_toml_exists() else {}
    return str(secrets.get(NAME) or os.environ.get(NAME) or "")


def locked() -> bool:
    """Whether this visitor may only watch."""
    return bool(_passphrase()) and not st.session_state.get("teacher", False)


def unlock(text: str) -> str:
    """Let this visitor in if the passphrase is right; else why not, in one sentence."""
    global _tried
    with _lock:
        soon, _tried = time.monotonic() - _tried < APART, time.monotonic()
    if soon:
        return "Somebody has just tried: wait a second and try again."
    if not hmac.compare_digest(text.encode(), _passphrase().encode()):
        return "That is not the passphrase."
    st.session_state.teacher = True
    return ""


def _try() -> None:
    st.session_state["teacher:failure"] = unlock(st.session_state["teacher:passphrase"])
    st.session_state["teacher:passphrase"] = ""


def lock_ui() -> None:
    """The place to unlock, or to lock again; nothing where there is no passphrase."""
    if not _passphrase():
        return
    if locked():
        with st.popover("Teacher", icon=":material/lock:"):
            st.html(
                '<p class="note">Everybody may watch and use what was trained. Starting, pausing, stopping and deleting are the teacher\'s.</p>'
            )
            st.text_input("Passphrase", type="password", key="teacher:passphrase", on_change=_try, autocomplete="off")
            if failure := st.session_state.get("teacher:failure"):
                messages.error(failure)
    elif st.button(
        "Lock again", icon=":material/lock_open:", help="You are the teacher: you start, pause, stop and delete."
    ):
        st.session_state.teacher = False
        st.rerun()
