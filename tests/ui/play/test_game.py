"""A round of the quiz: the question that comes next, its clock, and the points so far."""

from __future__ import annotations

import math
import time
import types

import numpy as np

from siamese.ui.play.game import Game
from tests import drawn


def game(**changes) -> Game:
    alphabet = drawn.character_set(alphabets=1, characters=4, drawers=2)
    trials = types.SimpleNamespace(support=np.array([[[0], [2]], [[4], [6]]]), answer=np.array([1, 0]))
    return Game(**{**dict.fromkeys(("person", "quiz")), "limit": 20, "round_id": 1, "alphabet": alphabet,
                   "trials": trials, "results": {}, **changes})  # fmt: skip


def test_the_points_of_both_are_counted():
    assert game().comparison is None
    counted = game(results={0: (True, False), 1: (True, True), 4: (False, False)}).comparison
    assert (counted.people.right, counted.people.trials) == (2, 3)
    assert (counted.network.right, counted.network.trials) == (1, 3)


def test_the_time_for_a_question_has_two_seconds_for_the_way():
    assert game(limit=0).seconds_left == math.inf
    left = game(shown_at=time.monotonic() - 15).seconds_left
    assert 6.5 < left <= 7
    assert game(shown_at=time.monotonic() - 23).seconds_left < 0


def test_the_next_question_is_the_first_without_an_answer():
    played = game(results={0: (True, True), 1: (True, True), 3: (True, True)}, choice=4, match="a match")
    before = time.monotonic()
    played.next()
    assert (played.place, played.choice, played.match) == (2, None, None)
    assert before <= played.shown_at <= time.monotonic()
    played.results.update(dict.fromkeys(range(10), (True, True)))
    played.next()
    assert played.place == 10


def test_a_question_has_the_drawings_of_its_own_place():
    played = game(place=1)
    assert np.array_equal(played.support, played.alphabet.drawings([4, 6])[:, None])
    assert (played.answer, game().answer) == (0, 1)
