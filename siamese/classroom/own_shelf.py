"""Own sets in the database of the class store, for servers that share it: a student finds his alphabet on each of them.

A server keeps the labels of all sets and reads what was changed once a second. It looks up a key that it does not know
at once, so a link to a set that was made on another server opens there without delay.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping

import sqlalchemy as sa

from siamese.classroom.database import Database
from siamese.classroom.schema import changes, own_sets
from siamese.data.own.file_format import MAX_NAME_CHARACTERS
from siamese.data.own.shelf import SHARED, Kept, Label, head, missing
from siamese.errors import UserError

REFRESH_SECONDS = 1.0
"""Age up to which the labels serve."""
RETRY_SECONDS = 5.0
"""After a failure; until then the labels serve as they were."""
_LABELS = sa.select(own_sets.c.key, own_sets.c.name, own_sets.c.owner, own_sets.c.version)
_log = logging.getLogger(__name__)


class DatabaseShelf:
    """A shelf for ten servers' own sets. Threads may share it."""

    rooms = 10

    def __init__(self, database: Callable[[], Database]):
        """database: the open one; it may raise UserError."""
        self._database = database
        self._labels: dict[str, Label] = {}
        self._next_look = float("-inf")  # time.monotonic
        self._lock = threading.Lock()
        self._local = threading.local()

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        with self._database().writing() as connection:
            self._refresh(connection)
            self._local.connection = connection
            try:
                yield
            finally:
                self._local.connection = None
        self._next_look = float("-inf")  # what was changed is seen at once

    def shared(self) -> Mapping[str, Label]:
        self._look()
        return {key: label for key, label in self._labels.items() if key.startswith(SHARED)}

    def label(self, key: str) -> Label | None:
        self._look()
        return self._labels.get(key) or self._look_up(key)

    def kept(self) -> list[Kept]:
        with self._reading() as connection:
            rows = connection.execute(sa.select(own_sets.c.key, own_sets.c.size, own_sets.c.changed))
            return [Kept(*row) for row in rows]

    def read(self, key: str) -> bytes:
        with self._reading() as connection:
            content = connection.scalar(sa.select(own_sets.c.content).where(own_sets.c.key == key))
        if content is None:
            raise missing(key)
        return bytes(content)

    def write(self, key: str, content: bytes) -> None:
        texts = head(content)
        row = {
            "key": key,
            "name": texts.get("name", key)[:MAX_NAME_CHARACTERS],
            "owner": texts.get("owner", ""),
            "content": content,
            "size": len(content),
            "changed": time.time(),
            "version": sa.select(changes.c.number).scalar_subquery(),
        }
        self.delete(key)
        self._local.connection.execute(sa.insert(own_sets).values(row))

    def delete(self, key: str) -> None:
        self._local.connection.execute(sa.delete(own_sets).where(own_sets.c.key == key))

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """A connection to read from; while this thread changes sets, the one that it changes them on."""
        if (connection := getattr(self._local, "connection", None)) is not None:
            yield connection
            return
        with self._database().reading() as connection:
            yield connection

    def _look(self) -> None:
        """Read what has changed, if the labels are old and no other thread is reading them."""
        changing = getattr(self._local, "connection", None) is not None  # they were read when it began
        if changing or time.monotonic() < self._next_look or not self._lock.acquire(blocking=False):
            return
        try:
            with self._reading() as connection:
                self._refresh(connection)
            self._next_look = time.monotonic() + REFRESH_SECONDS
        except UserError as error:  # a page that needs a set says so, too
            _log.warning("%s", error)
            self._next_look = time.monotonic() + RETRY_SECONDS
        finally:
            self._lock.release()

    def _refresh(self, connection: sa.Connection) -> None:
        known = dict(self._labels)
        last = max((label.version for label in known.values()), default=-1)
        known |= _read(connection, _LABELS.where(own_sets.c.version > last))
        if len(known) != connection.scalar(sa.select(sa.func.count()).select_from(own_sets)):  # some were deleted
            known = _read(connection, _LABELS)
        self._labels = known

    def _look_up(self, key: str) -> Label | None:
        """The label of a set that another server may just have kept."""
        try:
            with self._reading() as connection:
                return _read(connection, _LABELS.where(own_sets.c.key == key)).get(key)
        except UserError as error:
            _log.warning("%s", error)
            return None


def _read(connection: sa.Connection, query: sa.Select) -> dict[str, Label]:
    return {row.key: Label(row.name, row.owner, row.version) for row in connection.execute(query)}
