"""The Teach page through navigation.py: teach, test, edit, share, import; what is refused, in a sentence."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from siamese.data import own
from siamese.data.own import file_format
from siamese.ui import models, own_sets, teacher
from siamese.ui.jobs import Job
from tests.data.own.test_own import moon
from tests.hostile.payloads import PAYLOADS
from tests.pages.test_pages import HOOK, markup, run, stroke

PAGE = "pages/teach.py"
BAR = [["M", 70, 200], ["L", 250, 200]]
CROSS = [["M", 70, 70], ["L", 250, 250], ["M", 250, 70], ["L", 70, 250]]


@pytest.fixture(scope="module")
def network_ready() -> None:
    assert models.load_shipped().wait(300)
    assert models.failure() == ""


@pytest.fixture(autouse=True)
def _home(home):
    """Every test has an empty home."""


def draw(app: AppTest, path: list | None) -> None:
    objects = [stroke(path)] if path else []
    app.session_state["teach:canvas"] = {"drawing": {"raw": {"objects": objects}, "data": None}, "backgroundFit": None}
    app.run()
    assert [error.value for error in app.exception] == []


def teach(app: AppTest, name: str) -> None:
    app.text_input(key="teach name").set_value(name)
    press(app, "Teach")


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert [error.value for error in app.exception] == []


def taught(*paths: list) -> AppTest:
    app = run(PAGE)
    for number, path in enumerate(paths):
        draw(app, path)
        teach(app, f"sign {number}")
        assert f"sign {number} is taught." in markup(app)
    return app


def test_a_drawing_of_a_taught_character_is_named_at_once(network_ready):
    app = taught(HOOK, BAR, CROSS)
    draw(app, HOOK)
    assert "This is sign 0" in markup(app)
    assert "3 characters, 3 examples" in markup(app)
    assert "never seen in training" in markup(app)
    assert "is taught" not in markup(app)
    key = app.session_state["teach:set"]
    assert own.load(key).alphabets[0].characters[1].drawings[0].strokes


def test_one_character_is_not_enough_to_choose_from(network_ready):
    app = taught(HOOK)
    assert "Draw a character of your own" in markup(app)
    draw(app, BAR)
    assert "Teach this one, too: the network chooses from two or more characters." in markup(app)


def test_what_cannot_be_taught_is_one_sentence_and_loses_nothing(network_ready, monkeypatch):
    app = taught(HOOK)
    draw(app, None)
    teach(app, "nothing")
    assert "There is nothing drawn yet" in markup(app)
    draw(app, BAR)
    teach(app, "  ")
    assert "This character has no name yet" in markup(app)
    teach(app, "Sign 0")
    assert "There is a character called sign 0 already" in markup(app)

    def full(*arguments):
        raise own.UserError("/data cannot be written: No space left on device; make room.")

    with monkeypatch.context() as patch:
        patch.setattr(own, "keep", full)
        teach(app, "sign 1")
        assert "No space left on device" in markup(app)
    teach(app, "sign 1")
    assert own.load(app.session_state["teach:set"]).counts == (1, 2, 2)


def test_a_taken_name_offers_one_more_example(network_ready):
    app = taught(HOOK, BAR)
    draw(app, CROSS)
    teach(app, "SIGN 0")
    press(app, "One more example of sign 0")
    assert "2 characters, 3 examples" in markup(app)
    assert "One more example of sign 0" not in [button.label for button in app.button]


def test_characters_are_renamed_and_deleted(network_ready):
    app = taught(HOOK, BAR)
    app.text_input(key="teach new name").set_value("hook")
    press(app, "Rename")
    app.selectbox(key="teach character").select("sign 1").run()
    press(app, "Delete this character")
    assert [c.name for c in own.load(app.session_state["teach:set"]).alphabets[0].characters] == ["hook"]
    app.text_input(key="teach alphabet name").set_value("Moon").run()
    assert own.name(app.session_state["teach:set"]) == "Moon"


def test_sharing_makes_a_copy_that_others_can_try_but_not_change(network_ready):
    mine = taught(HOOK, BAR)
    press(mine, "Share with the class")
    (shared,) = own.names()
    other = run(PAGE, set=shared)
    draw(other, HOOK)
    assert "This is sign 0" in markup(other)
    assert [field.key for field in other.text_input if field.key == "teach name"] == []
    assert mine.session_state["teach:set"] not in other.selectbox(key="teach:set").options
    press(other, "Copy it")
    assert other.session_state["teach:set"].startswith(own.PRIVATE)
    press(mine, "Stop sharing")
    assert own.names() == {}


def test_students_cannot_delete_what_others_share(network_ready, monkeypatch):
    key = own.keep(moon(), maker="somebody")
    assert "Delete it for everybody" in [button.label for button in run(PAGE, set=key).button]
    monkeypatch.setattr(teacher, "locked", lambda: True)
    app = run(PAGE, set=key)
    assert "Delete it for everybody" not in [button.label for button in app.button]
    assert [each.proto.label for each in app.get("file_uploader")].count("Import a file") == 1  # for themselves alone


def test_an_imported_file_is_shown(network_ready):
    app = run(PAGE)
    job = Job("Reading", lambda value: iter(()))
    job.state, job.value = "ready", own_sets.Progress(1, 1, own.keep(moon(), own.new_private_key()))
    app.session_state["teach import job"] = job
    app.run()
    assert app.session_state["teach:set"] == job.value.key
    assert "Moon: 3 characters, 6 examples" in markup(app)


def test_the_alphabet_goes_along_to_other_pages(network_ready):
    app = taught(HOOK, BAR)
    key = app.session_state["teach:set"]
    press(app, "Use on Recognise")
    assert app.session_state["recognise:data"] == key
    assert "My alphabet, 2 characters" in markup(app)


@pytest.mark.parametrize("text", PAYLOADS[:12])
def test_names_are_shown_as_text(text, network_ready):
    name = file_format.checked_name(text[:60], "it")
    character = file_format.OwnCharacter(name, moon().alphabets[0].characters[0].drawings)
    alphabet = file_format.OwnAlphabet(name, (character, *moon().alphabets[0].characters))
    app = run(PAGE, set=own.keep(file_format.OwnSet(name, (alphabet,))))
    assert [error.value for error in app.exception] == []
    assert "<script" not in markup(app).lower()
    assert "<img" not in markup(app).lower()
