"""Curves against N, from their definition: every N counted on its own."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data.episodes import Trials
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.curve import STEP, Answered, sample_nested, step, stream, table
from siamese.evaluation.features import Features
from siamese.evaluation.trials import Accuracy
from tests import drawn
from tests.scorers import Constant, Oracle

CHARACTERS = drawn.character_set(alphabets=3, characters=8, drawers=5)


def finish(scorer, trials: Trials, seed: int = 0) -> Answered:
    *_, last = stream({"it": Answered.begin(trials, seed)}, {"it": Features(scorer, CHARACTERS)})
    return last["it"]


def with_scores(scores: np.ndarray, seed: int = 0) -> Answered:
    """Answered trials of made-up drawings with these scores."""
    count, ways = scores.shape
    support = np.random.default_rng(1).permuted(np.tile(np.arange(ways), (count, 1)), axis=1)[..., None]
    return Answered(Trials(np.zeros(count, int), support, np.zeros(count, int)), scores, seed)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 8), st.integers(1, 4), st.booleans())
def test_nested_trials_are_fair_at_every_n(seed, ways, shots, across):
    trials = sample_nested(CHARACTERS, seed, 5, ways, shots, across)
    assert trials.support.shape == (5, ways, shots)
    assert not trials.answer.any()
    for query, support in zip(trials.query, trials.support, strict=True):
        shown = CHARACTERS.character_of[support]
        assert (shown == shown[:, :1]).all()  # the shots of a way are one character
        assert len(set(shown[:, 0])) == ways  # no character twice, so in no prefix either
        assert CHARACTERS.character_of[query] == shown[0, 0]  # the answer is in every prefix
        assert CHARACTERS.drawer_of[query] not in CHARACTERS.drawer_of[support]  # another hand, so another drawing
        if not across:
            assert len({CHARACTERS.characters[c].alphabet for c in shown[:, 0]}) == 1


def test_the_seed_decides_the_trials():
    one, same, other = (sample_nested(CHARACTERS, seed, 20, 6) for seed in (3, 3, 4))
    assert np.array_equal(one.support, same.support)
    assert not np.array_equal(one.support, other.support)


def test_trials_beyond_the_alphabets_are_refused():
    with pytest.raises(ValueError, match="9 characters"):
        sample_nested(CHARACTERS, 0, 5, 9)


SCORES = st.integers(2, 9).flatmap(
    lambda n: st.lists(
        st.lists(st.sampled_from([0.0, 0.5, 1.0, np.nan]), min_size=n, max_size=n), min_size=1, max_size=20
    )
)


@settings(deadline=None)
@given(SCORES, st.integers(0, 1000))
def test_every_n_is_what_counting_gives(scores, seed):
    answered = with_scores(np.array(scores), seed)
    ties = np.random.default_rng(seed).random(answered.scores.shape)
    before = len(answered)
    for ways in range(2, answered.scores.shape[1] + 1):
        keys = [
            [(-np.inf if np.isnan(s) else s, t) for s, t in zip(row[:ways], tie, strict=False)]
            for row, tie in zip(answered.scores, ties, strict=True)
        ]
        right = sum(row.index(max(row)) == 0 for row in keys)
        assert answered.accuracy(ways) == Accuracy(right, len(scores))
        assert answered.choices(ways).accuracy == Accuracy(right, len(scores))
        assert right <= before  # right among many is right among fewer
        before = right


@settings(deadline=None)
@given(SCORES)
def test_choices_hold_the_same_trials_in_an_order_that_tells_nothing(scores):
    answered = with_scores(np.array(scores))
    for ways in (2, answered.scores.shape[1]):
        choices = answered.choices(ways)
        shown = choices.trials.support[:, :, 0]
        assert (np.diff(shown, axis=1) > 0).all()
        assert np.array_equal(np.sort(answered.trials.support[:, :ways, 0], axis=1), shown)
        every = np.arange(len(scores))
        assert np.array_equal(shown[every, choices.trials.answer], answered.trials.support[:, 0, 0])
        assert np.array_equal(choices.scores[every, choices.trials.answer], answered.scores[:, 0], equal_nan=True)


def test_the_answer_stands_anywhere_in_choices():
    answers = finish(Constant(), sample_nested(CHARACTERS, 0, 600, 5)).choices(5).trials.answer
    assert np.bincount(answers, minlength=5).min() > 80


def test_a_constant_scorer_scores_chance_at_every_n():
    answered = finish(Constant(), sample_nested(CHARACTERS, 0, 3000, 8))
    for ways in range(2, 9):
        low, high = answered.accuracy(ways).interval(z=4)
        assert low < 1 / ways < high


def test_who_knows_everything_looks_once_at_each_drawing():
    oracle, trials = Oracle(CHARACTERS), sample_nested(CHARACTERS, 0, 120, 8, 2)
    answered = finish(oracle, trials)
    assert all(answered.accuracy(ways) == Accuracy(120, 120) for ways in range(2, 9))
    assert oracle.looked == len(np.unique(np.concatenate([trials.query, trials.support.ravel()])))


def test_a_stream_left_and_gone_on_with_ends_as_one_that_was_not():
    trials = sample_nested(CHARACTERS, 7, 170, 8)
    scorers = {"nearest": PixelNearest(), "constant": Constant()}

    def features():
        return {name: Features(scorer, CHARACTERS) for name, scorer in scorers.items()}

    begun = {name: Answered.begin(trials, 5) for name in scorers}
    *_, whole = stream(begun, features())
    seen = []
    for stopped in stream(begun, features()):
        seen.append({name: len(answered) for name, answered in stopped.items()})
        if len(seen) == 3:
            break
    for now in stream(stopped, features()):
        seen.append({name: len(answered) for name, answered in now.items()})
    for name in scorers:
        assert np.array_equal(now[name].scores, whole[name].scores)
        assert table(now, range(2, 9)) == table(whole, range(2, 9))
    assert all(abs(counts["nearest"] - counts["constant"]) <= STEP for counts in seen)  # side by side
    assert all(counts["nearest"] > 0 for counts in seen)
    assert list(stream(now, features())) == []  # nothing left to do


def test_a_first_step_is_small():
    answered = step(Answered.begin(sample_nested(CHARACTERS, 0, 400, 8)), Features(Constant(), CHARACTERS))
    assert 1 <= len(answered) <= STEP


def test_a_broken_scorer_is_an_error_not_a_guess():
    class Broken(Constant):
        def compare(self, queries, support):
            return np.full((len(queries), len(support)), np.nan)

    with pytest.raises(ValueError, match="no score"):
        finish(Broken(), sample_nested(CHARACTERS, 0, 5, 4))


def test_what_is_not_there_is_refused():
    answered = finish(Constant(), sample_nested(CHARACTERS, 0, 5, 4))
    for ways in (1, 5):
        with pytest.raises(ValueError, match="from 2 to 4"):
            answered.accuracy(ways)
    with pytest.raises(ValueError, match="No trial"):
        dataclasses.replace(answered, scores=answered.scores[:0]).choices(3)


def test_a_table_has_a_row_for_every_scorer_and_n():
    answered = {
        "one": finish(Constant(), sample_nested(CHARACTERS, 0, 50, 4)),
        "two": Answered.begin(sample_nested(CHARACTERS, 0, 50, 4)),
    }
    rows = table(answered, range(2, 8))
    assert [(row["scorer"], row["ways"], row["trials"]) for row in rows] == [("one", n, 50) for n in (2, 3, 4)]
    assert all(row["low"] <= row["accuracy"] == round(row["right"] / 50, 4) <= row["high"] for row in rows)
