from __future__ import annotations

import numpy as np
import pytest

from siamese.data.normalise import normalise
from siamese.network.scorer import EmbeddingScorer
from tests import drawn

WEIGHTS = np.array([-1.0, -2.0, 0.5], np.float32)
DRAWINGS = np.stack([drawn.scribble(c, 1) for c in range(3)])


def embed(drawings: np.ndarray) -> np.ndarray:
    """Ink of the left half, of the right half, and of both."""
    left, right = drawings[:, :, :52, 0].sum(axis=(1, 2)), drawings[:, :, 52:, 0].sum(axis=(1, 2))
    return np.stack([left, right, left + right], axis=1).astype(np.float32)


def test_the_logit_is_the_weighted_l1_distance_plus_the_bias():
    scorer = EmbeddingScorer(embed, WEIGHTS, 2.0, normalised=False)
    queries = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 4.0]], np.float32)
    support = np.array([[0.0, 0.0, 0.0], [1.0, 3.0, 2.0]], np.float32)
    assert scorer.compare(queries, support).tolist() == [[1.0, -3.0], [4.0, -4.0]]


@pytest.mark.parametrize("normalised", [False, True])
def test_drawings_are_normalised_where_the_network_was_trained_that_way(normalised):
    scorer = EmbeddingScorer(embed, WEIGHTS, 0.0, normalised)
    expected = normalise(DRAWINGS) if normalised else DRAWINGS
    assert scorer.normalised is normalised
    assert np.array_equal(scorer.twin_input(DRAWINGS), expected)
    assert np.array_equal(scorer.prepare(DRAWINGS), embed(expected[..., None]))


@pytest.mark.parametrize(("count", "passes"), [(0, []), (1, [1]), (32, [32]), (70, [32, 32, 6])])
def test_drawings_are_embedded_32_at_a_time(count, passes):
    sizes = []

    def counting(drawings: np.ndarray) -> np.ndarray:
        sizes.append(len(drawings))
        return embed(drawings)

    drawings = np.resize(DRAWINGS, (count, 105, 105))
    prepared = EmbeddingScorer(counting, WEIGHTS, 0.0, normalised=False).prepare(drawings)
    assert sizes == passes
    assert prepared.shape == (count, 3)
    assert prepared.dtype == np.float32
    assert np.array_equal(prepared, embed(drawings[..., None]))
