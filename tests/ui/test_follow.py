"""A class on several servers: each wakes its own visitors when the class was called on another one."""

from __future__ import annotations

import dataclasses
import time

import pytest

from siamese.classroom import board, class_round, place
from siamese.classroom.class_round import ClassRound
from siamese.classroom.place import Place
from siamese.classroom.rounds import Quiz
from siamese.classroom.store import Store
from siamese.errors import UserError
from siamese.ui import class_store, follow


@pytest.fixture
def other(home, monkeypatch):
    """The store as another server has opened it; what it changes is read here at once."""
    monkeypatch.setattr(board, "REFRESH_SECONDS", 0.0)
    monkeypatch.setattr(follow, "_known", follow._Known())
    opened = Store()
    yield opened
    opened.close()


@pytest.fixture
def woken(monkeypatch) -> list[int]:
    """Has an entry for each time that all visitors of this server were woken."""
    times: list[int] = []
    monkeypatch.setattr(follow.wake, "everyone", lambda: times.append(1))
    return times


def test_visitors_are_woken_once_for_a_place_of_another_server(other, woken):
    follow.wake_if_called()
    assert woken == []
    other.set(**{place.SETTING: Place(1, "verify").to_setting()})
    follow.wake_if_called()
    follow.wake_if_called()
    assert woken == [1]
    assert follow.current() == Place(1, "verify")


def test_visitors_are_woken_when_a_round_begins_and_when_it_is_ended(other, woken):
    follow.wake_if_called()
    now = time.time()
    played = ClassRound(1, "quiz", 0, Quiz("builtin", "Kannada"), now, now + 60)
    for changed in (played, played.ended()):
        other.set(**{class_round.SETTING: changed.to_setting()})
        follow.wake_if_called()
    assert woken == [1, 1]


def test_nobody_is_woken_for_what_happened_before_the_server_began_or_for_another_leader(other, woken):
    other.set(**{place.SETTING: Place(7, "verify", following=True, leader="a").to_setting()})
    follow.wake_if_called()
    other.set(**{place.SETTING: Place(7, "verify", following=True, leader="b").to_setting()})
    follow.wake_if_called()
    assert woken == []


def test_the_server_of_the_call_does_not_wake_its_visitors_a_second_time(other, woken, monkeypatch):
    monkeypatch.setattr(follow.wake, "everyone_else", lambda: None)
    follow.wake_if_called()
    follow._keep(dataclasses.replace(follow.current(), number=1, page="verify"))
    follow.call()
    follow.wake_if_called()
    assert woken == []


def test_while_the_store_cannot_be_read_the_place_is_what_was_known(other, monkeypatch):
    other.set(**{place.SETTING: Place(1, "verify").to_setting()})
    assert follow.current().page == "verify"

    def fail():
        raise UserError("The database is away.")

    monkeypatch.setattr(class_store, "snapshot", fail)
    assert follow.current().page == "verify"
    with pytest.raises(UserError):
        follow.wake_if_called()
