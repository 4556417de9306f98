"""t-SNE: groups stay together, the same seed gives the same map, and where a new drawing is put."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.errors import UserError
from siamese.evaluation import tsne


def groups(seed: int = 0) -> np.ndarray:
    """Three groups of 12 vectors (36, 8), far from each other."""
    rng = np.random.default_rng(seed)
    return (10 * np.eye(8)[np.repeat([0, 1, 2], 12)] + rng.normal(size=(36, 8))).astype(np.float32)


def test_the_nearest_neighbours_on_the_map_are_of_the_same_group():
    *_, (iterations, points) = tsne.arrange(groups(), seed=1)
    assert iterations == tsne.ITERATIONS
    assert points.shape == (36, 2)
    distance = np.linalg.norm(points[:, None] - points, axis=2) + 1e9 * np.eye(36)
    nearest = np.argsort(distance, axis=1)[:, :5]
    assert (nearest // 12 == np.arange(36)[:, None] // 12).all()


def test_the_same_seed_gives_the_same_map_and_progress_is_reported():
    first, again = (list(tsne.arrange(groups(), seed=3)) for _ in range(2))
    assert [iterations for iterations, _ in first] == list(range(50, 751, 50))
    assert np.array_equal(first[-1][1], again[-1][1])


def test_too_few_drawings_are_refused():
    with pytest.raises(UserError, match="needs at least 10 drawings, and these are 9"):
        next(tsne.arrange(groups()[:9], seed=1))


def test_a_new_drawing_is_put_between_its_neighbours_by_their_similarity():
    """Logits 0 and log(1/3): weights 3/4 and 1/4; the others do not count."""
    points = np.array([[0, 0], [4, 8], [100, 100], [100, 0], [0, 100], [50, 50], [60, 60]], float)
    logits = np.array([0, np.log(1 / 3), -50, -50, -50, -60, -60])
    assert tsne.between(points, logits) == pytest.approx([1, 2])
