"""The sheet of a game: its ink as it is kept, and its buttons."""

from __future__ import annotations

import json

import numpy as np
import pytest

from siamese.data import ink
from siamese.data.ink import InkError
from siamese.ui.draw import canvas
from siamese.ui.play.sheet import sheet_ui
from tests.apps import beside, buttons, part_of, press

LINE = {"type": "Path", "path": [["M", 160, 80], ["L", 160, 200]], "strokeWidth": 14}


@pytest.fixture
def calls(monkeypatch) -> list[tuple[str, str]]:
    made: list[tuple[str, str]] = []
    monkeypatch.setattr(canvas, "clear", lambda name: made.append(("clear", name)))
    monkeypatch.setattr(canvas, "undo", lambda name: made.append(("undo", name)))
    return made


def test_an_empty_sheet_has_nothing_to_clear(monkeypatch, calls):
    monkeypatch.setattr(canvas, "canvas", lambda name: None)
    app = part_of(sheet_ui, "play_break")
    assert app.session_state["returned"] is None
    assert buttons(app) == {"Clear": False, "Undo": False}
    assert ["Clear", "Undo"] in beside(app)


def test_ink_is_kept_as_it_is_drawn(monkeypatch, calls):
    monkeypatch.setattr(canvas, "canvas", lambda name: {"objects": [LINE]})
    app = part_of(sheet_ui, "play_break")
    kept, drawing = app.session_state["returned"]
    assert np.array_equal(drawing, ink.draw_strokes([np.array(line, float) for line in json.loads(kept)]))
    assert drawing.shape == (105, 105)
    assert drawing.max() == 1
    assert buttons(app) == {"Clear": True, "Undo": True}
    press(app, "Clear")
    press(app, "Undo")
    assert calls == [("clear", "play_break"), ("undo", "play_break")]


def test_a_problem_is_shown_and_can_be_cleared(monkeypatch, calls):
    def broken(name):
        raise InkError("Too many strokes: clear it.")

    monkeypatch.setattr(canvas, "canvas", broken)
    app = part_of(sheet_ui, "play_break")
    assert app.session_state["returned"] is None
    assert app.error[0].value == "Too many strokes\\: clear it."
    assert buttons(app) == {"Clear": True, "Undo": True}
