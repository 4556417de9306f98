from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data.characters import Alphabet, Character
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.features import Features
from siamese.evaluation.verification import (
    Pairs,
    ScoredPairs,
    accuracy_at,
    fit_same_threshold,
    hardest_pairs,
    roc,
    sample_pairs,
    score_pairs,
    stream,
)
from tests import drawn
from tests.scorers import Oracle

CHARACTERS = drawn.character_set(alphabets=2, characters=4, drawers=3)
SCORED = st.lists(st.tuples(st.integers(-3, 3).map(float), st.booleans()), min_size=2, max_size=40).filter(
    lambda pairs: len({same for _, same in pairs}) == 2
)
"""Scores with many ties, and whether the pair is the same; both kinds are there."""


def columns(scored: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([score for score, _ in scored]), np.array([same for _, same in scored])


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 60))
def test_pairs_are_half_same_and_by_two_drawers(seed, count):
    pairs = sample_pairs(CHARACTERS, np.random.default_rng(seed), count)
    one, other = CHARACTERS.character_of[pairs.first], CHARACTERS.character_of[pairs.second]
    assert np.array_equal(one == other, pairs.same)
    assert pairs.same.sum() == count // 2
    assert (CHARACTERS.drawer_of[pairs.first] != CHARACTERS.drawer_of[pairs.second]).all()


def test_pairs_reach_every_character_in_random_order():
    pairs = sample_pairs(CHARACTERS, np.random.default_rng(0), 400)
    assert len(np.unique(CHARACTERS.character_of[pairs.first])) == len(CHARACTERS.characters)
    assert 60 < pairs.same[:200].sum() < 140


def test_characters_with_a_single_drawing_are_left_out_of_pairs():
    classes = [Character("A", str(c)) for c in range(3)]
    drawings = {(c, d): drawn.scribble(c, d) for c, d in ((0, 1), (0, 2), (1, 7), (2, 3), (2, 1))}
    uneven = drawn.from_drawings("uneven", [Alphabet("A")], classes, drawings)
    pairs = sample_pairs(uneven, np.random.default_rng(0), 40)
    assert set(uneven.character_of[np.concatenate([pairs.first, pairs.second])]) == {0, 2}
    assert (uneven.drawer_of[pairs.first] != uneven.drawer_of[pairs.second]).all()


def test_pairs_that_cannot_be_drawn_are_refused():
    for small, says in (
        (drawn.character_set(1, 1, 3), "1 characters"),
        (drawn.character_set(1, 3, 1), "fewer than two characters"),
    ):
        with pytest.raises(ValueError, match=says):
            sample_pairs(small, np.random.default_rng(0), 10)


def test_pairs_are_scored_one_by_one():
    pairs = sample_pairs(CHARACTERS, np.random.default_rng(0), 30)
    scores = score_pairs(Features(PixelNearest(), CHARACTERS), pairs)
    gaps = CHARACTERS.drawings(pairs.first) - CHARACTERS.drawings(pairs.second)
    assert scores == pytest.approx(-np.sqrt((gaps**2).sum(axis=(1, 2))))
    assert np.array_equal(score_pairs(Features(Oracle(CHARACTERS), CHARACTERS), pairs) == 1, pairs.same)


@settings(deadline=None)
@given(SCORED)
def test_roc_is_what_counting_gives(scored):
    scores, same = columns(scored)
    curve = roc(scores, same)
    assert len(curve.threshold) == len(set(scores)) + 1
    for threshold, false, true in zip(curve.threshold, curve.false_positive, curve.true_positive, strict=True):
        assert true == pytest.approx((scores[same] >= threshold).mean())
        assert false == pytest.approx((scores[~same] >= threshold).mean())
    above = [(s > d) + (s == d) / 2 for s in scores[same] for d in scores[~same]]
    assert curve.area == pytest.approx(np.mean(above))


@settings(deadline=None)
@given(SCORED)
def test_no_threshold_is_better_than_the_fitted_one(scored):
    scores, same = columns(scored)
    fitted = accuracy_at(scores, same, fit_same_threshold(scores, same)).right
    assert fitted == max(accuracy_at(scores, same, t).right for t in scores)


def test_the_fitted_threshold_lies_between_the_scores():
    assert fit_same_threshold(np.array([0.0, 1.0, 3.0, 4.0]), np.array([False, False, True, True])) == 2.0


def test_hardest_pairs_by_hand():
    same = np.array([True, False, True, False, True, False])
    different, alike = hardest_pairs(np.array([0.9, 0.1, 0.2, 0.8, 0.6, 0.4]), same, 2)
    assert different.tolist() == [3, 5]
    assert alike.tolist() == [2, 4]


@settings(deadline=None)
@given(SCORED, st.sampled_from([-3.5, -2.25, -0.5, 0.25, 1.5, 2.75, 3.5]))
def test_rates_at_a_threshold_are_those_of_the_pairs(scored, threshold):
    scores, same = columns(scored)
    curve = roc(scores, same)
    expected = pytest.approx(((scores[~same] >= threshold).mean(), (scores[same] >= threshold).mean()))
    assert curve.at(threshold) == expected
    assert curve.as_similarity().at(1 / (1 + np.exp(-threshold))) == expected


def test_similarities_of_a_curve_by_hand():
    curve = roc(np.array([np.log(3), 0.0, -np.log(3), 0.0]), np.array([True, True, False, False])).as_similarity()
    assert curve.threshold == pytest.approx([1, 0.75, 0.5, 0.25])
    assert curve.true_positive.tolist() == [0, 0.5, 1, 1]
    assert curve.false_positive.tolist() == [0, 0, 0.5, 1]
    assert curve.area == pytest.approx(0.875)
    assert (curve.accuracy(0.5).right, curve.accuracy(0.5).trials) == (3, 4)


def test_stopped_and_continued_pairs_end_like_uninterrupted_ones():
    features = Features(PixelNearest(), CHARACTERS)
    begun = ScoredPairs.begin(CHARACTERS, 4, 250)
    *_, uninterrupted = stream(begun, features)
    first = next(stream(begun, features))
    assert len(first.scores) == len(first.done) == 100
    *_, continued = stream(first, features)
    assert np.array_equal(continued.scores, uninterrupted.scores)
    assert continued.scores == pytest.approx(score_pairs(features, continued.pairs))
    assert list(stream(continued, features)) == []


def test_pairs_of_both_kinds_are_needed_for_a_curve():
    scored = ScoredPairs.begin(CHARACTERS, 4, 10)
    assert not scored.both_kinds
    for same in (True, False):
        one_kind = Pairs(np.arange(3), np.arange(3), np.full(3, same))
        assert not ScoredPairs(one_kind, np.zeros(3)).both_kinds
    *_, complete = stream(scored, Features(PixelNearest(), CHARACTERS))
    assert complete.both_kinds


def test_seed_and_number_decide_the_pairs():
    one, same, other, more = (ScoredPairs.begin(CHARACTERS, *by).pairs for by in ((1, 30), (1, 30), (2, 30), (1, 31)))
    assert np.array_equal(one.first, same.first)
    assert not np.array_equal(one.first, other.first)
    assert not np.array_equal(one.first, more.first[:30])
