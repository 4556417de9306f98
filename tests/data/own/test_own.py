"""Own sets on the disk: keys, names, limits, owners, damaged files; and as character sets and data sources."""

from __future__ import annotations

import errno
import os
import threading

import numpy as np
import pytest

from siamese.data import own, packed_files, sources, splits
from siamese.data.own import shelf
from siamese.data.own.file_format import OwnAlphabet, OwnCharacter, OwnDrawing, OwnSet, packed
from siamese.errors import UserError
from tests import drawn

LINES = (((20.0, 20.0), (80.0, 80.0)),), (((20.0, 50.0), (80.0, 50.0)),), (((50.0, 10.0), (50.0, 90.0)),)


def moon(name: str = "Moon", characters: int = 3) -> OwnSet:
    """An alphabet of characters with one to three drawings each."""
    made = [
        OwnCharacter(f"sign {c}", tuple(OwnDrawing(d + 1, LINES[d % 3]) for d in range(c % 3 + 1)))
        for c in range(characters)
    ]
    return OwnSet(name, (OwnAlphabet(name, tuple(made)),))


def test_a_set_is_kept_listed_changed_and_deleted(home):
    assert own.names() == {}
    key = own.keep(moon())
    assert key == "own-moon"
    assert own.load(key) == moon()
    assert own.names() == {"own-moon": "Moon"}
    changed = moon(characters=4)
    assert own.keep(changed, key) == key
    assert own.load(key) == changed
    own.delete(key)
    assert own.names() == {}
    with pytest.raises(UserError, match="not on this server any more"):
        own.load(key)
    with pytest.raises(UserError, match="no alphabets with the key"):
        own.delete(key)


def test_names_become_plain_keys_and_the_same_name_is_refused(home):
    assert own.keep(moon("Ünser Mond!")) == "own-unser-mond"
    assert own.keep(moon("unser mond")) == "own-unser-mond-2"
    assert own.keep(moon("Луна")).startswith("own-")
    with pytest.raises(UserError, match="called UNSER MOND already: choose another name"):
        own.keep(moon("UNSER MOND"))
    assert list(own.names().values()) == sorted(own.names().values(), key=str.casefold)


@pytest.mark.parametrize("key", ["", "own-", "own-../moon", "own-Moon", "own-a/b", "own-\0", "private-12", "builtin"])
def test_only_keys_name_files(home, key):
    assert not own.is_key(key)
    with pytest.raises(UserError, match="no alphabets with the key"):
        shelf.file(key)


def test_a_private_set_is_found_by_its_key_only(home):
    key = own.new_private_key()
    assert key != own.new_private_key()
    own.keep(moon(), key)
    assert own.keep(moon()) == "own-moon"  # a private set does not take the name
    assert own.is_key(key)
    assert own.load(key) == moon()
    assert own.names() == {"own-moon": "Moon"}
    assert key not in [*sources.keys()]
    assert sources.get(key).label == splits.get(key).label == "Moon"


def test_the_maker_is_recognised_and_not_written_down(home):
    key = own.keep(moon(), maker="a secret")
    assert own.owner(key) == own.digest("a secret") != own.digest("another")
    assert b"a secret" not in shelf.file(key).read_bytes()
    assert own.load(key) == moon()
    assert own.owner(own.keep(moon("Sun"))) == ""


