"""Numbers as pictures: greys, two colours, grids, frames."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from siamese.ui.inside import pictures
from siamese.ui.inside.pictures import INK, NEGATIVE, POSITIVE


def pixels(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.removeprefix("data:image/png;base64,")))))


def test_the_largest_number_is_ink_and_zero_is_paper():
    shown = pixels(pictures.url(np.array([[0.0, 2.0], [1.0, 0.0]])))
    assert tuple(shown[0, 0]) == (255, 255, 255)
    assert tuple(shown[0, 1]) == INK
    assert 100 < shown[1, 0, 0] < 160


def test_signs_have_two_colours():
    shown = pixels(pictures.url(np.array([[-3.0, 3.0, 0.0]])))
    assert [tuple(pixel) for pixel in shown[0]] == [NEGATIVE, POSITIVE, (255, 255, 255)]


def test_a_picture_without_ink_is_paper():
    assert (pixels(pictures.url(np.zeros((3, 3)))) == 255).all()


@pytest.mark.parametrize(("count", "columns", "size"), [(5, 2, (8, 5)), (4, 4, (2, 11)), (1, 1, (2, 2))])
def test_a_grid_has_lines_between_its_pictures(count, columns, size):
    maps = np.ones((2, 2, count), np.float32)
    shown = pixels(pictures.grid_url(maps, columns))
    assert shown.shape == (*size, 3)
    assert tuple(shown[0, 0]) == INK
    if columns > 1:
        assert (shown[:, 2] == 225).all()


def test_numbers_fill_a_square_row_by_row():
    assert pictures.square(np.array([1.0, 2.0, 3.0])).tolist() == [[1.0, 2.0], [3.0, 0.0]]
    assert pictures.square(np.arange(4096)).shape == (64, 64)


def test_a_frame_is_in_its_place_and_texts_are_escaped():
    card = pictures.card("data:x", 'a "b"', "Caption", (0.25, 0.5, 0.75, 1.0))
    assert "top:25.00%;left:50.00%;height:calc(75.00% - 25.00%);width:calc(100.00% - 50.00%)" in card
    assert 'aria-label="a &quot;b&quot;"' in card
