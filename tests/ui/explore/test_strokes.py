"""Strokes in their order: of own drawings, drawn one after the other."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from siamese.data import ink, own
from siamese.data.own.file_format import OwnAlphabet, OwnCharacter, OwnDrawing, OwnSet, packed
from siamese.ui.explore import strokes
from tests import drawn

HOOK, DOT = ((20.0, 20.0), (20.0, 80.0), (80.0, 80.0)), ((60.0, 30.0),)


@pytest.fixture
def key(home) -> str:
    drawings = (OwnDrawing(1, (HOOK, DOT)), OwnDrawing(2, bits=packed(drawn.scribble(1, 1))))
    return own.keep(OwnSet("Class", (OwnAlphabet("Moon", (OwnCharacter("ka", drawings),)),)))


def test_a_drawing_has_the_strokes_that_it_was_kept_with(key):
    assert strokes.strokes_of(key, "Moon", "ka", 1) == (HOOK, DOT)


@pytest.mark.parametrize(
    ("alphabet", "character", "drawer"), [("Moon", "ka", 2), ("Moon", "ka", 3), ("Moon", "ki", 1), ("Sun", "ka", 1)]
)
def test_a_picture_and_what_is_not_there_have_no_strokes(key, alphabet, character, drawer):
    assert strokes.strokes_of(key, alphabet, character, drawer) == ()


def test_drawings_of_other_sources_have_no_strokes(home):
    assert strokes.strokes_of("builtin", "Kannada", "U+0C95", 1) == ()


def test_strokes_begin_one_after_the_other():
    shown = strokes.svg((HOOK, DOT, HOOK), "ka", 0)
    begins, times = ([float(x) for x in re.findall(rf"--{name}:([\d.]+)s", shown)] for name in ("begin", "time"))
    assert len(begins) == 3
    assert all(later >= begin + time for begin, time, later in zip(begins[:-1], times[:-1], begins[1:], strict=True))
    assert re.findall(r"<text[^>]*>(\d)</text>", shown) == ["1", "2", "3"]


def test_a_description_is_text():
    assert "&lt;b&gt;" in strokes.svg((HOOK,), "<b>", 0)


def test_a_stroke_takes_as_long_as_it_is_and_a_dot_a_moment():
    shown = strokes.svg((HOOK, DOT), "ka", 4)
    hook, dot = (float(seconds) for seconds in re.findall(r"--time:([\d.]+)s", shown))
    fitted = ink.fit([np.array(HOOK), np.array(DOT)])[0]
    length = sum(float(np.hypot(*(b - a))) for a, b in itertools.pairwise(fitted))
    assert hook == pytest.approx(length / 120, abs=0.006)
    assert dot == 0.3
    assert [float(begin) for begin in re.findall(r"--begin:([\d.]+)s", shown)] == pytest.approx(
        [0.25, 0.25 + hook + 0.25], abs=0.011
    )
    assert 'data-played="4"' in shown
    points = re.findall('<polyline points="(.*?)"', shown)
    assert [len(each.split()) for each in points] == [3, 2]  # a dot is a line of no length
    assert 'pathLength="1"' in shown


def test_a_stroke_has_its_number_where_it_begins():
    shown = strokes.svg((DOT, HOOK), "ka", 0)
    places = [(float(x), float(y)) for x, y in re.findall(r'<text x="([\d.]+)" y="([\d.]+)">', shown)]
    begins = [stroke[0] for stroke in ink.fit([np.array(DOT), np.array(HOOK)])]
    assert np.array(places) == pytest.approx(np.array(begins), abs=0.06)
