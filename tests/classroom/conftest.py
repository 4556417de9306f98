"""Fixtures: the class store on SQLite and on a real PostgreSQL server; the same tests run on both."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from siamese.classroom import database
from siamese.classroom.store import Person, Store
from tests import postgresql


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of a PostgreSQL server; without PostgreSQL the tests are skipped, in CI they fail."""
    folder = postgresql.programs()
    if folder is None:
        reason = f"PostgreSQL is not installed: no {postgresql.FOLDERS}/*/bin and no pg_ctl on PATH."
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with postgresql.serve(folder) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path, monkeypatch) -> str:
    """DATABASE_URL of an empty database, also in the environment."""
    if request.param == "sqlite":
        chosen = f"sqlite:///{tmp_path}/class.sqlite3"
    else:
        chosen = request.getfixturevalue("server")
        engine = sa.create_engine(sa.make_url(chosen).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()
    monkeypatch.setenv(database.VARIABLE, chosen)
    return chosen


@pytest.fixture
def store(address) -> Iterator[Store]:
    """The store on an empty database."""
    opened = Store()
    yield opened
    opened.close()


@pytest.fixture
def ada(store) -> Person:
    """A person who plays."""
    return store.join("Ada")


@pytest.fixture
def bob(store) -> Person:
    """A classmate of Ada's."""
    return store.join("Bob")
