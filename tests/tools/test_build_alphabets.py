"""From a glyph to drawings: tracing shapes drawn here, synthetic drawers, and builds that are equal byte for byte."""

from __future__ import annotations

import unicodedata

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from siamese import paths
from siamese.config import SIDE
from siamese.data.builtin import PRINT
from siamese.data.characters import CharacterSet
from siamese.data.omniglot import SCRIPTS
from siamese.data.pen import draw
from tools import build_alphabets
from tools.glyphs import drawer
from tools.glyphs.alike import distinct
from tools.glyphs.sources import CATEGORIES, FONTS, SOURCES, code_points
from tools.glyphs.trace import trace

PEN_WIDTH = 40  # px

needs_fonts = pytest.mark.skipif(
    any(not (FONTS / source.font).is_file() for source in SOURCES),
    reason="the Noto fonts (fonts-noto-core, fonts-noto-cjk) are not installed",
)


def shape(*lines: list[tuple[int, int]]) -> np.ndarray:
    """Ink bool (500, 500) of lines."""
    picture = np.zeros((500, 500), np.uint8)
    for line in lines:
        points = np.array(line if len(line) > 1 else line * 2, np.int32)
        cv2.polylines(picture, [points.reshape(-1, 1, 2)], False, 1, PEN_WIDTH)
    return picture > 0


def ends(stroke: np.ndarray) -> list[tuple[float, float]]:
    return sorted(tuple(float(v) for v in point) for point in stroke[[0, -1]])


def test_a_bar_is_one_straight_stroke_up_to_its_ends() -> None:
    (stroke,) = trace(shape([(100, 250), (400, 250)])).strokes
    assert np.allclose(stroke[:, 1], 250, atol=3)
    assert np.allclose(ends(stroke), [(100, 250), (400, 250)], atol=8)


def test_square_ends_do_not_fork() -> None:
    ink = np.zeros((500, 500), bool)
    ink[230:270, 80:420] = True
    (stroke,) = trace(ink).strokes
    assert np.allclose(ends(stroke), [(100, 250), (400, 250)], atol=8)


def test_a_cross_is_two_straight_strokes() -> None:
    traced = trace(shape([(100, 250), (400, 250)], [(250, 100), (250, 400)]))
    assert len(traced.strokes) == 2
    assert sorted(round(float(np.ptp(s[:, 0])) > 100) for s in traced.strokes) == [0, 1]
    assert len(traced.meetings) == 1


def test_a_slanted_cross_keeps_its_lines() -> None:
    first, second = trace(shape([(70, 130), (430, 370)], [(70, 370), (430, 130)])).strokes
    assert all(abs(np.ptp(s[:, 0]) - 360) < 20 for s in (first, second))


def test_a_t_is_a_bar_and_a_stem_that_meet() -> None:
    traced = trace(shape([(100, 100), (400, 100)], [(250, 100), (250, 400)]))
    assert len(traced.strokes) == 2
    ((first, second),) = traced.meetings
    place = [traced.strokes[s][i] for s, i in (first, second)]
    assert np.linalg.norm(place[0] - place[1]) < PEN_WIDTH / 2


def test_a_corner_is_one_stroke() -> None:
    (stroke,) = trace(shape([(100, 100), (100, 400), (400, 400)])).strokes
    assert np.allclose(ends(stroke), [(100, 100), (400, 400)], atol=10)


def test_a_ring_is_closed() -> None:
    picture = np.zeros((500, 500), np.uint8)
    cv2.circle(picture, (250, 250), 150, 1, PEN_WIDTH)
    (stroke,) = trace(picture > 0).strokes
    assert np.allclose(stroke[0], stroke[-1])
    assert np.allclose(np.linalg.norm(stroke - 250, axis=1), 150, atol=5)


def test_a_dot_is_a_point_and_separate_strokes_do_not_meet() -> None:
    traced = trace(shape([(100, 100)], [(100, 300), (400, 300)]))
    assert sorted(len(s) > 1 for s in traced.strokes) == [False, True]
    assert traced.meetings == ()


def test_no_ink_is_refused() -> None:
    with pytest.raises(ValueError, match="no ink"):
        trace(np.zeros((50, 50), bool))


corner = st.tuples(st.integers(60, 440), st.integers(60, 440))
lines = st.lists(st.lists(corner, min_size=1, max_size=4), min_size=1, max_size=4)


