from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from siamese.data.normalise import normalise
from siamese.evaluation.baselines import Chance, ModifiedHausdorff, NormalisedNearest, PixelNearest
from tests import drawn

DRAWINGS = np.stack([drawn.scribble(c, d) for c in range(3) for d in (1, 2)])


def demonstration(one: np.ndarray, two: np.ndarray) -> float:
    """The modified Hausdorff distance from its definition, point by point."""
    first, second = (np.argwhere(d >= 0.5) - np.argwhere(d >= 0.5).mean(axis=0) for d in (one, two))
    distances = cdist(first, second)
    return max(distances.min(axis=1).mean(), distances.min(axis=0).mean())


def test_hausdorff_is_its_definition():
    scorer = ModifiedHausdorff()
    scores = scorer.compare(scorer.prepare(DRAWINGS[:2]), scorer.prepare(DRAWINGS))
    expected = [[-demonstration(a, b) for b in DRAWINGS] for a in DRAWINGS[:2]]
    assert scores == pytest.approx(np.array(expected))


POINTS = st.lists(st.tuples(st.integers(0, 104), st.integers(0, 104)), min_size=1, max_size=12)


@settings(deadline=None, max_examples=200)
@given(POINTS, POINTS)
def test_hausdorff_is_its_definition_wherever_the_ink_is(one, other):
    drawings = np.zeros((2, 105, 105))
    for drawing, points in zip(drawings, (one, other), strict=True):
        drawing[tuple(np.transpose(points))] = 1
    scorer = ModifiedHausdorff()
    inks = scorer.prepare(drawings)
    assert scorer.compare(inks[:1], inks)[0] == pytest.approx([0, -demonstration(*drawings)], abs=1e-9)


def test_hausdorff_needs_ink():
    with pytest.raises(ValueError, match="no ink"):
        ModifiedHausdorff().prepare(np.zeros((1, 105, 105)))


def test_pixels_nearest_is_the_euclidean_distance():
    scorer = PixelNearest()
    scores = scorer.compare(scorer.prepare(DRAWINGS), scorer.prepare(DRAWINGS))
    assert scores[0, 3] == pytest.approx(-np.sqrt(((DRAWINGS[0] - DRAWINGS[3]) ** 2).sum()))
    assert np.allclose(np.diag(scores), 0)


def test_drawings_equally_far_tie_to_the_last_bit():
    query, one, other = np.zeros((3, 105, 105))
    one[:7, :11], other[60:71, 50:57] = 1, 1  # 77 inked pixels each
    scorer = PixelNearest()
    scores = scorer.compare(scorer.prepare(query[None]), scorer.prepare(np.stack([one, other])))[0]
    assert scores[0] == scores[1] == pytest.approx(-np.sqrt(77))


def test_normalised_nearest_compares_normalised_drawings():
    scorer = NormalisedNearest()
    normalised = normalise(DRAWINGS)
    scores = scorer.compare(scorer.prepare(DRAWINGS), scorer.prepare(DRAWINGS))
    assert scores[1, 4] == pytest.approx(-np.sqrt(((normalised[1] - normalised[4]) ** 2).sum()), abs=0.05)
    assert scores[1, 4] != pytest.approx(-np.sqrt(((DRAWINGS[1] - DRAWINGS[4]) ** 2).sum()), abs=1)


def test_chance_gives_everything_the_same_score():
    scorer = Chance()
    assert scorer.compare(scorer.prepare(DRAWINGS[:2]), scorer.prepare(DRAWINGS)).tolist() == [[0.0] * 6] * 2
