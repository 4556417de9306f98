"""The class store of this server: opened once, in the background at its start, and the board that pages share.

The libraries of the store take a second to import, so nothing here is imported before it is needed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from typing import TYPE_CHECKING

from siamese import paths
from siamese.data import own
from siamese.errors import UserError

if TYPE_CHECKING:
    from siamese.classroom.board import Board, Snapshot
    from siamese.classroom.store import Store

RETRY_SECONDS = 5.0
"""After a failure; until then all visitors get its sentence, and nobody waits for a database that is not there."""
FORGET_INTERVAL_SECONDS = 600.0

_lock = threading.Lock()
_opened: dict[tuple[str, str], tuple[Store, Board]] = {}
"""By DATABASE_URL and home folder."""
_failed: dict[tuple[str, str], tuple[float, UserError]] = {}
"""When the last attempt failed (time.monotonic), and why."""
_log = logging.getLogger(__name__)


def store() -> Store:
    """The store. Raises UserError when it cannot be opened."""
    return _open()[0]


def board() -> Board:
    """The board of the store. Raises UserError when it cannot be opened."""
    return _open()[1]


def snapshot() -> Snapshot:
    """The class as the board shows it, a second old at most. Raises UserError."""
    return board().snapshot()


def is_shared() -> bool:
    """Whether this server is one of several that share a database."""
    from siamese.classroom import database

    return bool(os.environ.get(database.VARIABLE))


def share_own_sets() -> None:
    """Call at the start of the server: where servers share a database, own sets are kept in it."""
    from siamese.classroom.own_shelf import DatabaseShelf

    if is_shared():
        own.use(DatabaseShelf(lambda: store().database))


async def look_after() -> None:
    """As long as the server runs: open the store, and forget the ink of drawings some time after the lesson."""
    while True:
        await asyncio.to_thread(_forget)
        await asyncio.sleep(FORGET_INTERVAL_SECONDS)


def _forget() -> None:
    try:
        store().forget_old_ink()
    except UserError as error:  # the page that needs the store says so, too
        _log.warning("%s", error)


def _open() -> tuple[Store, Board]:
    from siamese.classroom import database

    key = os.environ.get(database.VARIABLE, ""), str(paths.home())
    with _lock:
        if key not in _opened:
            _opened[key] = _open_new(key)
        return _opened[key]


def _open_new(key: tuple[str, str]) -> tuple[Store, Board]:
    from siamese.classroom.board import Board
    from siamese.classroom.store import Store

    at, error = _failed.get(key, (float("-inf"), None))
    if error is not None and time.monotonic() - at < RETRY_SECONDS:
        raise error
    try:
        opened = Store()
    except UserError as error:
        _failed[key] = time.monotonic(), error
        raise
    return opened, Board(opened)
