"""A sheet that was read: its drawings and first names, what is taught, and what is discarded."""

from __future__ import annotations

import base64
import types

import cv2
import numpy as np
import pytest
import streamlit as st

from siamese.data import own
from siamese.data.photograph.grid import FilledBox
from siamese.errors import UserError
from siamese.ui import cards
from siamese.ui.teach import draft, sheet_check
from siamese.ui.teach.sheet_check import check_ui
from tests.apps import beside, markup, part_of, press
from tests.drawn import scribble


def box(number: int) -> FilledBox:
    return FilledBox(number, scribble(number, 1), np.full((20, 60, 3), (250, 10, 20), np.uint8))


def reading(*numbers: int, unread: tuple[int, ...] = (), boxes: int = 20):
    return types.SimpleNamespace(grid=types.SimpleNamespace(boxes=boxes), filled=[*map(box, numbers)], unread=unread)


def page() -> None:
    """As the page does: the check while there is a sheet."""
    if "teach sheet" in st.session_state:
        check_ui()


def check(*numbers: int, **session):
    return part_of(page, **{"teach sheet": reading(*numbers), **session})


@pytest.fixture(autouse=True)
def _home(home):
    """Every test has an empty home."""


def kept(app) -> list[str]:
    return [character.name for character in own.load(app.session_state["teach:set"]).alphabets[0].characters]


def test_every_filled_box_shows_its_drawing_and_what_is_written_below():
    app = check(0, 4)
    assert [field.label for field in app.text_input] == ["Name, box 1", "Name, box 5"]
    assert ["Teach these characters", "Discard the sheet"] in beside(app)
    assert ["Name, box 1", "Name, box 5"] in beside(app)
    assert [field.value for field in app.text_input] == ["1", "5"]
    assert {field.max_chars for field in app.text_input} == {60}
    assert cards.card_of(scribble(4, 1), "the drawing in box 5") in markup(app)
    assert markup(app).count('alt="what is written below it"') == 2
    assert (
        "2 of 20 boxes are filled. Check each drawing and type its name; without a name, a box is left out."
        in markup(app)
    )
    assert "cannot be read" not in markup(app)


def test_boxes_that_cannot_be_read_are_named():
    words = sheet_check._words(reading(0, unread=(2, 7)))
    assert words.endswith("There is ink that cannot be read in box 3, 8: draw a single character there.")


@pytest.mark.parametrize(
    ("numbers", "taken", "names"),
    [
        ((0, 1), [], {0: "1", 1: "2"}),
        ((0, 1), ["1"], {0: "21", 1: "2"}),
        ((0, 1), ["1", "21", "2"], {0: "41", 1: "22"}),
    ],
)
def test_a_box_has_the_number_at_it_or_the_next_that_is_free(numbers, taken, names):
    assert sheet_check._first_names(reading(*numbers), taken) == names


def test_two_boxes_never_get_the_same_name():
    assert sheet_check._first_names(reading(0, 20, boxes=20), ["1"]) == {0: "21", 20: "41"}


def test_the_picture_of_a_name_is_40_px_high_and_in_its_colours():
    content = base64.b64decode(sheet_check._picture_url(box(0).name).removeprefix("data:image/jpeg;base64,"))
    shown = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert shown.shape == (40, 120, 3)
    assert np.abs(shown.astype(int) - (250, 10, 20)).max() < 12


def test_named_boxes_are_taught_and_the_sheet_is_gone():
    app = check(0, 4, 6)
    app.text_input[0].set_value("ka")
    app.text_input[1].set_value("  ")
    press(app, "Teach these characters")
    assert kept(app) == ["ka", "7"]
    drawings = own.character_set(own.load(app.session_state["teach:set"])).drawings([0, 1])
    assert np.array_equal(drawings >= 0.5, np.stack([scribble(0, 1), scribble(6, 1)]) >= 0.5)
    assert "teach sheet" not in app.session_state
    assert not any(f"teach sheet name {number}" in app.session_state for number in (0, 4, 6))
    assert app.session_state["teach message"] == ("", "2 characters are taught. Draw one of them to test the network.")


def submit(*numbers: int, **names: str):
    """Press Teach with these names by box."""
    session = {f"teach sheet name {number}": name for number, name in zip(numbers, names.values(), strict=True)}
    return part_of(sheet_check._teach, **{"teach sheet": reading(*numbers), **session})


def test_a_sheet_without_a_name_is_not_taught():
    app = submit(0, 1, first=" ", second="")
    assert app.session_state["teach sheet failure"] == (
        "No character has a name: type one for each that is to be taught."
    )
    assert app.session_state["teach sheet"].filled
    app = check(0, **{"teach sheet failure": "no character has a <name>."})
    assert app.error[0].value == "No character has a \\<name\\>."
    assert "teach sheet failure" not in app.session_state


def test_a_refused_name_teaches_none_and_keeps_the_sheet(monkeypatch):
    def refuse(edit):
        raise UserError("There are too many.")

    app = submit(0, 1, first="ka", second="ka")
    assert "called ka already" in app.session_state["teach sheet failure"]
    assert app.session_state["teach:set"] == ""
    monkeypatch.setattr(draft, "change", refuse)
    app = submit(0, first="ka")
    assert app.session_state["teach sheet failure"] == "There are too many."
    assert app.session_state["teach sheet name 0"] == "ka"


def test_a_sheet_can_be_discarded():
    app = press(check(0, 4), "Discard the sheet")
    assert "teach sheet" not in app.session_state
    assert "teach sheet name 0" not in app.session_state
    assert app.session_state["teach:set"] == ""