@settings(max_examples=20, deadline=None)
@given(lines)
def test_strokes_follow_the_ink(drawn: list[list[tuple[int, int]]]) -> None:
    """Strokes leave the ink by no more than the rounding of a corner, and together they cover it."""
    ink = shape(*drawn)
    filled = ndimage.binary_fill_holes(ink)
    assume(ndimage.distance_transform_edt(ink).max() < PEN_WIDTH)  # a blob of many lines has no clear centre line
    traced = trace(ink)
    assert all(np.isfinite(s).all() for s in traced.strokes)
    outside = ndimage.distance_transform_edt(~filled)
    points = np.concatenate(traced.strokes)
    x, y = np.clip(np.rint(points).astype(int), 0, 499).T
    assert outside[y, x].max() < PEN_WIDTH
    covered = np.zeros(ink.shape, np.uint8)
    for stroke in traced.strokes:
        fixed = np.rint(stroke if len(stroke) > 1 else stroke.repeat(2, axis=0)).astype(np.int32)
        cv2.polylines(covered, [fixed.reshape(-1, 1, 2)], False, 1, 2 * PEN_WIDTH)
    assert (ink & (covered == 0)).sum() < 0.05 * ink.sum()
    for meeting in traced.meetings:
        assert all(0 <= i < len(traced.strokes[s]) for s, i in meeting)


A_T = [np.array([[20.0, 20.0], [80.0, 20.0]]), np.array([[50.0, 20.0], [50.0, 80.0]]), np.array([[70.0, 70.0]])]
A_T[0] = np.linspace(A_T[0][0], A_T[0][1], 11)
MEETINGS = (((0, 5), (1, 0)),)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 0x10FFFF), st.integers(2, 1000))
def test_a_copy_stays_on_the_paper_and_keeps_meetings(point: int, number: int) -> None:
    copied = drawer.copy(A_T, MEETINGS, point, number)
    assert len(copied) == len(A_T)
    everything = np.concatenate(copied)
    assert everything.min() >= 0
    assert everything.max() <= SIDE - 1
    stem_to_bar = np.linalg.norm(copied[0] - copied[1][0], axis=1).min()
    assert stem_to_bar < 10
    assert draw(copied).sum() > 100


def test_a_drawer_copies_the_same_way_every_time_and_differs_from_others() -> None:
    first, again, other = (np.concatenate(drawer.copy(A_T, MEETINGS, 84, number)) for number in (2, 2, 3))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


def test_copying_does_not_change_the_original() -> None:
    before = [stroke.copy() for stroke in A_T]
    drawer.copy(A_T, MEETINGS, 84, 2)
    assert all(np.array_equal(a, b) for a, b in zip(before, A_T, strict=True))


def test_look_alikes_are_left_out_but_an_extra_dot_counts() -> None:
    nearly = [stroke + np.array([3.0, -2.0]) for stroke in A_T]
    without_dot = A_T[:2]
    assert distinct([A_T, nearly, without_dot]) == [0, 2]


def test_only_large_differences_of_size_count() -> None:
    angles = np.linspace(0, 2 * np.pi, 60)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert distinct([[30 * circle], [27 * circle], [12 * circle]]) == [0, 2]


def test_code_points_read_ranges() -> None:
    assert code_points("0041-0043 0061") == [0x41, 0x42, 0x43, 0x61]


def test_sources_name_each_alphabet_once_and_share_script_names_with_omniglot() -> None:
    names = [source.alphabet for source in SOURCES]
    assert len(set(names)) == len(names)
    assert set(SCRIPTS.values()) <= {source.script for source in SOURCES}


def test_sources_contain_only_letters_and_each_once() -> None:
    for source in SOURCES:
        points = code_points(source.points)
        assert len(set(points)) == len(points), source.alphabet
        for point in points:
            kind = unicodedata.category(chr(point))
            # Unassigned ones (Cn) are left out when building.
            assert kind in (*CATEGORIES, "Cn"), f"U+{point:04X} of {source.alphabet}"


@needs_fonts
def test_every_font_is_named_in_the_notice() -> None:
    notice = (paths.ASSETS / "README.md").read_text(encoding="utf-8")
    assert [source.font for source in SOURCES if source.font.rpartition("/")[2] not in notice] == []


@needs_fonts
def test_two_builds_are_equal_byte_for_byte(tmp_path) -> None:
    tagalog = [source for source in SOURCES if source.script == "Tagalog"]
    progress: list[str] = []
    for name in ("first.npz", "second.npz"):
        build_alphabets.write(build_alphabets.build(tagalog, progress.append), tmp_path / name)
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()
    assert progress[0].startswith("1/1 Tagalog")
    characters = CharacterSet.load(tmp_path / "first.npz")
    assert all(
        characters.drawers(c) == tuple(range(1, build_alphabets.DRAWERS + 1)) for c in range(len(characters.characters))
    )
    shipped = CharacterSet.load(paths.ASSETS / "alphabets.npz").subset(["Tagalog"])
    row = shipped.row(0, PRINT)
    assert (shipped.drawings([row]) != characters.drawings([characters.row(0, PRINT)])).mean() < 0.02
