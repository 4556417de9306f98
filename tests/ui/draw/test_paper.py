"""Samples and uploads on the paper, in sessions that are plain dicts."""

from __future__ import annotations

import contextlib
import io
import types

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from siamese.data import photograph, support
from siamese.data.ink import InkError, to_png
from siamese.ui import cards
from siamese.ui.draw import canvas, paper
from tests import drawn
from tests.hostile.pictures import encoded, hook

CHARACTERS = drawn.character_set(alphabets=1, characters=4, drawers=3)
CHOSEN = support.build(CHARACTERS, (0, 1, 2), drawer=1, shots=2)


@pytest.fixture(autouse=True)
def cleared(monkeypatch) -> list[str]:
    """A session that is a plain dict; the names of the canvases that are cleared."""
    names: list[str] = []
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(canvas, "clear", names.append)
    return names


def given(name: str = "a") -> paper.Given | None:
    return paper._paper(name).given


def upload(content: bytes, name: str = "a") -> None:
    file = io.BytesIO(content)
    file.name = "picture.png"
    key = f"{name}:upload {paper._paper(name).uploads}"
    st.session_state[key] = file
    paper._take_upload(name, key)


def test_a_sample_takes_the_place_of_the_drawing(cleared):
    paper._take_sample("a", CHARACTERS, CHOSEN)
    sample = given()
    assert cleared == ["a"]
    assert sample.words == "drawn by person 3"
    index = CHARACTERS.characters.index(sample.character)
    assert index in (0, 1, 2)
    assert np.array_equal(sample.drawing, drawn.scribble(index, 3))


def test_without_another_drawer_there_is_no_sample():
    paper._take_sample("a", CHARACTERS, support.build(CHARACTERS, (0, 1), drawer=1, shots=3))
    assert given() == paper.Given("There is no sample: every drawer of these characters is in the support set.")


def test_an_uploaded_drawing_takes_the_place_of_the_drawing(cleared):
    drawing = drawn.scribble(5, 1)
    upload(to_png(drawing))
    assert cleared == ["a"]
    assert given().words == "Your picture"
    assert given().character is None
    assert np.array_equal(given().drawing, drawing)


def test_an_upload_that_cannot_be_read_is_one_sentence():
    upload(b"no picture")
    assert given().drawing is None
    assert given().words == "This file cannot be read as a picture; send a photograph, or a JPEG, PNG or HEIC file."
    blank = io.BytesIO()
    Image.new("L", (105, 105), 255).save(blank, "PNG")
    upload(blank.getvalue())
    assert given().words.startswith("No drawing found in this picture")


def test_a_fault_while_reading_an_upload_is_logged_and_says_so(monkeypatch, caplog):
    def broken(content):
        raise ZeroDivisionError("a detail")

    monkeypatch.setattr(photograph, "open_picture", broken)
    upload(b"any")
    assert given().words == "Something went wrong while reading this picture; the server's log has the details."
    assert "ZeroDivisionError: a detail" in caplog.text
    assert "picture.png" in caplog.text


def test_the_uploader_is_empty_again_after_an_upload():
    upload(to_png(drawn.scribble(5, 1)))
    assert paper._paper("a").uploads == 1
    upload(to_png(drawn.scribble(6, 1)))
    assert paper._paper("a").uploads == 2
    assert np.array_equal(given().drawing, drawn.scribble(6, 1))


def test_removing_the_uploaded_file_changes_nothing(cleared):
    upload(to_png(drawn.scribble(5, 1)))
    st.session_state["a:upload 1"] = None
    paper._take_upload("a", "a:upload 1")
    assert given().words == "Your picture"
    assert cleared == ["a"]


def test_clear_removes_a_sample_too(cleared):
    paper._take_sample("a", CHARACTERS, CHOSEN)
    paper.clear("a")
    assert given() is None
    assert cleared == ["a", "a"]


def test_two_papers_are_apart():
    paper._take_sample("a", CHARACTERS, CHOSEN)
    upload(to_png(drawn.scribble(5, 1)), "b")
    assert given("a").words == "drawn by person 3"
    paper.clear("b")
    assert given("b") is None
    assert given("a") is not None


def test_swapping_exchanges_samples_and_pictures(monkeypatch):
    swapped: list[tuple[str, str]] = []
    monkeypatch.setattr(canvas, "swap", lambda *names: swapped.append(names))
    paper.give("a", CHARACTERS, 2)
    upload(to_png(drawn.scribble(5, 1)), "b")
    before = given("a"), given("b")
    paper.swap("a", "b")
    assert (given("b"), given("a")) == before
    assert swapped == [("a", "b")]
    assert (paper._paper("a").uploads, paper._paper("b").uploads) == (1, 2)  # rectangles start anew


@pytest.mark.parametrize("words", ["drawn by person 3", "There is no sample."])
def test_a_given_drawing_is_shown_under_the_canvas(monkeypatch, words):
    shown: list[str] = []
    monkeypatch.setattr(st, "html", shown.append)
    drawing = drawn.scribble(5, 1) if words.startswith("drawn") else None
    paper._show("a", paper.Given(words, drawing))
    paper._show("a", None)
    image = f"url({cards.picture_url(drawing)})" if drawing is not None else "none"
    assert shown == [f"<style>.st-key-a_paper {{ background-image: {each} }}</style>" for each in (image, "none")]


STROKE = {
    "type": "Path",
    "path": [["M", 60, 80], ["L", 200, 240]],
    "left": 60,
    "top": 80,
    "width": 140,
    "height": 160,
    "originX": "left",
    "originY": "top",
    "strokeWidth": 14,
}
STROKES = {"objects": [STROKE]}


