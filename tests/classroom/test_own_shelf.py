"""Own sets in the class store: two servers with one database, each with a shelf and an open store of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from siamese.classroom import own_shelf
from siamese.classroom.own_shelf import DatabaseShelf
from siamese.classroom.store import Store
from siamese.data import own
from siamese.data.own.file_format import OwnAlphabet, OwnCharacter, OwnDrawing, OwnSet
from siamese.data.own.shelf import FileShelf
from siamese.errors import UserError
from tests.threads import at_once


def moon(name: str = "Moon", characters: int = 1) -> OwnSet:
    """An alphabet of characters with one drawing each."""
    drawing = OwnDrawing(1, (((20.0, 20.0), (80.0, 80.0)),))
    made = tuple(OwnCharacter(f"sign {number}", (drawing,)) for number in range(characters))
    return OwnSet(name, (OwnAlphabet(name, made),))


@pytest.fixture
def shelves(store, address) -> Iterator[tuple[DatabaseShelf, DatabaseShelf]]:
    """Those of two servers; own sets are on the first one's."""
    second = Store()
    pair = DatabaseShelf(lambda: store.database), DatabaseShelf(lambda: second.database)
    own.use(pair[0])
    yield pair
    own.use(FileShelf())
    second.close()


def test_a_set_is_kept_listed_changed_and_deleted_on_both_servers(shelves, monkeypatch):
    monkeypatch.setattr(own_shelf, "REFRESH_SECONDS", 0.0)
    shared, private = own.keep(moon(), maker="a secret"), own.keep(moon("Mine"), own.new_private_key())
    for shelf in shelves:
        own.use(shelf)
        assert own.names() == {"own-moon": "Moon"}
        assert own.load(private) == moon("Mine")
        assert own.owner(shared) == own.digest("a secret")
        assert own.owner(private) == ""
    before = own.version(private)
    own.keep(moon("Mine", 2), private)
    for shelf in shelves:
        own.use(shelf)
        assert own.load(private) == moon("Mine", 2)
        assert own.version(private) != before
    own.delete(shared)
    for shelf in shelves:
        own.use(shelf)
        assert own.names() == {}
        assert not own.is_key(shared)
        with pytest.raises(UserError, match="not on this server any more"):
            own.load(shared)


def test_a_link_to_a_set_opens_at_once_on_the_other_server(shelves):
    own.use(shelves[1])
    assert own.names() == {}  # read just now, and not again within this test
    own.use(shelves[0])
    key = own.keep(moon("Mine"), own.new_private_key())
    assert own.is_key(key)
    own.use(shelves[1])
    assert own.is_key(key)
    assert own.name(key) == "Mine"


def test_what_cannot_be_kept_changes_nothing_and_frees_the_shelf(shelves):
    own.keep(moon())
    with pytest.raises(UserError, match="called Moon already"):
        own.keep(moon())
    assert own.keep(moon("Sun")) == "own-sun"
    assert own.names() == {"own-moon": "Moon", "own-sun": "Sun"}


def test_there_is_room_for_the_sets_of_ten_servers_and_old_private_ones_make_room(shelves, monkeypatch):
    monkeypatch.setattr(own, "MAX_PRIVATE_SETS", 0.1)
    first = own.keep(moon(), own.new_private_key())
    with pytest.raises(UserError, match="as many own alphabets"):
        own.keep(moon(), own.new_private_key())
    monkeypatch.setattr(own, "KEPT_SECONDS", -1.0)
    assert own.is_key(own.keep(moon(), own.new_private_key()))
    assert not own.is_key(first)


def test_threads_that_keep_sets_at_once_keep_them_all(shelves):
    numbers = iter(range(8))
    at_once(lambda: own.keep(moon(f"Moon {next(numbers)}")))
    assert len(own.names()) == 8


def test_while_the_database_is_away_labels_are_known_and_reading_says_why(shelves, store, monkeypatch):
    key = own.keep(moon())
    assert own.names() == {"own-moon": "Moon"}

    def fail():
        raise UserError("The database is away.")

    away = DatabaseShelf(fail)
    away._labels = dict(shelves[0]._labels)
    own.use(away)
    assert own.names() == {"own-moon": "Moon"}
    assert own.is_key(key)
    assert not own.is_key(own.new_private_key())
    with pytest.raises(UserError, match="is away"):
        own.load(key)
    with pytest.raises(UserError, match="is away"):
        own.keep(dataclasses.replace(moon(), name="Sun"))
