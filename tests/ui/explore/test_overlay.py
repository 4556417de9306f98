"""Drawings on top of one another."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from siamese.ui.explore import overlay


def pixels(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.removeprefix("data:image/png;base64,")))))


def test_two_drawings_have_a_colour_each_and_one_together(scribbles):
    shown = pixels(overlay.two(scribbles, 0, 1))
    one, other = scribbles.drawings([0, 1]) >= 0.5
    black, blue, vermilion = (22, 24, 29), (0, 114, 178), (213, 94, 0)
    for where, colour in ((one & other, black), (one & ~other, blue), (other & ~one, vermilion)):
        assert where.any()
        assert (shown[where] == colour).all()
    assert (shown[~one & ~other] == 255).all()


def test_many_drawings_are_darker_where_more_of_them_have_ink(scribbles):
    rows = scribbles.rows(0)
    ink = scribbles.drawings(rows).sum(axis=0)
    shown = pixels(overlay.many(scribbles, rows))
    assert (shown[ink == 0] == 255).all()
    assert (shown[ink == len(rows)] == 0).all()
    assert shown[ink == 1].min() > shown[ink == 2].max()


def test_a_mean_is_white_without_ink_and_grey_in_proportion(scribbles):
    rows = scribbles.rows(3)[:2]
    shown, ink = pixels(overlay.many(scribbles, rows)), (scribbles.drawings(rows) >= 0.5).sum(axis=0)
    assert shown.shape == (105, 105)
    assert (shown == np.array([255, 128, 0])[ink]).all()
