"""Teaching a character: what is kept, what is said of it, and the button for one more example."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.data import own
from siamese.errors import UserError
from siamese.ui.draw import canvas, paper
from siamese.ui.teach import draft, taught
from siamese.ui.teach.taught import name_ui
from tests.apps import beside, buttons, markup, part_of, press, ran
from tests.drawn import scribble

STROKE = [np.array([[20.0, 20.0], [80.0, 80.0]])]


@pytest.fixture(autouse=True)
def sheet(home, monkeypatch) -> dict:
    """The strokes on the canvas, and which papers were cleared."""
    now: dict = {"strokes": STROKE, "cleared": []}
    monkeypatch.setattr(canvas, "strokes", lambda name: now["strokes"] if name == "teach" else [])
    monkeypatch.setattr(paper, "clear", now["cleared"].append)
    return now


def teach(app, name: str):
    app.text_input(key="teach name").set_value(name)
    return press(app, "Teach")


def kept(app):
    """The characters of the visitor's alphabet: name and number of drawings."""
    (alphabet,) = own.load(app.session_state["teach:set"]).alphabets
    return [(character.name, len(character.drawings)) for character in alphabet.characters]


def test_a_character_is_taught_under_its_name(sheet):
    app = part_of(name_ui, None, True)
    field = app.text_input(key="teach name")
    assert (field.max_chars, field.placeholder) == (60, "Name of a new character")
    assert ["Name of the character", "Teach"] in beside(app)
    assert '<p class="note " aria-live="polite"></p>' in markup(app)
    teach(app, " ka ")
    assert kept(app) == [("ka", 1)]
    assert sheet["cleared"] == ["teach"]
    assert app.session_state["teach name"] == ""
    assert app.session_state["teach changed"] is True
    assert app.session_state["teach message"] == (
        "",
        "ka is taught. Draw it again to test the network, or draw the next character.",
    )
    assert buttons(app) == {"Teach": True}


def test_what_was_taught_is_said_until_the_next_drawing():
    app = teach(part_of(name_ui, None, False), "ka")
    assert '<p class="note " aria-live="polite">ka is taught.' in markup(app)
    session = {"teach message": ("", "ka is taught."), "teach:set": ""}
    assert "ka is taught." not in markup(part_of(name_ui, None, True, **session))
    session = {"teach message": ("wrong", "No <ink>."), "teach:set": ""}
    assert '<p class="note wrong" aria-live="polite">No &lt;ink&gt;.</p>' in markup(
        part_of(name_ui, None, True, **session)
    )


def test_a_name_that_is_taken_offers_one_more_example(sheet):
    app = teach(part_of(name_ui, None, True), "*ka*")
    teach(app, "*KA*")
    assert kept(app) == [("*ka*", 1)]
    assert '<p class="note wrong"' in markup(app)
    assert sheet["cleared"] == ["teach"]
    assert buttons(app) == {"Teach": True, "One more example of \\*ka\\*": True}
    press(app, "teach more")
    assert kept(app) == [("*ka*", 2)]
    assert app.session_state["teach message"] == (
        "",
        "*ka* has one more example. Draw it again to test the network.",
    )
    assert buttons(app) == {"Teach": True}
    assert sheet["cleared"] == ["teach", "teach"]
    teach(app, "ki")
    assert "teach more" not in [button.key for button in app.button]


def test_a_picture_is_taught_where_nothing_is_drawn(sheet):
    sheet["strokes"] = []
    picture = scribble(3, 1)
    app = teach(part_of(name_ui, picture, True), "ka")
    (character,) = own.character_set(own.load(app.session_state["teach:set"])).drawings([0])
    assert np.array_equal(character >= 0.5, picture >= 0.5)


def test_nothing_drawn_is_refused_and_the_name_stays(sheet):
    sheet["strokes"] = []
    app = teach(part_of(name_ui, None, False), "ka")
    assert "There is nothing drawn yet" in markup(app)
    assert app.session_state["teach name"] == "ka"
    assert app.session_state["teach:set"] == ""
    assert "teach changed" not in app.session_state


def test_a_refusal_begins_with_a_capital_and_names_no_folder(sheet, monkeypatch):
    def refuse(edit):
        raise UserError("the file /srv/class/home/own/x.json cannot be written.")

    monkeypatch.setattr(draft, "change", refuse)
    app = teach(part_of(name_ui, None, True), "ka")
    assert "The file x.json cannot be written." in markup(app)


def test_messages_of_other_ways_to_teach_are_shown_and_forgotten():
    app = part_of(taught.say, "20 characters are taught.", **{"teach taken": "ka"})
    assert app.session_state["teach message"] == ("", "20 characters are taught.")
    app = part_of(taught.forget_message, **{"teach message": ("", "x"), "teach taken": "ka"})
    assert "teach message" not in app.session_state
    assert "teach taken" not in app.session_state
    ran(app.run())
