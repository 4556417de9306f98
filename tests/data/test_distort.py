from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.config import DistortConfig
from siamese.data.distort import affine_matrix, distort, orient
from tests import drawn

STILL = DistortConfig(affine=0, elastic=0, thicker=0, thinner=0)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 100))
def test_a_distorted_drawing_is_still_a_drawing(seed, character):
    distorted = distort(drawn.scribble(character, 1), DistortConfig(), np.random.default_rng(seed))
    assert distorted.shape == (105, 105)
    assert distorted.dtype == np.float32
    assert 0 <= distorted.min() <= distorted.max() <= 1
    assert distorted.sum() > 50


def test_the_same_seed_distorts_alike():
    one, two = (distort(drawn.scribble(3, 1), DistortConfig(), np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one, two)


def test_without_any_distortion_nothing_changes():
    drawing = drawn.scribble(3, 1)
    assert np.array_equal(distort(drawing, STILL, np.random.default_rng(0)), drawing)


@pytest.mark.parametrize(("pen", "compare"), [("thicker", np.greater), ("thinner", np.less)])
def test_pens_change_the_amount_of_ink(pen, compare):
    drawing = drawn.scribble(3, 1)
    assert compare(
        distort(drawing, dataclasses.replace(STILL, **{pen: 1.0}), np.random.default_rng(0)).sum(), drawing.sum()
    )


def test_rotation_alone_keeps_lengths_and_the_centre():
    config = DistortConfig(affine=1, shear=(0, 0), scale=(1, 1), shift=0)
    matrix = affine_matrix(config, np.random.default_rng(1))
    assert np.allclose(matrix[:, :2] @ matrix[:, :2].T, np.eye(2))
    assert np.allclose(matrix @ [52, 52, 1], [52, 52])


def test_a_shift_moves_by_at_most_its_limit():
    config = DistortConfig(affine=1, rotation=0, shear=(0, 0), scale=(1, 1), shift=5)
    shifts = np.array([affine_matrix(config, np.random.default_rng(seed))[:, 2] for seed in range(200)])
    assert np.abs(shifts).max() <= 5
    assert np.abs(shifts).max() > 4


def test_the_eight_orientations_differ_and_the_first_is_upright():
    drawings = np.stack([drawn.scribble(5, 1)])
    turned = [orient(drawings, orientation).tobytes() for orientation in range(8)]
    assert turned[0] == drawings.tobytes()
    assert len(set(turned)) == 8
