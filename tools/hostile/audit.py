"""What a call opens, starts or imports, by Python's audit events."""

from __future__ import annotations

import functools
import sys
import threading

WATCHED = ("os.", "subprocess.", "socket.", "exec", "compile", "import", "pickle.", "ctypes.", "shutil.", "marshal.")
"""Prefixes of the events that are recorded, in addition to "open"."""
HARMLESS = ("os.scandir", "os.listdir")

Event = tuple[str, str]
"""Name of an audit event and its first argument, most often a path."""

_watched: list[tuple[list[Event], set[str]]] = []


def watch(events: list[Event], allowed: set[str]) -> None:
    """Note what this thread opens, starts or imports from now on, except these files; until `unwatch`."""
    _install_hook()
    _watched[:] = [(events, allowed)]


def unwatch() -> None:
    """End what `watch` began."""
    _watched.clear()


@functools.cache
def _install_hook() -> None:
    sys.addaudithook(_note)


def _note(event: str, arguments: tuple) -> None:
    if not _watched or threading.current_thread() is not threading.main_thread():
        return
    events, allowed = _watched[0]
    if event == "open":
        if str(arguments[0]) not in allowed:
            events.append((event, str(arguments[0])))
    elif event.startswith(WATCHED) and event not in HARMLESS:
        events.append((event, str(arguments[0]) if arguments else ""))
