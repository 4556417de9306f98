"""Sheets: every drawing lies where its card shows it, and a sheet is made once."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from siamese.config import SIDE
from siamese.ui.explore import sheet as sheets
from siamese.ui.explore.sheet import Sheet, sheet
from tests.threads import Slow, at_once


@pytest.fixture(autouse=True)
def _nothing_kept():
    sheets.sheet.cache_clear()


def pixels(drawn: Sheet) -> np.ndarray:
    content = base64.b64decode(drawn.url.removeprefix("data:image/webp;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)).convert("L"))


def shown(drawn: Sheet, place: int) -> np.ndarray:
    """What a browser shows on the card at a place: the picture is as many cards wide and high as the sheet."""
    x, y = (float(share) / 100 for share in re.findall(r"([\d.]+)%", drawn.card("s0", place)))
    paper = pixels(drawn)
    height, width = paper.shape[0] // drawn.rows, paper.shape[1] // drawn.columns
    top, left = round(y * (paper.shape[0] - height)), round(x * (paper.shape[1] - width))
    return paper[top : top + height, left : left + width]


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_a_card_shows_its_drawing(scribbles, count):
    drawn = sheet(scribbles, range(count))
    for place, drawing in enumerate(scribbles.drawings(range(count))):
        gap = sheets.GAP_PX
        inner = shown(drawn, place)[gap : gap + SIDE, gap : gap + SIDE]
        assert np.array_equal(inner < 128, drawing >= 0.5)


def test_a_strip_shows_its_row_and_empty_places(scribbles):
    drawn = sheet(scribbles, [0, 1, -1, 2, -1, -1], columns=3)
    assert (drawn.columns, drawn.rows) == (3, 2)
    assert (shown(drawn, 2) == 255).all()
    assert (shown(drawn, 3) < 128).any()
    assert "background-position:0 100.000%" in drawn.strip("s0", 1, "three")
    assert "background-size:100% 200%" in drawn.strip_rule("s0")


def test_a_sheet_is_made_once_for_visitors_who_arrive_at_once(scribbles, monkeypatch):
    monkeypatch.setattr(sheets, "Sheet", Slow(Sheet))
    at_once(lambda: sheet(scribbles, [0, 1]))
    assert sheets.Sheet.calls == 1


def test_other_rows_columns_and_drawings_have_other_sheets(scribbles):
    first = sheet(scribbles, [0, 1])
    assert sheet(scribbles, (0, 1)) is first
    assert sheet(scribbles, [1, 0]) is not first
    assert sheet(scribbles, [0, 1], columns=1) is not first
    assert sheet(scribbles.subset([scribbles.alphabets[1].name]), [0, 1]) is not first


def test_descriptions_are_escaped(scribbles):
    drawn = sheet(scribbles, [0])
    assert 'aria-label="a &quot;b&quot;"' in drawn.card("s0", 0, 'a "b"')
    assert 'aria-hidden="true"' in drawn.card("s0", 0)


def test_cards_and_strips_lie_at_shares_of_the_sheet():
    paper = Sheet("data:x", 4, 3)
    assert 'style="background-position:100.000% 50.000%"' in paper.card("s1", 7)
    assert 'style="background-position:33.333% 100.000%"' in paper.card("s1", 9)
    assert 'class="card s1"' in paper.card("s1", 7)
    assert 'style="background-position:0 50.000%" role="img" aria-label="row &lt;2&gt;"' in paper.strip(
        "s2", 1, "row <2>"
    )
    one = Sheet("data:x", 1, 1)
    assert 'style="background-position:0.000% 0.000%"' in one.card("s1", 0)
    assert 'style="background-position:0 0.000%"' in one.strip("s1", 0, "")
    assert paper.rule("s1") == ".card.s1{background-image:url(data:x);background-size:400% 300%}"
    assert paper.strip_rule("s2") == ".card.s2{background-image:url(data:x);background-size:100% 300%;aspect-ratio:4}"


@pytest.mark.parametrize(("count", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (5, 3, 2), (9, 3, 3), (10, 4, 3)])
def test_a_sheet_is_about_square(scribbles, count, columns, rows):
    drawn = sheet(scribbles, range(count))
    assert (drawn.columns, drawn.rows) == (columns, rows)
    assert pixels(drawn).shape == (rows * 111, columns * 111)


def test_a_place_left_empty_needs_no_drawing(scribbles):
    assert (pixels(sheet(scribbles, [-1, -1])) == 255).all()