class Shown:
    """The widgets of a paper, by label, with their options; `press` calls what a click would."""

    def __init__(self):
        self.widgets: dict[str, dict] = {}

    def add(self, label: str, *given, **options) -> None:
        self.widgets[label] = options

    def press(self, label: str) -> None:
        widget = self.widgets[label]
        assert not widget.get("disabled")
        (widget.get("on_click") or widget["on_change"])(*widget.get("args", ()))

    @property
    def disabled(self) -> dict[str, bool]:
        return {label: bool(options.get("disabled")) for label, options in self.widgets.items()}


@pytest.fixture
def shown(monkeypatch) -> Shown:
    shown = Shown()
    monkeypatch.setattr(st, "container", lambda *given, **options: contextlib.nullcontext())
    opened = contextlib.nullcontext(types.SimpleNamespace(open=True))
    monkeypatch.setattr(st, "popover", lambda *given, **options: opened)
    tab = types.SimpleNamespace(file_uploader=shown.add, camera_input=shown.add, open=False)
    monkeypatch.setattr(st, "tabs", lambda *given, **options: (tab, tab))
    for name in ("button", "segmented_control"):
        monkeypatch.setattr(st, name, shown.add)
    monkeypatch.setattr(st, "html", lambda markup: None)
    return shown


def show(monkeypatch, json_data=None, box=None):
    monkeypatch.setattr(canvas, "canvas", lambda name: json_data)
    monkeypatch.setattr(canvas, "rectangle", lambda name: box)
    return paper.paper_ui("a", CHARACTERS, CHOSEN)


INK = "Ink is darker or lighter than the paper"
UPLOADER = "A picture of one character (JPEG, PNG, HEIC and others, at most 15 MB)"


def test_an_empty_paper_has_nothing_to_clear_or_undo(shown, monkeypatch):
    assert show(monkeypatch) == (None, None)
    assert shown.disabled == {"Clear": True, "Undo": True, "Sample": False, UPLOADER: False}


def test_strokes_become_a_drawing_and_can_be_cleared_and_undone(shown, monkeypatch, cleared):
    undone: list[str] = []
    monkeypatch.setattr(canvas, "undo", undone.append)
    drawing, given_instead = show(monkeypatch, STROKES)
    assert given_instead is None
    assert drawing.shape == (105, 105)
    shown.press("Undo")
    shown.press("Clear")
    assert (undone, cleared) == (["a"], ["a"])


def test_a_sample_is_given_until_something_is_drawn(shown, monkeypatch):
    show(monkeypatch)
    shown.press("Sample")
    drawing, sample = show(monkeypatch)
    assert sample.words == "drawn by person 3"
    assert drawing is sample.drawing
    assert shown.disabled == {"Clear": False, "Undo": True, "Sample": False, UPLOADER: False}
    drawing, nothing = show(monkeypatch, STROKES)
    assert nothing is None
    assert drawing is not None
    assert show(monkeypatch) == (None, None)  # the sample is gone for good


def test_an_upload_is_read_when_it_arrives(shown, monkeypatch):
    show(monkeypatch)
    file = io.BytesIO(to_png(drawn.scribble(5, 1)))
    file.name = "picture.png"
    st.session_state[shown.widgets[UPLOADER]["key"]] = file
    shown.press(UPLOADER)
    assert np.array_equal(show(monkeypatch)[0], drawn.scribble(5, 1))


def hooks() -> bytes:
    """A large hook on the left and a smaller one on the right, 400 x 200 px."""
    sheet = np.full((200, 400), 255, np.uint8)
    sheet[:, :200] = hook(200)
    sheet[30:170, 240:380] = hook(140)
    return encoded(sheet)


def test_a_rectangle_on_the_picture_chooses_the_character(shown, monkeypatch):
    upload(hooks())
    whole, first = show(monkeypatch)
    assert first.words == "Your picture, which shows 2 characters; the largest was taken"
    before = first.picture.url
    box = (180.0, 90.0, 310.0, 230.0)  # px of the paper, on which the picture is centred
    part, chosen = show(monkeypatch, box=box)
    assert chosen.words == "Your picture"
    assert part is not whole
    assert chosen.picture.url != before
    assert show(monkeypatch, box=box)[0] is part  # read once


def test_ink_can_be_turned_over(shown, monkeypatch):
    upload(encoded(hook(200)))
    before, _ = show(monkeypatch)
    st.session_state[shown.widgets[INK]["key"]] = "light"
    shown.press(INK)
    drawing, reason = show(monkeypatch)
    assert drawing is None
    assert reason.words.startswith("No drawing found")
    st.session_state[shown.widgets[INK]["key"]] = "dark"
    shown.press(INK)
    assert np.array_equal(show(monkeypatch)[0], before)


def test_clear_takes_the_picture_away(shown, monkeypatch):
    upload(encoded(hook(200)))
    show(monkeypatch)
    shown.press("Clear")
    assert show(monkeypatch) == (None, None)


def test_what_cannot_be_read_is_one_sentence_and_can_be_cleared(shown, monkeypatch):
    drawing, reason = show(monkeypatch, {"objects": [{"type": "Path", "path": "evil"}]})
    assert drawing is None
    assert reason.words == "The canvas sent something that is not a drawing; clear it and draw again."
    assert shown.disabled == {"Clear": False, "Undo": False, "Sample": False, UPLOADER: False}


def test_too_many_strokes_are_one_sentence_and_can_be_cleared(shown, monkeypatch):
    def too_much(name):
        raise InkError("There is too much ink on the canvas; clear it and draw one character.")

    monkeypatch.setattr(canvas, "canvas", too_much)
    drawing, reason = paper.paper_ui("a", CHARACTERS, CHOSEN)
    assert (drawing, reason.words) == (None, "There is too much ink on the canvas; clear it and draw one character.")
    assert not shown.disabled["Clear"]
