"""A picture on the paper: its overlay, the place of a rectangle, faults."""

from __future__ import annotations

import base64
import io
import types

import numpy as np
import pytest
from PIL import Image

from siamese.data import photograph
from siamese.ui.draw.picture import INK_COLOUR, Picture, _data_url, area_on, take
from tests.hostile.pictures import encoded, hook


def overlay(picture: Picture) -> np.ndarray:
    content = base64.b64decode(picture.url.removeprefix("data:image/jpeg;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)


def test_what_was_taken_as_ink_is_laid_over_the_picture():
    shown = overlay(take(encoded(hook(200))))
    purple = np.abs(shown - INK_COLOUR).max(axis=2) < 60
    assert (purple == (hook(200) == 0)).mean() > 0.98


def test_a_large_picture_is_kept_and_shown_reduced():
    picture = take(encoded(hook(1500)))
    assert max(picture.colours.shape) == 1000
    assert max(overlay(picture).shape) == 640


def test_a_picture_without_ink_is_shown_as_it_is():
    picture = take(encoded(np.full((90, 120), 250, np.uint8)))
    assert picture.drawing is None
    assert picture.words.startswith("No drawing found")
    assert overlay(picture).mean() > 245


@pytest.mark.parametrize(
    ("size", "box", "area"),
    [
        ((200, 100), (0, 80, 320, 240), (0, 0, 1, 1)),
        ((200, 100), (160, 160, 320, 300), (0.5, 0.5, 1, 1)),
        ((100, 200), (80, 0, 160, 320), (0, 0, 0.5, 1)),
        ((200, 100), (10, 0, 200, 70), None),  # above the picture
        ((200, 100), (100, 100, 101, 200), None),  # a click
    ],
)
def test_a_rectangle_on_the_paper_is_a_share_of_the_picture(size, box, area):
    picture = Picture(np.zeros((size[1], size[0], 3), np.uint8))
    assert area_on(picture, box, 320) == (pytest.approx(area) if area else None)


def test_a_fault_while_reading_again_is_logged_and_says_so(monkeypatch, caplog):
    picture = take(encoded(hook(200)))

    def broken(*arguments):
        raise ZeroDivisionError("a detail")

    monkeypatch.setattr(photograph, "read", broken)
    picture.read()
    assert picture.drawing is None
    assert picture.words.startswith("Something went wrong")
    assert "a detail" in caplog.text


@pytest.mark.parametrize(("ink", "light"), [("auto", None), ("dark", False), ("light", True)])
def test_the_ink_that_was_chosen_is_looked_for(ink, light, monkeypatch):
    picture, asked = take(encoded(hook(90))), []
    read = photograph.read
    monkeypatch.setattr(photograph, "read", lambda colours, area, light: asked.append(light) or read(colours, area))
    picture.ink = ink
    picture.read()
    assert asked == [light]


def test_a_rectangle_is_cut_where_the_picture_ends():
    picture = Picture(np.zeros((100, 200, 3), np.uint8))  # 320 wide and 160 high on the paper, 80 from its top
    assert area_on(picture, (-50, 0, 160, 400), 320) == pytest.approx((0, 0, 0.5, 1))
    assert area_on(picture, (0, 80, 6, 240), 320) is None
    assert area_on(picture, (0, 80, 7, 240), 320) == pytest.approx((0, 0, 7 / 320, 1))
    assert area_on(picture, (0, 80, 320, 83), 320) is None
    tall = Picture(np.zeros((200, 100, 3), np.uint8))
    assert area_on(tall, (80, 80, 240, 160), 320) == pytest.approx((0, 0.25, 1, 0.5))


def test_several_characters_are_counted_in_the_words(monkeypatch):
    reading = types.SimpleNamespace(drawing=np.ones((105, 105)), ink=np.ones((90, 90), bool), characters=3)
    monkeypatch.setattr(photograph, "read", lambda *given: reading)
    picture = take(encoded(hook(90)))
    assert picture.words == "Your picture, which shows 3 characters; the largest was taken"
    assert picture.drawing is reading.drawing
    reading.characters = 1
    picture.read()
    assert picture.words == "Your picture"


@pytest.mark.parametrize(("size", "shown"), [((1000, 10), (640, 6)), ((1000, 1), (640, 1)), ((300, 200), (300, 200))])
def test_the_shown_picture_keeps_its_shape_and_is_never_enlarged(size, shown):
    height, width = overlay(Picture(np.zeros((size[1], size[0], 3), np.uint8), url=_data_url_of(size))).shape[:2]
    assert (width, height) == shown


def _data_url_of(size: tuple[int, int]) -> str:
    return _data_url(np.full((size[1], size[0], 3), 90, np.uint8), None)


def test_paper_is_paler_under_ink_and_colours_stay_in_their_order():
    colours = np.full((80, 80, 3), (200, 100, 0), np.uint8)
    plain = overlay(Picture(colours, url=_data_url(colours, None)))
    assert np.abs(plain - (200, 100, 0)).max() < 12
    ink = np.zeros((80, 80), bool)
    ink[20:40] = True
    shown = overlay(Picture(colours, url=_data_url(colours, ink)))
    assert np.abs(shown[70, 40] - (230, 185, 140)).max() < 14
    assert np.abs(shown[30, 40] - (170, 0, 110)).max() < 25
