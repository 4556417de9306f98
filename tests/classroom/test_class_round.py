"""A class round in the settings of the class: it comes back as it was, and nonsense is no round."""

from __future__ import annotations

import json

import pytest

from siamese.classroom import class_round
from siamese.classroom.class_round import SETTING, ClassRound, from_settings
from siamese.classroom.rounds import Quiz
from siamese.classroom.scoring import ACTIVITIES
from siamese.classroom.store import MAX_SETTING_CHARACTERS

ROUND = ClassRound(3, "quiz", 20, Quiz("builtin", "Kannada", 10, True, 77, ""), 1000.0, 1300.0)


@pytest.fixture
def clock(monkeypatch):
    """A function that sets the time."""
    return lambda now: monkeypatch.setattr(class_round.time, "time", lambda: now)


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_a_round_comes_back_from_the_settings(activity):
    kept = ClassRound(4, activity, 0, Quiz("builtin", "\N{KANNADA LETTER KA}" * 80, seed=9999), 1.5, 2.5)
    text = kept.to_setting()
    assert len(text) < MAX_SETTING_CHARACTERS
    assert from_settings({SETTING: text}) == kept


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"number": 1}', ROUND.to_setting().replace('"quiz", "limit"', '"chess", "limit"')]
)
def test_what_is_not_a_round_is_none(text):
    assert from_settings({SETTING: text}) is None
    assert from_settings({}) is None


def test_a_round_with_a_field_of_another_version_is_none():
    assert from_settings({SETTING: json.dumps({**json.loads(ROUND.to_setting()), "moon": 1})}) is None


def test_a_round_is_over_at_its_end(clock):
    clock(1299.0)
    assert (ROUND.over, ROUND.seconds_left, ROUND.seconds) == (False, 1.0, 300.0)
    clock(1300.0)
    assert (ROUND.over, ROUND.seconds_left) == (True, 0.0)


def test_a_round_that_is_ended_is_over_and_one_that_was_over_stays_as_it_was(clock):
    clock(1100.0)
    assert ROUND.ended().over
    assert ROUND.ended().seconds == 100.0
    clock(2000.0)
    assert ROUND.ended() == ROUND