def test_numbers_and_sizes_are_limited(home, monkeypatch):
    monkeypatch.setattr(own, "MAX_SHARED_SETS", 2)
    monkeypatch.setattr(own, "MAX_PRIVATE_SETS", 1)
    own.keep(moon("a"))
    own.keep(moon("b"))
    with pytest.raises(UserError, match="as many own alphabets as it can keep"):
        own.keep(moon("c"))
    own.keep(moon("b", 5), "own-b")  # to change one is no new one
    private = own.new_private_key()
    own.keep(moon(), private)
    with pytest.raises(UserError, match="as many own alphabets"):
        own.keep(moon(), own.new_private_key())
    os.utime(shelf.file(private), (1, 1))
    own.keep(moon(), own.new_private_key())  # an old private set makes room
    assert not own.is_key(private)
    monkeypatch.setattr(own, "MAX_SHARED_SETS", 9)
    monkeypatch.setattr(own, "MAX_TOTAL_BYTES", 1000)
    with pytest.raises(UserError, match="as much room as they may"):
        own.keep(moon("c"))
    monkeypatch.setattr(own, "MAX_FILE_BYTES", 100)
    with pytest.raises(UserError, match="leave out some drawings"):
        own.keep(moon("c"))


def test_a_full_disk_leaves_what_was_there(home, monkeypatch):
    key = own.keep(moon())

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(packed_files.os, "fsync", full)
    with pytest.raises(UserError, match="cannot be written: No space left on device; make room"):
        own.keep(moon(characters=5), key)
    assert own.load(key) == moon()
    assert len(list(shelf.folder().iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"[]", b"5", b"\xff", b'{"name": 5,\n', b"x" * 5000])
def test_a_damaged_file_is_listed_by_its_key_and_explained(home, content):
    key = own.keep(moon())
    shelf.file(key).write_bytes(content)
    assert own.names() == {key: key}
    with pytest.raises(UserError, match=r"own-moon\.json has no alphabets that can be read"):
        sources.get(key).load(None)


def test_fifty_at_once_all_keep_their_sets(home):
    failures = []

    def work(number: int) -> None:
        try:
            own.keep(moon(f"Alphabet {number}"))
            own.keep(moon(), own.new_private_key())
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(own.names()) == 50
    assert len(list((shelf.folder() / "private").iterdir())) == 50


def test_the_character_set_has_all_drawings_by_drawer(home):
    picture = drawn.scribble(1, 1)
    character = OwnCharacter("ka", (OwnDrawing(7, bits=packed(picture)), OwnDrawing(2, LINES[0])))
    characters = own.character_set(OwnSet("Class", (OwnAlphabet("Moon", (character,)), *moon("Sun").alphabets)))
    assert characters.name == "Class"
    assert [a.name for a in characters.alphabets] == ["Moon", "Sun"]
    assert characters.drawers(0) == (2, 7)
    assert np.array_equal(characters.drawings([characters.row(0, 7)])[0], picture)
    assert [len(characters.rows(c)) for c in characters.members("Sun")] == [1, 2, 3]
    assert characters.characters[0].caption == "ka"


def test_an_own_set_is_a_source_and_a_group(home):
    key = own.keep(moon())
    assert sources.keys() == ("builtin", "omniglot", key)
    source, group = sources.get(key), splits.get(key)
    assert source.available()
    assert splits.subset(key, source.load(None)).name == "Moon, 1 alphabet"
    assert (group.source, group.training) == (key, "")
    with pytest.raises(UserError, match="Moon is too small to train on: choose one of builtin, omniglot"):
        source.training_sets()
    own.delete(key)
    assert not source.available()
    with pytest.raises(UserError, match="no group of alphabets 'own-moon': choose one of validation"):
        splits.get(key)


def test_alphabets_are_found_by_name_and_by_key(home):
    own.keep(moon())
    two = OwnSet("Two", (*moon("Kannada").alphabets, *moon("Sun").alphabets))
    own.keep(two)
    assert sources.find_alphabet("Moon")[0].name == "Moon"
    assert sources.find_alphabet("Kannada")[0].name == "Built-in alphabets"
    assert [sources.find_alphabet(name)[1] for name in ("own-moon", "own-two/Kannada")] == ["Moon", "Kannada"]
    assert sources.find_alphabet("own-two/Kannada")[0].name == "Two"
    with pytest.raises(UserError, match="own-two: choose one of own-two/Kannada, own-two/Sun"):
        sources.find_alphabet("own-two")
