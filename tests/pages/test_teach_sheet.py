"""A photographed sheet on the Teach page: its drawings are shown with their names, corrected, and taught."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from siamese.data import own
from siamese.data.photograph import grid
from siamese.data.printed_grid import GRIDS
from siamese.ui.jobs import Job
from siamese.ui.teach import sheet
from tests.drawn import scribble
from tests.pages.test_pages import markup, run
from tests.pages.test_teach_page import PAGE, press, taught

NAME = np.full((96, 300, 3), 200, np.uint8)


@pytest.fixture(autouse=True)
def _home(home):
    """Every test has an empty home."""


def show_sheet(app: AppTest, *boxes: int, unread: tuple[int, ...] = ()) -> None:
    """A sheet with scribbles in these boxes has been read."""
    filled = tuple(grid.FilledBox(box, scribble(box, 1), NAME) for box in boxes)
    job = Job("Reading", lambda value: iter(()))
    job.state, job.value = "ready", sheet.Progress(12, 12, grid.GridReading(GRIDS[12], filled, unread))
    app.session_state["teach sheet job"] = job
    app.run()
    assert [error.value for error in app.exception] == []


def names(app: AppTest) -> dict[str, str]:
    return {field.label: field.value for field in app.text_input if field.label.startswith("Name, box")}


def characters(app: AppTest) -> list[str]:
    key = app.session_state["teach:set"]
    return [character.name for character in own.load(key).alphabets[0].characters] if key else []


def test_a_sheet_is_checked_and_taught():
    app = run(PAGE)
    show_sheet(app, 0, 2, 5, unread=(7, 8))
    assert names(app) == {"Name, box 1": "1", "Name, box 3": "3", "Name, box 6": "6"}
    assert "3 of 12 boxes are filled" in markup(app)
    assert "ink that cannot be read in box 8, 9" in markup(app)
    app.text_input(key="teach sheet name 2").set_value("moon")
    app.text_input(key="teach sheet name 5").set_value("  ")
    press(app, "Teach these characters")
    assert characters(app) == ["1", "moon"]
    (drawing,) = own.load(app.session_state["teach:set"]).alphabets[0].characters[1].drawings
    assert np.array_equal(drawing.pixels(), scribble(2, 1))
    assert "2 characters are taught." in markup(app)
    assert names(app) == {}


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [
        (("sun", "Sun"), "There is a character called sun already: choose another name."),
        (("\u202e", "moon"), "The name of this character does not have 1 to 60 printable characters."),
        (("", " "), "No character has a name: type one for each that is to be taught."),
    ],
)
def test_names_that_cannot_be_taught_lose_nothing(entered, sentence):
    app = run(PAGE)
    show_sheet(app, 0, 1)
    for box, name in enumerate(entered):
        app.text_input(key=f"teach sheet name {box}").set_value(name)
    press(app, "Teach these characters")
    assert sentence in [error.value.replace("\\", "") for error in app.error]
    assert characters(app) == []
    assert list(names(app).values()) == list(entered)


def test_a_second_sheet_does_not_take_the_names_of_the_first():
    app = run(PAGE)
    for _ in range(2):
        show_sheet(app, 0, 1)
        press(app, "Teach these characters")
    assert characters(app) == ["1", "2", "13", "14"]


def test_a_sheet_that_is_discarded_leaves_the_alphabet():
    app = taught([["M", 70, 200], ["L", 250, 200]])
    show_sheet(app, 3)
    assert "Teach" not in [button.label for button in app.button]
    press(app, "Discard the sheet")
    assert characters(app) == ["sign 0"]
    assert names(app) == {}


def test_a_full_disk_is_one_sentence_and_keeps_the_sheet(monkeypatch):
    app = run(PAGE)
    show_sheet(app, 0, 1)

    def full(*arguments):
        raise own.UserError("/data cannot be written: No space left on device; make room.")

    with monkeypatch.context() as patch:
        patch.setattr(own, "keep", full)
        press(app, "Teach these characters")
    assert "No space left on device" in app.error[0].value
    press(app, "Teach these characters")
    assert characters(app) == ["1", "2"]
