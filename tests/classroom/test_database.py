"""The database under the store: migrations, many servers at once, full disks, killed writers."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from siamese.classroom import database, schema
from siamese.classroom.database import StoreError
from siamese.classroom.rounds import Quiz
from siamese.classroom.scoring import TELEPHONE
from siamese.classroom.store import Person, Store
from tests.classroom.ink import INK, TASK

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER = """
import sys
from siamese.classroom.store import Store
store = Store()
store.join(f"server {sys.argv[1]}")
"""
WRITER = """
from siamese.classroom.rounds import Quiz
from siamese.classroom.store import Store
store = Store()
ada = store.join("Ada")
round_id, _ = store.begin_round(ada, Quiz("builtin", "Kannada"))
for place in range(10_000):
    store.answer(ada, round_id, place, 0, True, True, 1.0)
    print(place, flush=True)
"""


def run(script: str, *arguments: str) -> subprocess.Popen:
    """A process with the database of the environment."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, env=environment, text=True
    )


def test_migrations_make_the_schema(store):
    with store.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_servers_that_start_at_once_all_find_the_schema(address):
    servers = [run(SERVER, str(number)) for number in range(6)]
    assert [server.wait(120) for server in servers] == [0] * 6
    store = Store()
    assert len(store.people()) == store.version().number == 6
    store.close()


def test_a_writer_that_is_killed_has_kept_all_that_it_acknowledged(address):
    writer = run(WRITER)
    acknowledged = [int(writer.stdout.readline()) for _ in range(25)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in writer.stdout.read().split("\n")[:-1]]
    writer.wait()
    store = Store()
    kept, _ = store.after(0, 0)
    assert len(kept) in (len(acknowledged), len(acknowledged) + 1)  # the last one may not have been acknowledged
    store.close()


def test_what_fails_half_way_keeps_nothing(store, ada):
    before = store.version()
    with contextlib.suppress(ZeroDivisionError), store.database.writing() as connection:
        connection.execute(sa.delete(schema.people))
        _ = 1 / 0
    assert store.version() == before
    assert len(store.people()) == 1


def test_a_full_disk_is_one_sentence_and_loses_nothing(store, ada, address):
    round_id, _ = store.begin_round(ada, Quiz("builtin", "Kannada"))
    store.answer(ada, round_id, 0, 0, True, True, 1.0)
    fill = _fill_sqlite if address.startswith("sqlite") else _fill_postgresql
    with fill(store), pytest.raises(StoreError, match=r"^The answer was not kept, because .+ is full: free some .+\.$"):
        _draw_much(store, ada)
    kept = len(store.drawings())
    assert kept < MANY
    store.answer(ada, round_id, 1, 0, True, True, 1.0)
    assert len(store.after(0, 0)[0]) == 2
    store.keep_drawing(ada, TELEPHONE, TASK, INK, "")
    assert len(store.drawings()) == kept + 1


MANY = 150


def _draw_much(store: Store, person: Person) -> None:
    for _ in range(MANY):
        store.keep_drawing(person, TELEPHONE, TASK, INK, "")


@contextlib.contextmanager
def _fill_sqlite(store: Store) -> Iterator[None]:
    """No page can be added."""
    pages = [1]  # SQLite takes it for as many as there are

    def limit(connection, record, proxy) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages[0]}").fetchall()

    sa.event.listen(store.database._engine, "checkout", limit)
    yield
    pages[0] = 1_000_000


@contextlib.contextmanager
def _fill_postgresql(store: Store) -> Iterator[None]:
    """The server reports that there is no space, by its own code for that."""
    with store.database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$ "
            "LANGUAGE plpgsql"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER full_disk BEFORE INSERT ON drawings FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
    yield
    with store.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER full_disk ON drawings")


def test_a_limit_of_file_sizes_is_one_sentence(tmp_path):
    """As a full disk or a quota would, the system refuses to let the file grow."""
    script = (
        "import os, resource\n"
        "from siamese.classroom.store import Store\n"
        "from siamese.errors import UserError\n"
        "store = Store()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))\n"
        "kept = 0\n"
        "try:\n"
        "    for number in range(10_000):\n"
        "        store.join(f'person {number}')\n"
        "        kept += 1\n"
        "except UserError as error:\n"
        "    print(error)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "print(kept, len(Store().people()))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), database.VARIABLE: f"sqlite:///{tmp_path}/class.sqlite3"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    sentence, counts = done.stdout.strip().split("\n")
    kept, people = map(int, counts.split())
    assert "is full: free some space" in sentence
    assert kept == people > 0


def test_a_database_that_is_not_there_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv(database.VARIABLE, "postgresql://class:secret@127.0.0.1:9/none")
    with pytest.raises(StoreError, match=r"^The class's results cannot be read or written .+\.$") as caught:
        Store()
    for private in ("secret", "127.0.0.1", "class:"):
        assert private not in str(caught.value)
    (tmp_path / "class.sqlite3").write_bytes(b"this is not a database " * 100)
    monkeypatch.setenv(database.VARIABLE, f"sqlite:///{tmp_path}/class.sqlite3")
    with pytest.raises(StoreError, match="not a database"):
        Store()


def test_by_default_the_results_are_in_the_home_folder(home, monkeypatch):
    monkeypatch.delenv(database.VARIABLE, raising=False)
    store = Store()
    store.join("Ada")
    assert (home / "class.sqlite3").is_file()
    with sqlite3.connect(home / "class.sqlite3") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()
