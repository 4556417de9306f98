"""The file of an own set: what is written comes back, and anything else is refused in one sentence."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data import ink
from siamese.data.own import file_format, reader
from siamese.data.own.file_format import OwnAlphabet, OwnCharacter, OwnDrawing, OwnSet
from siamese.errors import UserError
from tests import drawn

PICTURE = file_format.packed(drawn.scribble(1, 1))
PNG = base64.b64encode(ink.to_png(drawn.scribble(1, 1))).decode()

LETTERS = "aZ0 é\u0c95\u4e00\U0001f319<&\"'\\{}[]/_*$"
"""Of names: several scripts, and what HTML, JSON and Markdown use."""
names = st.text(LETTERS, max_size=50).map(lambda text: f"{text}.".strip())

hundredths = st.integers(-10_500, 21_000).map(lambda number: number / 100)
strokes = st.lists(
    st.lists(st.tuples(hundredths, hundredths), min_size=1, max_size=5).map(tuple), min_size=1, max_size=3
)


def distinct(values: st.SearchStrategy, key: str) -> st.SearchStrategy:
    return st.lists(values, min_size=1, max_size=3, unique_by=lambda value: getattr(value, key)).map(tuple)


drawers = st.integers(1, 9_999)
drawings = st.builds(OwnDrawing, drawers, strokes.map(tuple)) | st.builds(
    OwnDrawing, drawers, st.just(()), st.just(PICTURE)
)
characters = st.builds(OwnCharacter, names, distinct(drawings, "drawer"))
sets = st.builds(OwnSet, names, distinct(st.builds(OwnAlphabet, names, distinct(characters, "name")), "name"))


@settings(max_examples=40)
@given(sets)
def test_what_is_written_comes_back(own):
    assert reader.read(file_format.write(own), "file") == own


@given(sets)
@settings(max_examples=15)
def test_every_drawing_that_is_read_shows_ink_and_fits_the_paper(own):
    for alphabet in own.alphabets:
        for character in alphabet.characters:
            for drawing in character.drawings:
                pixels = drawing.pixels()
                assert pixels.shape == (105, 105)
                assert pixels.any()


def test_canvas_strokes_are_kept_to_hundredths_of_a_pixel():
    line = np.array([[1.00449, 2.5], [30.12651, 40.0]])
    assert file_format.rounded([line, np.zeros((0, 2))]) == (((1.0, 2.5), (30.13, 40.0)),)


def valid() -> dict:
    """A small file's value, made anew so that a test can change it."""
    drawing = {"drawer": 1, "strokes": [[[10, 10], [90, 90]]]}
    character = {"name": "ka", "drawings": [drawing, {"drawer": 2, "png": PNG}]}
    return {
        "format": "siamese-alphabets",
        "version": 1,
        "name": "Class 7b",
        "alphabets": [{"name": "Moon", "characters": [character]}],
    }


def put(value: dict, path: str, new: object) -> dict:
    """The value with an entry changed: the path has keys and places, joined by dots."""
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = value
    for part in way:
        place = place[part]
    place[last] = new
    return value


