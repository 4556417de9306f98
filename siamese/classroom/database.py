"""The database of the class store: SQLite in the user's data folder, or PostgreSQL by DATABASE_URL.

A write takes its turn before anything else: on SQLite by BEGIN IMMEDIATE, on PostgreSQL by the row of `changes`. So
writes happen one after the other, ids are in the order of the commits, and a number says whether anything has changed.
An acknowledged write is on the disk: SQLite's WAL is synchronised at every commit.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pathlib
import threading
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from siamese import paths
from siamese.classroom import schema
from siamese.errors import UserError

VARIABLE = "DATABASE_URL"
BUSY_TIMEOUT_SECONDS = 10.0
"""How long a write waits for another server that writes to the same SQLite file."""
CONNECT_TIMEOUT_SECONDS = 5
CONNECTIONS, EXTRA_CONNECTIONS = 5, 25
"""Open connections that are kept, and further ones while a class answers at once."""
MIGRATION_LOCK = 0x0E_5107
"""Number of PostgreSQL's advisory lock that is held while a server migrates."""

_FULL = "The answer was not kept, because the disk of the class's results is full: free some space and answer again."
_WRITING = "writing"
_migration = threading.Lock()
"""Alembic keeps what it is doing in a module, so one thread migrates at a time."""
_log = logging.getLogger(__name__)


class StoreError(UserError):
    """Something that the store cannot keep or find; the text says why and what to do."""


def url() -> sa.URL:
    """Where the class's results are kept. Raises StoreError for a DATABASE_URL that cannot be used."""
    text = os.environ.get(VARIABLE, "")
    if not text:
        return sa.URL.create("sqlite", database=str(paths.home() / "class.sqlite3"))
    try:
        chosen = sa.make_url(text)
    except ArgumentError as error:
        raise StoreError(f"{VARIABLE} is not a database's address, as in postgresql://name@host/class.") from error
    if chosen.get_backend_name() in ("postgresql", "postgres"):
        return chosen.set(drivername="postgresql+psycopg")
    if chosen.get_backend_name() == "sqlite" and chosen.database:
        return chosen
    raise StoreError(f"{VARIABLE} must begin with postgresql:// or name a file as sqlite:///FILE.")


class Database:
    """An open database with the newest schema. Threads may share it."""

    def __init__(self, where: sa.URL):
        """Open and migrate it. Raises StoreError."""
        self.sqlite = where.get_backend_name() == "sqlite"
        # SQLite's own way to wait sleeps in steps, and not in order; PostgreSQL's needs no help.
        self._turn = threading.Lock() if self.sqlite else contextlib.nullcontext()
        with self._explained():
            self._engine = _sqlite_engine(where) if self.sqlite else _postgresql_engine(where)
            self._migrate()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the database. Raises StoreError."""
        with self._explained(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A connection whose changes are kept when the block ends, and none if it fails. Raises StoreError."""
        with self._explained(), self._turn, self._connect_to_write() as connection:
            connection.execute(sa.update(schema.changes).values(number=schema.changes.c.number + 1))
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _migrate(self) -> None:
        """Bring the schema to the newest version; of several servers that start at once, one does it."""
        from alembic import command  # takes a second to import
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(pathlib.Path(__file__).with_name("migrations")))
        with _migration, self._connect_to_write() as connection:
            if not self.sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextlib.contextmanager
    def _connect_to_write(self) -> Iterator[sa.Connection]:
        with self._engine.connect().execution_options(**{_WRITING: True}) as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn errors of the database into one sentence."""
        try:
            yield
        except sa.exc.IntegrityError:
            raise  # the store knows what it means
        except (DBAPIError, PoolTimeout, NoSuchModuleError, OSError) as error:
            _log.exception("The class store failed.")
            raise StoreError(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    """What is wrong with the database, and what to do."""
    original = getattr(error, "orig", None) or error
    if getattr(original, "sqlstate", None) == "53100" or "is full" in str(original) or "disk I/O" in str(original):
        return _FULL
    if "locked" in str(original) or isinstance(error, PoolTimeout):
        return "The class's results are being written by too many at once: try again in a few seconds."
    if hasattr(original, "sqlstate"):  # PostgreSQL's words have the server's address and its user: they are in the log
        reason = "the database refuses or cannot be reached; the log has the details"
    else:
        reason = str(original).strip().splitlines()[0] if str(original).strip() else type(original).__name__
    return f"The class's results cannot be read or written ({reason}): check the disk, or {VARIABLE}."


def _sqlite_engine(where: sa.URL) -> sa.Engine:
    """WAL, so that those who read do not wait for those who write."""
    assert where.database is not None
    pathlib.Path(where.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        where,
        pool_size=CONNECTIONS,
        max_overflow=EXTRA_CONNECTIONS,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection, record) -> None:
        connection.isolation_level = None  # `begin` below says where transactions begin, not sqlite3
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection) -> None:
        writing = connection.get_execution_options().get(_WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgresql_engine(where: sa.URL) -> sa.Engine:
    return sa.create_engine(
        where,
        pool_size=CONNECTIONS,
        max_overflow=EXTRA_CONNECTIONS,
        pool_pre_ping=True,  # a connection may have been cut since
        connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS},
    )
