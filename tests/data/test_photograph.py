"""Pictures and photographs, made here from strokes: whatever the pen and the light, the same drawing is returned."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from scipy.ndimage import distance_transform_edt

from siamese.config import SIDE
from siamese.data import pen
from siamese.data.characters import CharacterSet
from siamese.data.ink import InkError, draw_strokes, to_png
from siamese.data.photograph import draw_image
from tests.hostile.pictures import encoded

turn = np.linspace(0, 2 * np.pi, 60)
CHARACTERS = {
    "hook": [np.array([[25.0, 22], [70, 22], [70, 80], [55, 88]])],
    "cross": [np.array([[50.0, 20], [54, 88]]), np.array([[22.0, 50], [82, 46]])],
    "ring": [np.stack([52 + 28 * np.cos(turn), 50 + 22 * np.sin(turn)], axis=1), np.array([[52.0, 50.0]])],
    "wave": [np.stack([np.linspace(18, 86, 60), 52 + 20 * np.sin(np.linspace(0, 9, 60))], axis=1)],
    "dots": [np.array([[28.0, 36.0]]), np.array([[76.0, 36.0]]), np.array([[35.0, 75], [68, 75]])],
}


def painted(strokes: list[np.ndarray], side: int, width: float) -> np.ndarray:
    """Ink in [0, 1], float (side, side), of a pen `width` px wide, with soft edges."""
    paper = np.zeros((side, side), np.uint8)
    for stroke in strokes:
        points = np.rint(((stroke + 0.5) * side / SIDE - 0.5) * 8).astype(np.int32)
        cv2.polylines(
            paper, [np.repeat(points, 2, axis=0).reshape(-1, 1, 2)], False, 255, max(1, round(width)), cv2.LINE_AA, 3
        )
    return paper / 255


def photographed(strokes: list[np.ndarray], rng: np.random.Generator, **how: Any) -> bytes:
    """A JPEG of quality 40 of a sheet or board, unevenly lit, noisy and blurred."""
    side, light, noise = how.get("side", 700), how.get("light", 0.4), how.get("noise", 4)
    ink = painted(strokes, side, how.get("width", 20))
    if how.get("pencil"):
        ink = ink * np.clip(rng.normal(0.75, 0.25, ink.shape), 0, 1)
    y, x = np.mgrid[:side, :side] / side
    angle = rng.uniform(0, 2 * np.pi)
    lit = 1 - light * (np.cos(angle) * (x - 0.5) + np.sin(angle) * (y - 0.5) + 0.5)
    plain, pigment = (48.0, 215.0) if how.get("chalk") else (235.0, 120.0 if how.get("pencil") else 40.0)
    sheet = np.full((side, side), plain)
    if how.get("ruled"):
        for row in range(20, side, side // 10):
            sheet[row : row + 2] *= 0.8
    picture = (sheet * (1 - ink) + pigment * ink) * lit
    if how.get("shadow"):
        picture *= 1 - 0.45 * np.clip((x - 0.88 - 0.05 * y) * 25, 0, 1)
        picture[:, : side // 60] *= 0.3
    for _ in range(how.get("specks", 0)):
        cv2.circle(picture, tuple(int(v) for v in rng.integers(0, side, 2)), 2, 60, -1)
    if how.get("angle"):
        matrix = cv2.getRotationMatrix2D((side / 2, side / 2), how["angle"], 1)
        picture = cv2.warpAffine(picture, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    picture = cv2.GaussianBlur(picture, (0, 0), how.get("blur", 1.0)) + rng.normal(0, noise, picture.shape)
    return encoded(np.clip(picture, 0, 255).astype(np.uint8), "JPEG", quality=40)


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.minimum(a, b).sum() / np.maximum(a, b).sum())


def modified_hausdorff(a: np.ndarray, b: np.ndarray) -> float:
    """Distance in px (Dubuisson and Jain, 1994)."""
    return float(max(distance_transform_edt(b == 0)[a > 0].mean(), distance_transform_edt(a == 0)[b > 0].mean()))


PHOTOGRAPHS = {
    "usual": ({}, 0.88),
    "thin": ({"width": 5}, 0.88),
    "thick": ({"width": 48}, 0.7),
    "pencil": ({"width": 9, "pencil": True}, 0.85),
    "chalk": ({"chalk": True, "noise": 8}, 0.88),
    "dim": ({"light": 0.75, "noise": 7, "blur": 2}, 0.85),
    "ruled": ({"ruled": True, "width": 14}, 0.85),
    "shadow": ({"shadow": True}, 0.85),
    "specks": ({"specks": 25}, 0.85),
    "small": ({"side": 250, "width": 7}, 0.85),
    "large": ({"side": 1900, "width": 40}, 0.88),
}


@pytest.mark.parametrize("how", PHOTOGRAPHS)
@pytest.mark.parametrize("character", CHARACTERS)
def test_a_photograph_becomes_the_drawing_that_was_photographed(how: str, character: str) -> None:
    options, least = PHOTOGRAPHS[how]
    strokes = CHARACTERS[character]
    ours = draw_image(photographed(strokes, np.random.default_rng(3), **options))
    assert ours.shape == (SIDE, SIDE)
    assert ours.dtype == np.float32
    assert set(np.unique(ours)) == {0.0, 1.0}
    drawn = pen.draw(strokes)
    assert modified_hausdorff(ours, drawn) < 0.6
    assert overlap(ours, drawn) > least


@pytest.mark.parametrize("character", CHARACTERS)
def test_a_sheet_held_askew_gives_a_drawing_askew(character: str) -> None:
    radians = np.deg2rad(5)
    matrix = np.array([[np.cos(radians), np.sin(radians)], [-np.sin(radians), np.cos(radians)]])
    turned = [(stroke - 52) @ matrix.T + 52 for stroke in CHARACTERS[character]]
    ours = draw_image(photographed(CHARACTERS[character], np.random.default_rng(4), angle=5))
    assert modified_hausdorff(ours, pen.draw(turned)) < 0.6


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"pencil": True, "width": 9},
        {"light": 0.75, "noise": 7},
        {"noise": 15},
        {"chalk": True},
        {"specks": 0, "ruled": False},
    ],
)
def test_empty_paper_has_no_ink(how: dict) -> None:
    with pytest.raises(InkError, match="No drawing found"):
        draw_image(photographed([], np.random.default_rng(6), **how))


@pytest.mark.parametrize("grey", [0, 17, 128, 255])
@pytest.mark.parametrize("size", [(1, 1), (1, 4096), (105, 105), (300, 200)])
def test_one_even_colour_has_no_ink(grey: int, size: tuple[int, int]) -> None:
    with pytest.raises(InkError, match="No drawing found"):
        draw_image(encoded(np.full(size, grey, np.uint8)))


@given(st.sampled_from(sorted(CHARACTERS)), st.integers(60, 500), st.floats(0.03, 0.07), st.booleans())
@settings(max_examples=25, deadline=None)
def test_light_on_dark_is_the_same_as_dark_on_light(character: str, side: int, width: float, soft: bool) -> None:
    ink = painted(CHARACTERS[character], side, width * side)
    picture = np.rint(255 - 255 * (ink if soft else ink > 0.5)).astype(np.uint8)
    assert np.array_equal(draw_image(encoded(picture)), draw_image(encoded(255 - picture)))


@given(
    st.lists(
        st.lists(st.tuples(st.floats(5, 100), st.floats(5, 100)), min_size=1, max_size=6).map(np.array),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
@example([np.array([[5.0, 5.0]]), np.array([[5.0, 10.0]])], False)
@settings(deadline=None)
def test_a_drawing_of_ours_comes_back_unchanged(strokes: list[np.ndarray], inverted: bool) -> None:
    drawing = draw_strokes(strokes)
    content = encoded(drawing == 1) if inverted else to_png(drawing)
    assert np.array_equal(draw_image(content), drawing)


@given(st.sampled_from(sorted(CHARACTERS)), st.integers(30, 500), st.floats(0.02, 0.09), st.integers(0, 2**32))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_made_of_a_picture_comes_back_unchanged(character: str, side: int, width: float, seed: int) -> None:
    drawing = draw_image(
        photographed(CHARACTERS[character], np.random.default_rng(seed), side=side, width=width * side)
    )
    assert np.array_equal(draw_image(to_png(drawing)), drawing)


def test_omniglots_drawings_come_back_unchanged(omniglot: CharacterSet) -> None:
    for row in np.random.default_rng(7).choice(len(omniglot), 400, replace=False):
        drawing = omniglot.drawings([row])[0]
        assert np.array_equal(draw_image(to_png(drawing)), drawing), row


def test_a_hairline_of_the_right_size_is_drawn_with_the_pen() -> None:
    line = np.full((SIDE, SIDE), 255, np.uint8)
    line[20:85, 50] = 0
    assert overlap(draw_image(encoded(line)), pen.draw([np.array([[50.0, 20], [50, 84]])])) > 0.85


def test_colour_and_print_files_are_read() -> None:
    grey = Image.fromarray(np.rint(255 - 255 * painted(CHARACTERS["cross"], 300, 12)).astype(np.uint8))
    blue = ImageOps.colorize(grey, (20, 40, 200), (250, 245, 230))
    for content in (
        encoded(grey.convert("CMYK"), "JPEG"),
        encoded(blue, "JPEG"),
        encoded(blue, "JPEG", progressive=True),
        encoded(blue, "WEBP"),
    ):
        assert overlap(draw_image(content), pen.draw(CHARACTERS["cross"])) > 0.85
