from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.classroom import rounds
from siamese.classroom.rounds import TRIALS_PER_ROUND, Quiz, RoundError, Task
from siamese.evaluation.baselines import PixelNearest
from tests import drawn

ALPHABET = drawn.character_set(alphabets=1, characters=8, drawers=5)
SIMILARITY = rounds.character_similarity(ALPHABET, PixelNearest())


def quiz(**changes) -> Quiz:
    return dataclasses.replace(Quiz("builtin", ALPHABET.alphabets[0].name, ways=5), **changes)


@given(ways=st.integers(2, 8), seed=st.integers(0, 9999), look_alikes=st.booleans())
def test_a_round_has_fair_trials_and_can_be_repeated(ways, seed, look_alikes):
    asked = quiz(ways=ways, seed=seed, look_alikes=look_alikes)
    trials = rounds.quiz_trials(ALPHABET, asked, SIMILARITY)
    assert trials.support.shape == (TRIALS_PER_ROUND, ways, 1)
    for query, support, answer in zip(trials.query, trials.support[:, :, 0], trials.answer, strict=True):
        shown = ALPHABET.character_of[support]
        assert len(set(shown)) == ways
        assert shown[answer] == ALPHABET.character_of[query]
        assert len(set(ALPHABET.drawer_of[support])) == 1
        assert ALPHABET.drawer_of[support[0]] != ALPHABET.drawer_of[query]
    again = rounds.quiz_trials(ALPHABET, asked, SIMILARITY)
    assert all(np.array_equal(getattr(trials, name), getattr(again, name)) for name in ("query", "support", "answer"))


def test_other_seeds_give_other_trials():
    queries = {tuple(rounds.quiz_trials(ALPHABET, quiz(seed=seed)).query) for seed in range(20)}
    assert len(queries) == 20


@given(ways=st.integers(2, 7), seed=st.integers(0, 99))
def test_look_alikes_are_the_most_similar_characters(ways, seed):
    trials = rounds.quiz_trials(ALPHABET, quiz(ways=ways, seed=seed, look_alikes=True), SIMILARITY)
    for query, support in zip(trials.query, trials.support[:, :, 0], strict=True):
        own = ALPHABET.character_of[query]
        shown = set(ALPHABET.character_of[support]) - {own}
        others = set(range(8)) - shown - {own}
        assert min(SIMILARITY[own, list(shown)]) >= max(SIMILARITY[own, list(others)])


def test_the_right_answer_is_in_every_place():
    trials = [rounds.quiz_trials(ALPHABET, quiz(ways=4, seed=s, look_alikes=True), SIMILARITY) for s in range(30)]
    counts = np.bincount(np.concatenate([one.answer for one in trials]), minlength=4)
    assert counts.min() > 300 / 4 * 0.6


def test_similarity_is_symmetric_and_of_different_drawers():
    assert SIMILARITY.shape == (8, 8)
    assert np.array_equal(SIMILARITY, SIMILARITY.T)


@pytest.mark.parametrize("asked", [quiz(ways=9), quiz(ways=9, look_alikes=True), quiz(ways=1)])
def test_an_alphabet_that_is_too_small_is_one_sentence(asked):
    with pytest.raises(RoundError, match=r"^This alphabet has too few characters with two drawings .+\.$"):
        rounds.quiz_trials(ALPHABET, asked, SIMILARITY)


def test_one_drawer_is_too_few():
    alone = drawn.character_set(alphabets=1, characters=4, drawers=1)
    with pytest.raises(RoundError):
        rounds.quiz_trials(alone, quiz(ways=3))
    task = rounds.drawing_task(alone, "own", 1)  # what is drawn by hand needs one example only
    assert task.model in task.examples
    assert len(task.support(alone)) == 4


def test_an_alphabet_of_one_character_is_one_sentence():
    with pytest.raises(RoundError, match="one character"):
        rounds.drawing_task(drawn.character_set(alphabets=1, characters=1, drawers=3), "builtin", 1)


@given(seed=st.integers(0, 9999))
def test_a_task_survives_the_store_and_names_its_drawings(seed):
    task = rounds.drawing_task(ALPHABET, "builtin", seed)
    assert Task.from_json(json.loads(json.dumps(task.to_json()))) == task
    assert len(task.characters) == 8  # all there are
    support, model = task.support(ALPHABET), task.model_row(ALPHABET)
    assert [ALPHABET.characters[c].name for c in ALPHABET.character_of[support[:, 0]]] == list(task.characters)
    assert ALPHABET.characters[ALPHABET.character_of[model]].name == task.character
    assert ALPHABET.drawer_of[model] not in ALPHABET.drawer_of[support]


def test_a_task_of_an_alphabet_that_has_changed_is_one_sentence():
    task = rounds.drawing_task(ALPHABET, "builtin", 1)
    for changed in (
        dataclasses.replace(task, characters=("gone", *task.characters[1:])),
        dataclasses.replace(task, examples=(99, *task.examples[1:])),
    ):
        with pytest.raises(RoundError, match="changed"):
            changed.support(ALPHABET)
    with pytest.raises(RoundError, match="changed"):
        dataclasses.replace(task, model=99).model_row(ALPHABET)


def test_only_the_plain_20_way_quiz_counts_for_the_class():
    assert Quiz("builtin", "Runic").standard
    assert not Quiz("builtin", "Runic", ways=10).standard
    assert not Quiz("builtin", "Runic", look_alikes=True).standard
    assert not Quiz("builtin", "Runic", network="lesson-1").standard
