"""Principal components: against numpy's own decomposition, and at the limits."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.evaluation.principal import Components


@pytest.mark.parametrize("shape", [(30, 80), (80, 30)])
def test_components_are_those_of_the_singular_value_decomposition(shape):
    vectors = np.random.default_rng(0).normal(size=shape).astype(np.float32) * np.linspace(3, 0.1, shape[1])
    components = Components.of(vectors, 3)
    centred = vectors - vectors.mean(axis=0)
    _, values, directions = np.linalg.svd(centred, full_matrices=False)
    assert np.allclose(np.abs((components.directions * directions[:3]).sum(axis=1)), 1, atol=1e-4)
    assert components.share == pytest.approx((values[:3] ** 2).sum() / (values**2).sum(), abs=1e-4)


def test_vectors_in_a_plane_keep_their_distances():
    rng = np.random.default_rng(1)
    vectors = (rng.normal(size=(20, 2)) @ rng.normal(size=(2, 50)) + 7).astype(np.float32)
    components = Components.of(vectors, 2)
    points = components.place(vectors)
    assert components.share == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(points[3] - points[8]) == pytest.approx(np.linalg.norm(vectors[3] - vectors[8]), rel=1e-3)
    assert np.allclose(points.mean(axis=0), 0, atol=1e-3)


@pytest.mark.parametrize("vectors", [np.ones((1, 5), np.float32), np.ones((4, 5), np.float32)])
def test_vectors_that_are_equal_are_in_one_place(vectors):
    components = Components.of(vectors, 2)
    assert components.share == 1.0
    assert not components.place(vectors).any()
