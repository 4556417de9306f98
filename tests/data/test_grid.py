"""Photographs of the printed grid: drawings come from the right boxes, and each kind of failure is one sentence."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from siamese.data.ink import InkError, draw_strokes
from siamese.data.photograph import grid, open_picture
from siamese.data.printed_grid import GRIDS, MARK_SIDE_MM, mark_places, mark_squares
from tests.data.test_photograph import CHARACTERS
from tools.bench_grid import distance
from tools.papers.grids import PX_PER_MM, SHOTS, filled_in, page, photograph

DRAWN = {0: "hook", 1: "cross", 5: "ring", 7: "wave", 10: "cross", 11: "hook"}


def sheet(boxes: int = 12, paper: str = "A4", drawn: dict[int, str] = DRAWN, seed: int = 1) -> np.ndarray:
    return filled_in(boxes, paper, {box: CHARACTERS[name] for box, name in drawn.items()}, np.random.default_rng(seed))


def picture(colours: np.ndarray, shot: str = "flat, in even light", seed: int = 1) -> np.ndarray:
    return open_picture(photograph(colours, SHOTS[shot], np.random.default_rng(seed)))


@pytest.mark.parametrize("shot", list(SHOTS))
@pytest.mark.parametrize(("boxes", "paper"), [(12, "A4"), (20, "Letter")])
def test_every_drawing_is_read_from_its_box(shot, boxes, paper):
    steps = []
    reading = grid.read_grid(picture(sheet(boxes, paper), shot, boxes), lambda done, total: steps.append((done, total)))
    assert reading.grid is GRIDS[boxes]
    assert reading.unread == ()
    assert [box.number for box in reading.filled] == list(DRAWN)
    for box in reading.filled:
        assert distance(box.drawing, draw_strokes(CHARACTERS[DRAWN[box.number]])) < 1
        assert np.ptp(box.name) > 60  # a name is written there
    assert steps[-1] == (boxes, boxes)


def test_what_is_written_across_from_another_box_is_left_out():
    colours = sheet(drawn={0: "hook", 1: "cross"})
    left, top, _, _ = GRIDS[12].box(3)
    ends = [tuple(round(PX_PER_MM * each) for each in (15 + x, 23.5 + top + 8)) for x in (left - 6, left + 4)]  # on A4
    cv2.line(colours, *ends, (30, 30, 40), 8)
    drawn = {box.number: box.drawing for box in grid.read_grid(picture(colours)).filled}
    assert set(drawn) == {0, 1, 3}  # alone in its box it may be a drawing
    colours = sheet(drawn={0: "hook", 3: "ring"})
    cv2.line(colours, *ends, (30, 30, 40), 8)
    drawn = {box.number: box.drawing for box in grid.read_grid(picture(colours)).filled}
    assert distance(drawn[3], draw_strokes(CHARACTERS["ring"])) < 1


def test_dots_are_a_drawing():
    (box,) = grid.read_grid(picture(sheet(drawn={4: "dots"}))).filled
    assert distance(box.drawing, draw_strokes(CHARACTERS["dots"])) < 1


@pytest.mark.parametrize("number", range(4))
def test_a_covered_corner_is_one_sentence(number):
    colours = sheet()
    corner = (np.array([15.0, 23.5]) + mark_places()[number, 0]) * PX_PER_MM
    left, top = corner.astype(int)
    side = int(MARK_SIDE_MM * PX_PER_MM)
    colours[top : top + side, left : left + side // 2] = 200
    with pytest.raises(InkError, match=r"Only 3 of the sheet's four corner marks can be seen: .*on its corners\.$"):
        grid.read_grid(picture(colours))


def test_another_picture_is_not_a_sheet():
    blank = np.full((1000, 800, 3), 230, np.uint8)
    with pytest.raises(InkError, match="No corner mark of a printed sheet"):
        grid.read_grid(blank)
    with pytest.raises(InkError, match="No corner mark of a printed sheet"):
        grid.read_grid(np.random.default_rng(1).integers(0, 256, (900, 900, 3), dtype=np.uint8))


def test_two_sheets_are_one_sentence():
    both = np.concatenate([sheet(), sheet()], axis=1)
    with pytest.raises(InkError, match="more than one sheet"):
        grid.read_grid(picture(both))


def test_marks_in_the_wrong_places_are_no_sheet():
    colours = np.full((1200, 1200, 3), 235, np.uint8)
    for number, (x, y) in enumerate([(100, 100), (1000, 1000), (1000, 100), (100, 1000)]):
        mark = np.where(mark_squares(number), 0, 255).astype(np.uint8)
        colours[y : y + 96, x : x + 96] = cv2.resize(mark, (96, 96), interpolation=cv2.INTER_NEAREST)[..., None]
    with pytest.raises(InkError, match="more than one sheet"):
        grid.read_grid(colours)


def test_a_sheet_far_away_is_one_sentence():
    small = cv2.resize(sheet(), None, fx=0.16, fy=0.16, interpolation=cv2.INTER_AREA)
    far = np.full((1200, 900, 3), 150, np.uint8)
    far[100 : 100 + small.shape[0], 100 : 100 + small.shape[1]] = np.clip(small, 0, 255)
    with pytest.raises(InkError, match="too small in this picture"):
        grid.read_grid(far)


@pytest.mark.parametrize("shot", list(SHOTS))
def test_an_empty_sheet_is_one_sentence(shot):
    with pytest.raises(InkError, match="All boxes of this sheet are empty"):
        grid.read_grid(picture(page(20, "A4").astype(np.float32), shot))


def test_a_box_that_cannot_be_read_does_not_lose_the_others():
    colours = sheet()
    left, top, right, bottom = (round(v * PX_PER_MM) for v in GRIDS[12].box(4))
    x, y = round(15 * PX_PER_MM), round(23.5 * PX_PER_MM)
    box = colours[y + top + 12 : y + bottom - 12, x + left + 12 : x + right - 12]
    box[:] = np.where(np.random.default_rng(3).random(box.shape[:2])[..., None] < 0.1, 20, 235)
    reading = grid.read_grid(np.clip(colours, 0, 255).astype(np.uint8))
    assert [each.number for each in reading.filled if each.number != 4] == list(DRAWN)
