"""A visitor's alphabet: kept with every change, shared as a copy, and nobody else's to change."""

from __future__ import annotations

import pytest

from siamese.data import own
from siamese.data.own import editing
from siamese.data.own.file_format import OwnAlphabet, OwnCharacter, OwnDrawing
from siamese.errors import UserError
from siamese.ui import own_sets, state
from siamese.ui.teach import draft
from tests.data.own.test_own import moon

INK = (((20.0, 20.0), (80.0, 80.0)),)


@pytest.fixture(autouse=True)
def session(home, monkeypatch) -> dict:
    """A visitor's session outside Streamlit."""
    import streamlit as st

    values: dict = {}
    monkeypatch.setattr(st, "session_state", values)
    values["teach:set"] = ""
    return values


def teach(name: str) -> None:
    draft.change(lambda alphabets, place: editing.add_character(alphabets, place, name, INK))


def test_the_first_character_makes_a_private_set_and_every_change_is_kept():
    assert (draft.current().key, draft.current().shown) == ("", [])
    teach("ka")
    key = state.of("teach").set
    assert key.startswith(own.PRIVATE)
    assert own_sets.private_keys() == [key]
    teach("ki")
    assert [c.name for c in own.load(key).alphabets[0].characters] == ["ka", "ki"] == draft.current().names
    assert [len(rows) for rows in draft.current().rows] == [1, 1]
    assert draft.current().support()[0].shape == (1, 105, 105)
    draft.change(lambda alphabets, place: editing.rename(alphabets, "Moon"))
    assert own.name(key) == "Moon"


def test_without_characters_nothing_is_kept():
    teach("ka")
    key = state.of("teach").set
    draft.change(lambda alphabets, place: editing.remove_character(alphabets, place, "ka"))
    assert not own.is_key(key)
    assert state.of("teach").set == ""
    assert draft.current().names == []
    draft.change(lambda alphabets, place: editing.rename(alphabets, "Moon"))
    teach("ki")
    assert own.name(state.of("teach").set) == "Moon"


def test_a_refused_change_loses_nothing(monkeypatch):
    teach("ka")
    with pytest.raises(UserError, match="called ka already"):
        teach("ka")

    def full(*arguments):
        raise UserError("The disk is full.")

    monkeypatch.setattr(own, "keep", full)
    with pytest.raises(UserError, match="disk is full"):
        teach("ki")
    assert draft.current().names == ["ka"]


def test_a_shared_copy_follows_and_others_cannot_change_it(session):
    teach("ka")
    key = state.of("teach").set
    draft.share()
    shared = draft.shared_key(key)
    assert own.names() == {shared: draft.NEW_NAME}
    teach("ki")
    assert own.load(shared).counts == (1, 2, 2)
    session.clear()
    session["teach:set"] = shared
    assert not draft.current().mine
    assert draft.shared_key("private-of-somebody-else") == ""
    draft.copy()
    copied = state.of("teach").set
    assert draft.current().mine
    teach("ku")
    assert (own.load(copied).counts, own.load(shared).counts) == ((1, 3, 3), (1, 2, 2))
    with pytest.raises(UserError, match="already: choose another name"):
        draft.share()
    session["teach:set"] = key
    draft.stop_sharing()
    assert own.names() == {}
    assert own.is_key(key)


def test_a_change_on_another_device_is_seen_before_the_next_one(session):
    teach("ka")
    key = state.of("teach").set
    own.keep(editing.add_character(own.load(key), 0, "ki", INK), key)
    teach("ku")
    assert own.load(key).counts == (1, 3, 3)


def test_a_set_of_several_alphabets_shows_one_and_changes_that_one(session):
    two = own.OwnSet("Class", (*moon("Moon").alphabets, *moon("Sun").alphabets))
    session["teach:set"] = own.keep(two, own.new_private_key())
    draft.show_alphabet(1)
    teach("ka")
    assert draft.current().names == ["sign 0", "sign 1", "sign 2", "ka"]
    assert [len(alphabet.characters) for alphabet in own.load(session["teach:set"]).alphabets] == [3, 4]
    assert len(draft.current().rows) == 4


def test_an_alphabet_that_was_deleted_is_explained(session):
    session["teach:set"] = own.keep(moon())
    draft.current()
    own.delete("own-moon")
    with pytest.raises(UserError, match="not on this server any more"):
        draft.current()


def test_fifty_visitors_have_keys_of_their_own(session):
    keys = set()
    for _ in range(50):
        session.clear()
        session["teach:set"] = ""
        teach("ka")
        keys.add(session["teach:set"])
    assert len(keys) == 50
    session.clear()
    assert own_sets.visible() == []


def test_a_set_with_an_empty_alphabet_is_shown_with_what_it_has(session):
    teach("ka")
    draft.change(lambda alphabets, place: own.OwnSet("Two", (*alphabets.alphabets, OwnAlphabet("Empty", ()))))
    assert [c.name for c in draft.current().shown] == ["ka"]
    assert len(own.load(session["teach:set"]).alphabets) == 1


def test_the_alphabet_that_is_shown_stays_the_last_one_there_is(session):
    two = own.OwnSet("Class", (*moon("Moon").alphabets, *moon("Sun").alphabets))
    session["teach:set"] = own.keep(two, own.new_private_key())
    draft.show_alphabet(1)
    own.keep(moon("Moon"), session["teach:set"])
    assert (draft.current().place, draft.current().names) == (0, ["sign 0", "sign 1", "sign 2"])


def test_another_set_begins_with_its_first_alphabet(session):
    two = own.OwnSet("Class", (*moon("Moon").alphabets, *moon("Sun").alphabets))
    first, second = (own.keep(two, own.new_private_key()) for _ in range(2))
    session["teach:set"] = first
    draft.show_alphabet(1)
    session["teach:set"] = second
    assert draft.current().place == 0


def test_drawings_are_compared_with_five_examples_of_each(session):
    alphabet = OwnAlphabet("A", (OwnCharacter("ka", tuple(OwnDrawing(d, INK) for d in range(1, 8))),))
    session["teach:set"] = own.keep(own.OwnSet("A", (alphabet,)), own.new_private_key())
    assert [len(rows) for rows in draft.current().rows] == [5]
    assert draft.current().support()[0].shape == (5, 105, 105)


def test_beginning_anew_leaves_the_earlier_alphabet(session):
    teach("ka")
    key = session["teach:set"]
    draft.begin()
    assert session["teach:set"] == ""
    assert draft.current().names == []
    assert own.is_key(key)
    assert own_sets.private_keys() == [key]
