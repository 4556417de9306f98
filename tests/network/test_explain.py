"""The share of embeddings and of ink in a similarity, on a network whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.config import SIDE
from siamese.network.explain import PIECE_SHARE, contributions, ink_effects, logit_without, marked, pieces_of_ink
from siamese.network.scorer import EmbeddingScorer
from tests import drawn

HALF = SIDE // 2


def halves(drawings: np.ndarray) -> np.ndarray:
    """An embedding of two values: the ink in the left half and in the right half of a drawing."""
    ink = drawings[..., 0]
    return np.stack([ink[:, :, :HALF].sum(axis=(1, 2)), ink[:, :, HALF:].sum(axis=(1, 2))], axis=1).astype(np.float32)


SCORER = EmbeddingScorer(halves, np.array([-0.5, -0.25], np.float32), 2.0, normalised=False)


def bars(*columns: int) -> np.ndarray:
    """A drawing with upright strokes, 3 wide and 60 high."""
    drawing = np.zeros((SIDE, SIDE), np.float32)
    for column in columns:
        drawing[20:80, column : column + 3] = 1
    return drawing


def test_contributions_and_bias_are_the_logit(saved):
    from siamese.network.matcher import Matcher

    matcher = Matcher.load(saved)
    first, second = matcher.prepare(np.stack([drawn.scribble(1, 1), drawn.scribble(2, 1)]))
    parts = contributions(matcher, first, second)
    logit = matcher.compare(first[None], second[None])[0, 0]
    assert parts.shape == first.shape
    bias = matcher.compare(first[None], first[None])[0, 0]
    assert parts.sum() + bias == pytest.approx(logit, abs=1e-4)


def test_contributions_are_weighted_distances():
    first, second = np.array([4.0, 1.0], np.float32), np.array([1.0, 3.0], np.float32)
    assert contributions(SCORER, first, second).tolist() == [-1.5, -0.5]


def test_ink_that_only_one_drawing_has_speaks_against_and_shared_ink_for():
    first, second = bars(20), bars(20, 80)
    one, other = ink_effects(SCORER, first, second), ink_effects(SCORER, second, first)
    one_piece, other_piece = round(PIECE_SHARE * 180), round(PIECE_SHARE * 360)
    assert one[first == 1].min() >= 0.5 * one_piece  # without it the left halves differ
    assert other[(second == 1) & (first == 1)].min() >= 0.5 * other_piece
    assert other[(second == 1) & (first == 0)].max() <= -0.25 * other_piece  # without it the right halves agree
    assert not one[first == 0].any()
    assert not other[second == 0].any()


def test_an_empty_drawing_has_no_effects():
    assert not ink_effects(SCORER, np.zeros((SIDE, SIDE), np.float32), bars(20)).any()
    effects = ink_effects(SCORER, bars(20), np.zeros((SIDE, SIDE), np.float32))
    assert effects[bars(20) == 1].max() < 0  # nothing agrees with it


def test_the_marked_tenth_is_that_of_the_highest_rank():
    drawing, rank = bars(20), np.tile(np.arange(SIDE)[:, None], SIDE)
    mask = marked(drawing, rank)
    assert np.array_equal(np.argwhere(mask), [(row, column) for row in range(74, 80) for column in (20, 21, 22)])


def test_the_logit_without_ink_is_that_of_the_drawing_without_it():
    first, second = bars(20, 80), bars(20)
    assert logit_without(SCORER, first, bars(80) > 0, second) == pytest.approx(2)  # the drawings are equal then
    assert logit_without(SCORER, first, np.zeros((SIDE, SIDE), bool), second) == pytest.approx(2 - 0.25 * 180)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40), st.integers(1, 9))
def test_pieces_cover_the_ink_and_nothing_else(character, drawer):
    drawing = drawn.scribble(character, drawer)
    pieces = pieces_of_ink(drawing)
    assert np.array_equal(pieces.any(axis=0), drawing > 0.5)
    assert pieces.sum(axis=(1, 2)).min() >= round(PIECE_SHARE * (drawing > 0.5).sum())
