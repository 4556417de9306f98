from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from siamese.config import DistortConfig
from siamese.data.distort import affine_matrix, distort, orient
from tests import drawn
from tests.generators import Fixed

STILL = DistortConfig(affine=0, elastic=0, thicker=0, thinner=0)
AFFINE = DistortConfig(
    affine=0.7, rotation=90, shear=(0.5, 0.25), scale=(0.5, 2.0), shift=5, elastic=0, thicker=0, thinner=0
)
DOT = np.zeros((105, 105), np.float32)
DOT[40, 60] = 1


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 100))
def test_a_distorted_drawing_is_still_a_drawing(seed, character):
    drawing = drawn.scribble(character, 1)
    before = drawing.copy()
    distorted = distort(drawing, DistortConfig(), np.random.default_rng(seed))
    assert distorted.shape == (105, 105)
    assert distorted.dtype == np.float32
    assert 0 <= distorted.min() <= distorted.max() <= 1
    assert distorted.sum() > 50
    assert np.array_equal(drawing, before)


def test_the_same_seed_distorts_alike():
    one, two = (distort(drawn.scribble(3, 1), DistortConfig(), np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one, two)


def test_without_any_distortion_nothing_changes():
    drawing = drawn.scribble(3, 1)
    assert np.array_equal(distort(drawing, STILL, np.random.default_rng(0)), drawing)
    mirrored = distort(drawing.astype(np.float64)[:, ::-1], STILL, np.random.default_rng(0))
    assert mirrored.dtype == np.float32
    assert np.array_equal(mirrored, drawing[:, ::-1])


def test_the_affine_parts_are_composed_in_order():
    """A quarter turn, then shears of 0.5 and 0.25, then half the width and twice the height, then 5 px and -5 px."""
    matrix = affine_matrix(AFFINE, Fixed(share=[1.0, 0.0]))
    assert np.allclose(matrix, [[-0.125, -2, 57 + 52 * 2.125], [0.5, 1, 47 - 52 * 1.5]])


def test_ranges_are_symmetric_about_no_change():
    """At the start of every range: a quarter turn back, shears of -0.5 and -0.25, twice the size, -5 px."""
    matrix = affine_matrix(AFFINE, Fixed(share=0.0))
    assert np.allclose(matrix, [[-0.5, 2, 47 - 52 * 1.5], [-2, 1, 47 + 52 * 1]])


def test_each_affine_part_has_the_probability_of_the_configuration():
    assert np.allclose(affine_matrix(AFFINE, Fixed(random=0.7, share=1.0)), [[1, 0, 0], [0, 1, 0]])
    plain = DistortConfig(affine=0.7, rotation=20, shear=(0.3, 0.2), scale=(0.8, 0.9), shift=4)
    changed = []
    for seed in range(2000):
        matrix = affine_matrix(plain, np.random.default_rng(seed))
        shift = matrix[:, 2] - (52 - matrix[:, :2] @ [52, 52])
        changed.append([not np.allclose(matrix[:, :2], np.eye(2)), not np.allclose(shift, 0)])
    assert np.mean(changed, axis=0) == pytest.approx([1 - 0.3**3, 0.7], abs=0.03)


def test_axes_are_scaled_and_shifted_independently():
    plain = DistortConfig(affine=1, rotation=0, shear=(0, 0), scale=(0.5, 2.0), shift=5)
    matrices = np.array([affine_matrix(plain, np.random.default_rng(seed)) for seed in range(300)])
    scales = 1 / matrices[:, [0, 1], [0, 1]]
    shifts = matrices[:, :, 2] - (52 - matrices[:, [0, 1], [0, 1]] * 52)
    assert scales.min() == pytest.approx(0.5, abs=0.02)
    assert scales.max() == pytest.approx(2, abs=0.02)
    assert np.abs(shifts).max() == pytest.approx(5, abs=0.1)
    assert abs(np.corrcoef(scales.T)[0, 1]) < 0.2
    assert abs(np.corrcoef(shifts.T)[0, 1]) < 0.2


@pytest.mark.parametrize("seed", range(6))
def test_every_pixel_is_read_where_the_matrix_says(seed):
    config = dataclasses.replace(AFFINE, affine=1, rotation=15, scale=(0.8, 1.2))
    drawing = drawn.scribble(seed, 1)
    rng, again = np.random.default_rng(seed), np.random.default_rng(seed)
    again.random()  # the pen's
    matrix = affine_matrix(config, again)
    rows, columns = np.mgrid[:105, :105]
    x, y = np.tensordot(matrix, np.stack([columns, rows, np.ones_like(rows)]), 1)
    expected = map_coordinates(drawing, [y, x], order=1, mode="constant")
    assert np.abs(distort(drawing, config, rng) - expected).mean() < 0.003


@pytest.mark.parametrize(
    ("random", "radius"), [(0.24, 2), (0.25, 0), (0.49, 0), (0.5, 1)], ids=["thicker", "thinner", "thinner", "as is"]
)
def test_pens_add_or_take_one_pixel_on_four_sides(random, radius):
    rows, columns = np.mgrid[:105, :105]
    distance = abs(rows - 40) + abs(columns - 60)
    pens = dataclasses.replace(STILL, thicker=0.25, thinner=0.25)
    distorted = distort((distance <= 1).astype(np.float32), pens, Fixed(random=random))
    assert np.array_equal(distorted, distance <= radius)


def displacement(config: DistortConfig, rng) -> np.ndarray:
    """How far (2, 105, 105), in px to the right and down, the places are from which a distortion reads."""
    ramp = np.tile(np.arange(105, dtype=np.float32) / 210 + 0.25, (105, 1))
    state = np.random.default_rng(rng)
    right = distort(ramp, config, np.random.default_rng(rng)) - ramp
    down = distort(ramp.T.copy(), config, state) - ramp.T
    return 210 * np.stack([right, down])[:, 12:-12, 12:-12]


def test_bending_moves_control_points_by_its_strength_in_both_directions():
    config = dataclasses.replace(STILL, elastic=1, elastic_grid=(4, 4), elastic_strength=(2.0, 2.0))
    fields = np.stack([displacement(config, seed) for seed in range(60)])
    middles = fields[:, :, [1, 27, 53, 79], :][..., [1, 27, 53, 79]]  # of the four control points, less the margin
    assert middles.std(axis=(0, 2, 3)) == pytest.approx([2, 2], rel=0.12)
    assert middles.mean(axis=(0, 2, 3)) == pytest.approx([0, 0], abs=0.25)
    assert abs(np.corrcoef(middles[:, 0].ravel(), middles[:, 1].ravel())[0, 1]) < 0.15


@pytest.mark.parametrize(("random", "bent"), [(0.69, True), (0.7, False)])
def test_bending_has_the_probability_of_the_configuration(random, bent):
    config = dataclasses.replace(STILL, elastic=0.7, elastic_grid=(4, 4), elastic_strength=(2.0, 2.0))
    drawing = drawn.scribble(3, 1)
    assert np.array_equal(distort(drawing, config, Fixed(random=random, deviations=1.0)), drawing) is not bent


@pytest.mark.parametrize(("share", "points", "strength"), [(0.0, 4, 0.2), (1.0, 7, 1.0)])
def test_control_points_and_strength_are_drawn_from_their_ranges(share, points, strength):
    class Recording(Fixed):
        def normal(self, mean, deviation, size=None):
            calls.append((mean, deviation, size))
            return super().normal(mean, deviation, size)

    calls = []
    config = dataclasses.replace(STILL, elastic=1, elastic_grid=(4, 7), elastic_strength=(0.2, 1.0))
    distort(DOT, config, Recording(share=share))
    assert calls == [(0, strength, (points, points, 2))]


@pytest.mark.parametrize(
    ("orientation", "row", "column"),
    [(0, 40, 60), (1, 44, 40), (2, 64, 44), (3, 60, 64), (4, 40, 44), (5, 44, 64), (6, 64, 60), (7, 60, 40)],
)
def test_the_eight_orientations(orientation, row, column):
    turned = orient(np.stack([DOT, np.zeros_like(DOT)]), orientation)
    assert np.argwhere(turned).tolist() == [[0, row, column]]