CHARACTERS = "alphabets.0.characters"
DRAWING = f"{CHARACTERS}.0.drawings.0"
POINT = f"{DRAWING}.strokes.0.0"
LONG = [[[0, 0], [105, 105]] * 70]
FAULTS = [
    ("format", "a picture", '"format" is not "siamese-alphabets"'),
    ("version", 2, '"version" is not 1'),
    ("version", True, '"version" is not 1'),
    ("name", "", "the set has no name"),
    ("name", None, "the set has no name"),
    ("name", "a\u202eb", "printable characters"),
    ("name", "\ud800", "printable characters"),
    ("name", "x" * 61, "1 to 60 printable characters"),
    ("name", "x" * 1_000_000, "1 to 60 printable characters"),
    ("alphabets", [], '"alphabets" is not a list with something in it'),
    ("alphabets", {"name": "Moon"}, '"alphabets" is not a list'),
    ("alphabets", [[]], "something that is not an object"),
    ("alphabets", [valid()["alphabets"][0]] * 2, 'two of its alphabets have the name "Moon"'),
    ("alphabets", [{"name": str(n)} for n in range(51)], "51 alphabets, and 50 are the most"),
    (CHARACTERS, [{"name": str(n)} for n in range(10_000)], "10,000 characters, and 500 are the most"),
    (f"{CHARACTERS}.0.name", "\n", "a character has no name"),
    (f"{CHARACTERS}.0.drawings", [], '"drawings" is not a list with something in it'),
    (f"{DRAWING}.drawer", 2, "two of its drawings have the drawer 2"),
    (f"{DRAWING}.drawer", 0, '"drawer" is not a whole number'),
    (f"{DRAWING}.drawer", True, '"drawer" is not a whole number'),
    (f"{DRAWING}.drawer", 1.5, '"drawer" is not a whole number'),
    (f"{DRAWING}.png", PNG, 'not either "strokes" or "png"'),
    (f"{DRAWING}.strokes", [], '"strokes" is not a list of 1 to 500 strokes'),
    (f"{DRAWING}.strokes", [[]], "a stroke is not a list of points"),
    (f"{DRAWING}.strokes", LONG * 3, "its strokes are too long"),
    (POINT, [1], "a point is not a pair of numbers"),
    (POINT, [1, True], "a point is not a pair of numbers"),
    (POINT, ["1", 2], "a point is not a pair of numbers"),
    (POINT, [1, 9e9], "a point is further than 105 px from the paper"),
    (POINT, [1, float("nan")], "not valid JSON"),
    (POINT, [1, 10**400], "not valid JSON"),
    (f"{CHARACTERS}.0.drawings.1.png", 5, 'a "png" is not a picture of at most'),
    (f"{CHARACTERS}.0.drawings.1.png", "é", 'a "png" is not a PNG in base64'),
    (f"{CHARACTERS}.0.drawings.1.png", PNG[:80], 'a "png" is not a PNG in base64'),
    (f"{CHARACTERS}.0.drawings.1.png", "A" * 100_000, 'a "png" is not a picture of at most 20,000 bytes'),
]


@pytest.mark.parametrize(
    ("path", "new", "sentence"), FAULTS, ids=[f"{path} {str(new)[:20]!r}" for path, new, _ in FAULTS]
)
def test_each_fault_is_one_sentence(path, new, sentence):
    content = json.dumps(put(valid(), path, new)).encode()
    with pytest.raises(UserError) as caught:
        reader.read(content, "moon.json")
    text = str(caught.value)
    assert text.startswith("moon.json has no alphabets that can be read: ")
    assert sentence in text
    assert text.endswith("; export it again, or correct it.")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not valid JSON"),
        (b"\xff\xfe{}", "not valid JSON"),
        (b"[" * 900_000, "not valid JSON"),
        (b"[" * 2_000_000, "more than 1,000,000 values"),
        (b'{"format": ' + b"9" * 100_000 + b"}", "not valid JSON"),
        (b" " * 8_000_001, "more than 8 MB"),
        (b"[]", '"format"'),
    ],
    ids=["empty", "other encoding", "deep", "deeper", "digits", "large", "list"],
)
def test_files_that_are_no_objects_are_refused(content, sentence):
    with pytest.raises(UserError, match=sentence):
        reader.read(content, "moon.json")


@pytest.mark.parametrize("size", [(105, 104), (9_000, 9_000)])
def test_pictures_of_another_size_are_refused(size):
    png = base64.b64encode(drawn.png(np.ones(size))).decode()
    content = json.dumps(put(valid(), f"{CHARACTERS}.0.drawings.1.png", png)).encode()
    with pytest.raises(UserError, match=r'a "png" (has|is not)'):
        reader.read(content, "moon.json")


def test_a_blank_picture_is_refused_and_a_byte_order_mark_is_not():
    png = base64.b64encode(drawn.png(np.zeros((105, 105)))).decode()
    with pytest.raises(UserError, match="shows nothing"):
        reader.read(json.dumps(put(valid(), f"{CHARACTERS}.0.drawings.1.png", png)).encode(), "moon.json")
    assert reader.read(b"\xef\xbb\xbf" + json.dumps(valid()).encode(), "moon.json").counts == (1, 1, 2)


def test_numbers_of_points_and_drawings_are_limited(monkeypatch):
    monkeypatch.setattr(reader, "MAX_POINTS", 1)
    with pytest.raises(UserError, match="more than 1 points"):
        reader.read(json.dumps(valid()).encode(), "moon.json")
    monkeypatch.setattr(reader, "MAX_DRAWINGS", 1)
    with pytest.raises(UserError, match="2 drawings, and 1 are the most"):
        reader.read(json.dumps(valid()).encode(), "moon.json")
