"""The teacher's lock: with a passphrase, students watch, and the teacher starts, pauses, stops and deletes.

The passphrase is SIAMESE_TEACHER at the top level of `.streamlit/secrets.toml`, or in the environment. Without one,
nobody is locked out, unless the app is open to the network: then a passphrase is made when the server starts. A secrets
file that cannot be read, or that names the key in another way, locks everyone out and says why: a mistake in it must
not open the lock.
"""

from __future__ import annotations

import dataclasses
import functools
import hmac
import logging
import os
import pathlib
import secrets
import time
from collections.abc import Iterator
from typing import Any

import streamlit as st

from siamese.ui import messages

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10, where Streamlit brings this one
    import toml as tomllib

NAME = "SIAMESE_TEACHER"
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 60.0
"""How long a visitor waits after the first wrong passphrase; it doubles with each further one."""
LOCAL_ADDRESSES = ("localhost", "127.0.0.1", "::1")

WORDS = (
    "amber apple autumn basket bridge butter candle castle cherry circle copper cotton desert dragon eagle falcon "
    "feather forest garden ginger glacier hammer harbour island ivory jasmine jungle kettle ladder lantern lemon maple "
    "marble meadow mirror mountain nutmeg ocean olive orange otter paper pebble pepper pilot planet pocket rabbit "
    "ribbon river rocket saddle salmon silver spruce summer tiger timber tulip velvet violet walnut willow winter"
)
"""For passphrases that can be read out and typed."""
MADE_WORDS = 4
ANNOUNCEMENT = (
    "The app is open to the local network. Teacher's passphrase, until the server ends: {passphrase}\n"
    f"(To have one of your own, set {NAME} in .streamlit/secrets.toml, as README.md describes.)"
)

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class _Secret:
    """What a secrets file or the environment says: a passphrase, or a problem in one sentence, or neither."""

    passphrase: str = ""
    problem: str = ""


@dataclasses.dataclass
class _Visitor:
    """What a visitor has done about the lock."""

    unlocked: bool = False
    wrong: int = 0
    next_try: float = 0.0  # time.monotonic
    failure: str = ""


def _visitor() -> _Visitor:
    return st.session_state.setdefault("teacher", _Visitor())


def configured() -> bool:
    """Whether there is a lock at all."""
    secret = _secret()
    return bool(secret.passphrase or secret.problem)


def locked() -> bool:
    """Whether this visitor may only watch."""
    return configured() and not _visitor().unlocked


def is_teacher() -> bool:
    """Whether this visitor has entered the passphrase."""
    return configured() and not locked()


def open_to_network() -> bool:
    """Whether other computers on the network can reach the app."""
    return st.get_option("server.address") not in LOCAL_ADDRESSES


def ensure_lock() -> str:
    """Call at the start of the server: an app that is open to the network without a passphrase gets one.

    Returns what to tell the person at the server; "" where nothing was made.
    """
    if not open_to_network() or configured():
        return ""
    os.environ[NAME] = "-".join(secrets.choice(WORDS.split()) for _ in range(MADE_WORDS))
    return ANNOUNCEMENT.format(passphrase=os.environ[NAME])


def unlock(text: str) -> str:
    """Let this visitor in if the passphrase is right; else the reason in one sentence.

    Wrong tries slow down the visitor who makes them and nobody else, so that students cannot keep the teacher out.
    """
    secret, visitor = _secret(), _visitor()
    if secret.problem:
        return secret.problem
    wait = visitor.next_try - time.monotonic()
    if wait > 0:
        return f"Wait {wait:.0f} s before you try again." if wait >= 1 else "Wait a second before you try again."
    if hmac.compare_digest(text.encode(), secret.passphrase.encode()):
        st.session_state["teacher"] = _Visitor(unlocked=True)
        return ""
    visitor.wrong += 1
    visitor.next_try = time.monotonic() + min(FIRST_WAIT_SECONDS * 2 ** (visitor.wrong - 1), LONGEST_WAIT_SECONDS)
    return "That is not the passphrase."


def unlock_ui() -> None:
    """The place for the passphrase."""
    st.html(
        '<p class="note">Everyone can watch and use trained networks. '
        "Only the teacher can start, pause, stop and delete runs, and lead the class.</p>"
    )
    st.text_input("Passphrase", type="password", key="teacher:passphrase", on_change=_try, autocomplete="off")
    if failure := _visitor().failure or _secret().problem:
        messages.error(failure)


def lock_ui() -> None:
    """The way to give up the teacher's rights."""
    st.button("Lock", icon=":material/lock_open:", on_click=_lock, help="Give up the teacher's rights.")


def _try() -> None:
    failure = unlock(st.session_state["teacher:passphrase"])
    _visitor().failure = failure
    st.session_state["teacher:passphrase"] = ""


def _lock() -> None:
    st.session_state["teacher"] = _Visitor()


def _secret() -> _Secret:
    """The passphrase in force. A file comes before the environment, and a problem before everything."""
    given = [_read(file, _version(file)) for file in map(pathlib.Path, st.get_option("secrets.files") or ())]
    for secret in sorted(given, key=lambda secret: not secret.problem):
        if secret.problem or secret.passphrase:
            return secret
    return _Secret(os.environ.get(NAME, ""))


def _version(file: pathlib.Path) -> tuple[int, int] | None:
    """Modification time and size; None where there is no file."""
    try:
        status = file.stat()
        return status.st_mtime_ns, status.st_size
    except FileNotFoundError:
        return None
    except OSError:
        return 0, 0  # there is something that cannot be read: `_read` says so


@functools.lru_cache(maxsize=8)
def _read(file: pathlib.Path, version: tuple[int, int] | None) -> _Secret:
    """What a secrets file says, read again only when it changes."""
    if version is None:
        return _Secret()
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        return _problem(file, f"cannot be read ({error.strerror or error})")
    except ValueError as error:
        return _problem(file, f"is not valid TOML ({error}); a passphrase needs quotation marks")
    if NAME in values:
        if isinstance(values[NAME], str) and values[NAME]:
            return _Secret(values[NAME])
        return _problem(file, f"gives no text for {NAME}")
    if similar := next((name for name in _names(values) if name.rsplit(".", 1)[-1].upper() == NAME), None):
        return _problem(file, f"has {similar} instead of {NAME} at the top of the file")
    return _Secret()


def _names(values: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The dotted names of everything in a parsed file."""
    for name, value in values.items():
        yield prefix + name
        if isinstance(value, dict):
            yield from _names(value, f"{prefix}{name}.")


def _problem(file: pathlib.Path, words: str) -> _Secret:
    sentence = f"The teacher's lock is closed for everyone, because {file} {words}: correct the file."
    _log.warning(sentence)
    return _Secret(problem=sentence)
