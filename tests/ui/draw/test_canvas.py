"""The canvas's adapter, with the browser's reports made up: what was drawn is kept, what is out of date is not."""

from __future__ import annotations

import sys
import types

import pytest
import streamlit as st

from siamese.data.ink import InkError
from siamese.ui.draw import canvas

ONE, TWO, THREE = ({"type": "Path", "path": [["M", x, 80], ["L", x, 200]]} for x in (60, 160, 260))


class Browser:
    """What the browser reports next, and with which options the canvas was last shown."""

    def __init__(self):
        self.objects: list | None = None
        self.options: dict = {}

    def show(self, **options):
        self.options = options
        st.session_state[options["key"]] = True
        return types.SimpleNamespace(json_data=None if self.objects is None else {"objects": self.objects})

    @property
    def start(self) -> list:
        """What the canvas starts from."""
        return self.options["initial_drawing"]["objects"]

    @property
    def sheet(self) -> int:
        return self.options["initial_drawing"]["sheet"]


@pytest.fixture
def browser(monkeypatch):
    browser = Browser()
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(canvas, "_declare", lambda: None)
    monkeypatch.setitem(sys.modules, "streamlit_drawable_canvas", types.SimpleNamespace(st_canvas=browser.show))
    return browser


def draw(browser: Browser, *objects) -> dict | None:
    """The browser reports these objects, from a canvas that it has shown; what the canvas then gives."""
    if not browser.options:
        canvas.canvas("a")
    browser.objects = list(objects)
    return canvas.canvas("a")


def test_an_empty_canvas_gives_nothing(browser):
    assert canvas.canvas("a") is None
    assert draw(browser) is None


def test_what_is_drawn_is_given(browser):
    assert draw(browser, ONE, TWO) == {"objects": [ONE, TWO]}
    assert (browser.start, browser.sheet) == ([], 0)  # the same paper: nothing flickers


def test_the_pen_is_omniglots_at_the_size_of_the_canvas(browser):
    canvas.canvas("a")
    assert (browser.options["width"], browser.options["height"]) == (320, 320)
    assert browser.options["stroke_width"] == 14  # 4.5 of 105 px, rounded
    assert browser.options["background_color"] == ""
    assert browser.options["key"] == "a:canvas"


def test_ink_that_a_browser_brings_from_another_server_stays_on_the_canvas(browser, monkeypatch):
    class Rerun(Exception):
        pass

    monkeypatch.setattr(st, "rerun", lambda: (_ for _ in ()).throw(Rerun))
    browser.objects = [ONE]
    with pytest.raises(Rerun):
        canvas.canvas("a")
    browser.objects = []  # the browser was given empty paper before
    assert canvas.canvas("a") == {"objects": [ONE]}
    assert (browser.start, browser.sheet) == ([ONE], 1)
    assert draw(browser, ONE, TWO) == {"objects": [ONE, TWO]}


def test_undo_removes_the_last_stroke(browser):
    draw(browser, ONE, TWO, THREE)
    canvas.undo("a")
    assert canvas.canvas("a") == {"objects": [ONE, TWO]}
    assert (browser.start, browser.sheet) == ([ONE, TWO], 1)
    draw(browser, ONE, TWO)
    canvas.undo("a")
    assert draw(browser, ONE) == {"objects": [ONE]}


def test_clear_removes_all_strokes(browser):
    draw(browser, ONE, TWO)
    canvas.clear("a")
    assert canvas.canvas("a") is None
    assert (browser.start, browser.sheet) == ([], 1)


def test_a_report_from_before_an_undo_is_ignored_until_the_browser_has_the_new_paper(browser):
    draw(browser, ONE, TWO)
    canvas.undo("a")
    for _ in range(2):
        assert draw(browser, ONE, TWO) == {"objects": [ONE]}
    assert draw(browser, ONE) == {"objects": [ONE]}
    assert draw(browser, ONE, TWO) == {"objects": [ONE, TWO]}  # drawn again


def test_a_stroke_drawn_right_after_clear_counts(browser):
    draw(browser, ONE)
    canvas.clear("a")
    assert draw(browser, ONE) is None
    assert draw(browser, TWO) == {"objects": [TWO]}


def test_clear_and_undo_of_an_empty_canvas_change_nothing(browser):
    canvas.canvas("a")
    canvas.clear("a")
    canvas.undo("a")
    canvas.canvas("a")
    assert browser.sheet == 0
    assert draw(browser, ONE) == {"objects": [ONE]}


def test_every_new_sheet_is_told_from_the_last_one(browser):
    sheets = []
    for _ in range(3):
        draw(browser, ONE)
        canvas.clear("a")
        draw(browser)
        sheets.append(browser.sheet)
    assert sheets == [1, 2, 3]


def test_ink_is_kept_while_another_page_is_open(browser):
    draw(browser, ONE, TWO)
    del st.session_state["a:canvas"]  # Streamlit forgets widgets that are not on the page
    browser.objects = [ONE, TWO]
    assert canvas.canvas("a") == {"objects": [ONE, TWO]}
    assert browser.start == [ONE, TWO]


def test_back_from_another_page_no_earlier_report_is_expected(browser):
    draw(browser, ONE, TWO)
    canvas.undo("a")
    del st.session_state["a:canvas"]
    assert draw(browser, ONE, TWO) == {"objects": [ONE, TWO]}


def test_a_forged_report_is_refused_and_not_kept(browser):
    draw(browser, ONE)
    browser.objects = "evil"
    with pytest.raises(InkError, match="clear it and draw again"):
        canvas.canvas("a")
    assert draw(browser, ONE) == {"objects": [ONE]}


def test_two_canvases_do_not_share_their_ink(browser):
    draw(browser, ONE)
    browser.objects = [TWO]
    assert canvas.canvas("b") == {"objects": [TWO]}
    canvas.clear("b")
    browser.objects = [ONE]
    assert canvas.canvas("a") == {"objects": [ONE]}


def test_swapping_exchanges_the_ink_of_two_canvases(browser):
    draw(browser, ONE, TWO)
    canvas.swap("a", "b")
    assert canvas.canvas("a") is None  # the browser's earlier report does not count any more
    assert canvas._paper("b").now == [ONE, TWO]


def test_the_last_rectangle_counts(browser):
    assert canvas.rectangle("a") is None
    one = {"type": "Rect", "left": 20, "top": 30, "width": 100, "height": 40}
    browser.objects = [one, one | {"left": 50}]
    assert canvas.rectangle("a") == (50, 30, 150, 70)
    assert browser.options["drawing_mode"] == "rect"
    browser.objects = [ONE]
    with pytest.raises(InkError, match="not a drawing"):
        canvas.rectangle("a")
