"""The pen, against Omniglot's own strokes and pictures and against a slow pen made of distances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.config import SIDE
from siamese.data import pen, splits
from siamese.data.characters import CharacterSet
from tests import strokes

points = st.lists(st.tuples(st.floats(-300, 400), st.floats(-300, 400)), min_size=1, max_size=6).map(
    lambda p: np.array(p)
)


def by_distance(line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(surely ink, surely paper), bool (105, 105): px within 3/4 px less or more of the pen's edge are left open."""
    centres = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1).astype(float)
    nearest = np.full((SIDE, SIDE), np.inf)
    for start, end in zip(line, line[1:] if len(line) > 1 else line, strict=False):
        way = end - start
        along = np.clip(((centres - start) @ way) / max(way @ way, 1e-12), 0, 1)
        nearest = np.minimum(nearest, np.linalg.norm(centres - start - along[..., None] * way, axis=-1))
    return nearest < pen.WIDTH / 2 - 0.75, nearest > pen.WIDTH / 2 + 0.75


@given(points)
@settings(deadline=None)
def test_ink_is_what_the_round_pen_covers(line: np.ndarray) -> None:
    line = np.clip(line, -SIDE, 2 * SIDE)
    drawing = pen.draw([line])
    ink, paper = by_distance(line)
    assert drawing.dtype == np.float32
    assert drawing.shape == (SIDE, SIDE)
    assert set(np.unique(drawing)) <= {0.0, 1.0}
    assert drawing[ink].all()
    assert not drawing[paper].any()


@given(st.lists(points, min_size=1, max_size=4))
@settings(deadline=None)
def test_strokes_add_up(lines: list[np.ndarray]) -> None:
    together = pen.draw(lines)
    assert (together >= np.max([pen.draw([line]) for line in lines], axis=0)).all()


def test_nothing_drawn_is_empty_paper() -> None:
    assert not pen.draw([]).any()
    assert not pen.draw([np.zeros((0, 2))]).any()


def test_a_dot_is_round_and_where_it_was_put() -> None:
    dot = pen.draw([np.array([[40.0, 60.0]])])
    y, x = np.nonzero(dot)
    assert np.array_equal(dot[50:71, 30:51], dot[50:71, 30:51].T)
    assert (x.mean(), y.mean()) == pytest.approx((40, 60), abs=0.25)
    assert 12 <= dot.sum() <= 25


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        pen.draw([np.array([[1.0, np.nan]])])


@pytest.mark.skipif(not strokes.archives(), reason=strokes.ABSENT)
def test_omniglots_strokes_give_omniglots_pictures(omniglot: CharacterSet) -> None:
    background = splits.subset("background", omniglot)
    drawn = [item for archive in strokes.archives() for item in strokes.load(archive, drawers=(4, 17))]
    classes = {(c.alphabet, c.name): i for i, c in enumerate(background.characters)}
    overlaps = []
    for pick in np.random.default_rng(5).choice(len(drawn), 100, replace=False):
        alphabet, character, drawer, lines = drawn[pick]
        picture = background.drawings([background.row(classes[alphabet, character], drawer)])[0]
        ours = pen.draw(lines)
        overlaps.append(np.minimum(ours, picture).sum() / np.maximum(ours, picture).sum())
    assert np.mean(overlaps) >= 0.92, np.mean(overlaps)
