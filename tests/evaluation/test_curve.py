"""Curves against N, from their definition: every N counted on its own."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data.episodes import Trials, sample_trials
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.curve import Answers, step, stream, table
from siamese.evaluation.features import Features
from siamese.evaluation.protocol import nest
from siamese.evaluation.trials import Accuracy, wilson
from tests import drawn
from tests.scorers import Constant, Oracle

CHARACTERS = drawn.character_set(alphabets=3, characters=8, drawers=5)


def nested(seed: int, trials: int, ways: int, shots: int = 1, across: bool = False) -> Trials:
    return nest(sample_trials(CHARACTERS, np.random.default_rng(seed), trials, ways, shots, across))


def finish(scorer, trials: Trials, seed: int = 0) -> Answers:
    *_, last = stream({"scorer": Answers.begin(trials, seed)}, {"scorer": Features(scorer, CHARACTERS)})
    return last["scorer"]


def with_scores(scores: np.ndarray, seed: int = 0) -> Answers:
    """Answers to trials of made-up drawings with these scores."""
    count, ways = scores.shape
    support = np.random.default_rng(1).permuted(np.tile(np.arange(ways), (count, 1)), axis=1)[..., None]
    return Answers(Trials(np.zeros(count, int), support, np.zeros(count, int)), scores, seed)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 8), st.integers(1, 4), st.booleans())
def test_nested_trials_are_fair_at_every_n(seed, ways, shots, across):
    trials = nested(seed, 5, ways, shots, across)
    assert trials.support.shape == (5, ways, shots)
    assert not trials.answer.any()
    for query, support in zip(trials.query, trials.support, strict=True):
        shown = CHARACTERS.character_of[support]
        assert (shown == shown[:, :1]).all()  # the shots of a way are one character
        assert len(set(shown[:, 0])) == ways  # no character twice, so in no prefix either
        assert CHARACTERS.character_of[query] == shown[0, 0]  # the answer is in every prefix
        assert CHARACTERS.drawer_of[query] not in CHARACTERS.drawer_of[support]  # another drawer, so another drawing
        if not across:
            assert len({CHARACTERS.characters[c].alphabet for c in shown[:, 0]}) == 1


def test_nesting_moves_the_right_way_only():
    support = np.array([[[1], [2], [3]], [[4], [5], [6]]])
    trials = nest(Trials(np.array([7, 8]), support, np.array([2, 0])))
    assert trials.support[:, :, 0].tolist() == [[3, 2, 1], [4, 5, 6]]
    assert trials.answer.tolist() == [0, 0]
    assert support[0, 0, 0] == 1  # the trials given are left as they were


SCORES = st.integers(2, 9).flatmap(
    lambda n: st.lists(
        st.lists(st.sampled_from([0.0, 0.5, 1.0, np.nan]), min_size=n, max_size=n), min_size=1, max_size=20
    )
)


@settings(deadline=None)
@given(SCORES, st.integers(0, 1000))
def test_every_n_is_what_counting_gives(scores, seed):
    answers = with_scores(np.array(scores), seed)
    ties = np.random.default_rng(seed).random(answers.scores.shape)
    before = len(answers)
    for ways in range(2, answers.scores.shape[1] + 1):
        keys = [
            [(-np.inf if np.isnan(s) else s, t) for s, t in zip(row[:ways], tie, strict=False)]
            for row, tie in zip(answers.scores, ties, strict=True)
        ]
        right = sum(row.index(max(row)) == 0 for row in keys)
        assert answers.accuracy(ways) == Accuracy(right, len(scores))
        assert answers.choices(ways).accuracy == Accuracy(right, len(scores))
        assert right <= before  # right among many is right among fewer
        before = right


@settings(deadline=None)
@given(SCORES)
def test_choices_hold_the_same_trials_in_an_order_that_tells_nothing(scores):
    answers = with_scores(np.array(scores))
    for ways in (2, answers.scores.shape[1]):
        choices = answers.choices(ways)
        shown = choices.trials.support[:, :, 0]
        assert (np.diff(shown, axis=1) > 0).all()
        assert np.array_equal(np.sort(answers.trials.support[:, :ways, 0], axis=1), shown)
        every = np.arange(len(scores))
        assert np.array_equal(shown[every, choices.trials.answer], answers.trials.support[:, 0, 0])
        assert np.array_equal(choices.scores[every, choices.trials.answer], answers.scores[:, 0], equal_nan=True)


def test_the_right_way_may_be_anywhere_in_choices():
    answers = finish(Constant(), nested(0, 600, 5)).choices(5).trials.answer
    assert np.bincount(answers, minlength=5).min() > 80


def test_a_constant_scorer_scores_chance_at_every_n():
    answers = finish(Constant(), nested(0, 3000, 8))
    for ways in range(2, 9):
        measured = answers.accuracy(ways)
        low, high = wilson(measured.accuracy, measured.trials, z=4)
        assert low < 1 / ways < high


def test_oracle_prepares_each_drawing_once():
    oracle, trials = Oracle(CHARACTERS), nested(0, 120, 8, 2)
    answers = finish(oracle, trials)
    assert all(answers.accuracy(ways) == Accuracy(120, 120) for ways in range(2, 9))
    assert oracle.prepared == len(np.unique(np.concatenate([trials.query, trials.support.ravel()])))


def test_a_stopped_and_continued_stream_ends_like_an_uninterrupted_one():
    trials = nested(7, 170, 8)
    scorers = {"nearest": PixelNearest(), "constant": Constant()}

    def features():
        return {name: Features(scorer, CHARACTERS) for name, scorer in scorers.items()}

    begun = {name: Answers.begin(trials, 5) for name in scorers}
    *_, uninterrupted = stream(begun, features())
    seen = []
    for stopped in stream(begun, features()):
        seen.append({name: len(answers) for name, answers in stopped.items()})
        if len(seen) == 3:
            break
    for now in stream(stopped, features()):
        seen.append({name: len(answers) for name, answers in now.items()})
    for name in scorers:
        assert np.array_equal(now[name].scores, uninterrupted[name].scores)
        assert table(now, range(2, 9)) == table(uninterrupted, range(2, 9))
    assert all(abs(counts["nearest"] - counts["constant"]) <= 50 for counts in seen)  # side by side
    assert all(counts["nearest"] > 0 for counts in seen)
    assert list(stream(now, features())) == []  # nothing left to do


def test_a_first_step_is_small():
    answers = step(Answers.begin(nested(0, 400, 8), 0), Features(Constant(), CHARACTERS))
    assert 1 <= len(answers) <= 50


def test_a_step_prepares_at_most_128_new_drawings():
    many = drawn.character_set(alphabets=2, characters=40, drawers=5)
    trials = nest(sample_trials(many, np.random.default_rng(0), 30, 40))  # 41 drawings each
    oracle = Oracle(many)
    features, answers, before = Features(oracle, many), Answers.begin(trials, 0), 0
    while not answers.complete:
        answers = step(answers, features)
        assert oracle.prepared - before <= 128
        before = oracle.prepared
    assert oracle.prepared > 200


def test_a_broken_scorer_is_an_error_not_a_guess():
    class Broken(Constant):
        def compare(self, queries, support):
            return np.full((len(queries), len(support)), np.nan)

    with pytest.raises(ValueError, match="All scores of a trial are NaN"):
        finish(Broken(), nested(0, 5, 4))


def test_ways_beyond_the_trials_and_accuracy_before_an_answer_are_refused():
    answers = finish(Constant(), nested(0, 5, 4))
    for ways in (1, 5):
        with pytest.raises(ValueError, match="from 2 to 4"):
            answers.accuracy(ways)
    with pytest.raises(ValueError, match="No trial"):
        dataclasses.replace(answers, scores=answers.scores[:0]).choices(3)


def test_a_table_has_a_row_for_every_scorer_and_n():
    answers = {
        "one": finish(Constant(), nested(0, 50, 4)),
        "two": Answers.begin(nested(0, 50, 4), 0),
    }
    rows = table(answers, range(2, 8))
    assert [(row["scorer"], row["ways"], row["trials"]) for row in rows] == [("one", n, 50) for n in (2, 3, 4)]
    assert all(row["low"] <= row["accuracy"] == round(row["right"] / 50, 4) <= row["high"] for row in rows)


def test_the_seed_breaks_ties():
    tied = np.zeros((400, 2))
    one, same, other = (with_scores(tied, seed).right_up_to for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_step_that_needs_exactly_128_drawings_is_one_step():
    many = drawn.character_set(alphabets=4, characters=16, drawers=4)
    rows = np.arange(256).reshape(64, 4)  # four new drawings per trial
    trials = Trials(rows[:, 0], rows[:, 1:, None], np.zeros(64, int))
    features, answers = Features(Constant(), many), Answers.begin(trials, 0)
    answers = step(answers, features)
    assert len(answers) == 32
    assert len(step(answers, features)) == 64
