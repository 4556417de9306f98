"""The controls of Teach: which alphabet, editing, sharing, export, import; what is offered to whom."""

from __future__ import annotations

import pytest
import streamlit as st

from siamese.data import own
from siamese.data.own import editing, file_format
from siamese.errors import UserError
from siamese.ui import import_form, own_sets, state
from siamese.ui.own_sets import Progress
from siamese.ui.teach import controls, draft
from siamese.ui.teach.controls import controls_ui
from tests import networks
from tests.apps import beside, buttons, markup, part_of, press, ran
from tests.data.own.test_own import moon


@pytest.fixture(autouse=True)
def _home(home):
    """Every test has an empty home."""


def private(alphabets=None) -> str:
    return own.keep(alphabets or moon(), own.new_private_key())


def opened(key: str = "", **session):
    return part_of(controls_ui, **{"teach:set": key, "private own sets": [key] if key else [], **session})


def characters(key: str) -> list[tuple[str, int]]:
    return [(c.name, len(c.drawings)) for c in own.load(key).alphabets[0].characters]


def test_a_new_alphabet_can_be_named_and_has_nothing_to_share_yet():
    app = opened()
    assert app.selectbox(key="teach:set").options == ["New alphabet"]
    (name,) = (field for field in app.text_input)
    assert (name.label, name.value, name.max_chars) == ("Name of the alphabet", "My alphabet", 60)
    assert buttons(app) == {}
    assert app.get("download_button") == []
    assert "Only you have this alphabet" not in markup(app)
    assert app.session_state["returned"].names == []


def test_alphabets_are_offered_the_newest_first_and_shared_ones_are_marked():
    shared, mine = own.keep(moon("Sun")), private()
    app = opened(mine)
    assert app.selectbox(key="teach:set").options == ["New alphabet", "Moon", "Sun (shared)"]
    assert controls._label(shared) == "Sun (shared)"
    assert controls._label(mine) == "Moon"


def test_an_alphabet_of_ones_own_is_renamed_and_begun_anew():
    key = private()
    app = opened(key)
    app.text_input(key="teach alphabet name").set_value("Stars").run()
    assert own.name(key) == "Stars"
    press(app, "Begin a new alphabet")
    assert app.session_state["teach:set"] == ""
    assert own.is_key(key)
    assert "Begin a new alphabet" not in buttons(app)


def test_a_character_is_renamed_loses_an_example_or_goes():
    key = private()  # sign 0 to 2 with one to three drawings
    app = opened(key)
    assert ["Rename", "Remove its last example", "Delete this character"] in beside(app)
    app.selectbox(key="teach character").set_value("sign 2").run()
    app.text_input(key="teach new name").set_value("star")
    press(app, "Rename")
    assert characters(key) == [("sign 0", 1), ("sign 1", 2), ("star", 3)]
    app.selectbox(key="teach character").set_value("star").run()
    press(app, "Remove its last example")
    assert characters(key) == [("sign 0", 1), ("sign 1", 2), ("star", 2)]
    app.selectbox(key="teach character").set_value("sign 0").run()
    press(app, "Delete this character")
    assert characters(key) == [("sign 1", 2), ("star", 2)]
    field = app.text_input(key="teach new name")
    assert (field.max_chars, field.label) == (60, "Its new name")


def test_a_change_that_is_refused_is_explained_once_with_a_capital():
    app = opened(private(), **{"teach message": ("", "old words")})
    press(app, "Rename")
    assert len(app.error) == 1
    assert app.error[0].value[0].isupper()
    assert "teach message" not in app.session_state
    ran(app.run())
    assert len(app.error) == 0
    app = opened(private(), **{"teach failure": "the *name* is taken."})
    assert app.error[0].value == "The \\*name\\* is taken."


def test_a_shared_alphabet_can_be_copied_and_deleted_by_the_teacher_alone(monkeypatch):
    shared = own.keep(moon("Sun"))
    for locked in (True, False):
        monkeypatch.setattr(own_sets.teacher, "locked", lambda locked=locked: locked)
        app = part_of(controls_ui, **{"teach:set": shared})
        assert "This alphabet is shared. Copy it to change it." in markup(app)
        assert ("Delete it for everybody" in buttons(app)) == (not locked)
        assert len(app.text_input) == 0
        assert "Share with the class" not in buttons(app)
    press(app, "Copy it")
    copied = app.session_state["teach:set"]
    assert copied.startswith("private-")
    assert own.load(copied) == own.load(shared)
    app = part_of(controls_ui, **{"teach:set": shared})
    app.button[1].click()
    assert app.button[1].label == "Delete it for everybody"
    monkeypatch.setattr(own, "delete", lambda key: (_ for _ in ()).throw(UserError(f"{key} is gone.")))
    ran(app.run())
    assert app.error[0].value.startswith("Own-sun is gone")


def test_an_alphabet_is_shared_with_the_class_and_taken_back():
    key = private()
    app = opened(key)
    assert "Only you have this alphabet. The link in the address bar opens it on another device" in markup(app)
    press(app, "Share with the class")
    assert list(own.names().values()) == ["Moon"]
    assert "The class has a copy, which follows your changes." in markup(app)
    press(app, "Stop sharing")
    assert own.names() == {}
    assert "Share with the class" in buttons(app)


@pytest.mark.parametrize(
    ("label", "page", "choice"),
    [("Use on Recognise", "recognise", "recognise:data"), ("Measure on Evaluate", "evaluate", "evaluate:group")],
)
def test_other_pages_can_use_the_alphabet(label, page, choice, monkeypatch):
    visited = []
    monkeypatch.setattr(st, "switch_page", visited.append)
    key = private()
    app = opened(key)
    assert visited == []
    press(app, label)
    assert visited == [f"pages/{page}.py"]
    assert app.session_state[choice] == key


def test_an_alphabet_is_exported_under_its_name(monkeypatch):
    offered = []
    monkeypatch.setattr(st, "download_button", lambda *given, **options: offered.append(given))
    for name, file in (("My Moon!", "my-moon.json"), ("月", "alphabet.json")):
        controls._export_ui(moon(name))
        label, content, shown, mime = offered[-1]
        assert (label, shown, mime) == ("Export as a file", file, "application/json")
        assert content() == file_format.write(moon(name))


def test_an_alphabet_is_imported_for_oneself_alone(monkeypatch):
    given = []
    monkeypatch.setattr(import_form, "import_ui", lambda *args, **options: given.append((args, options)))
    controls._import_ui()
    assert given == [
        (
            ("teach import", "Import a file", ("json",), "A file that you or another group exported."),
            {"private": True},
        )
    ]
    key = private()
    app = part_of(controls.take_import, **{"teach import job": networks.ready(Progress(1, 1, key))})
    assert app.session_state["teach:set"] == key
    assert app.session_state["private own sets"] == [key]
    app = part_of(controls.take_import, **{"teach import job": networks.loading()})
    assert app.session_state["teach:set"] == ""


def test_a_set_of_several_alphabets_shows_the_chosen_one():
    two = own.OwnSet("Class", (*moon("Moon").alphabets, *moon("Sun", 2).alphabets))
    app = opened(private(two))
    box = next(box for box in app.selectbox if box.label == "Alphabet of this set")
    assert (box.options, box.value) == (["Moon", "Sun"], 0)
    ran(box.set_value(1).run())
    assert app.session_state["returned"].names == ["sign 0", "sign 1"]
    assert not any(box.label == "Alphabet of this set" for box in opened(private()).selectbox)


def test_an_alphabet_that_cannot_be_read_is_explained(monkeypatch):
    def damaged():
        raise UserError("It is damaged.")

    monkeypatch.setattr(draft, "current", damaged)
    app = opened()
    assert (app.error[0].value, app.session_state["returned"]) == ("It is damaged.", None)


def test_another_alphabet_forgets_what_was_said_of_the_last():
    key = private()
    app = opened(key, **{"teach message": ("", "ka is taught.")})
    app.selectbox(key="teach:set").set_value("").run()
    assert "teach message" not in app.session_state


def summary(alphabets, monkeypatch, seen=False) -> list[str]:
    sent: list[str] = []
    monkeypatch.setattr(st, "html", sent.append)
    monkeypatch.setattr(st, "session_state", {"teach:set": private(alphabets) if alphabets else ""})
    controls.summary(draft.current(), seen)
    return sent


def test_the_summary_counts_characters_and_examples(monkeypatch):
    assert summary(None, monkeypatch) == []
    (sent,) = summary(moon("<Moon>"), monkeypatch)
    assert "<span>&lt;Moon&gt;: 3 characters, 6 examples &ensp;</span>" in sent
    assert "never seen in training" in sent
    assert "1 character, 1 example &ensp;" in summary(moon(characters=1), monkeypatch)[0]
    assert "compared with the first" not in sent
    monkeypatch.setattr(editing, "MAX_TAUGHT", 2)
    (sent,) = summary(moon(), monkeypatch, seen=True)
    assert "6 examples; drawings are compared with the first 2 &ensp;" in sent
    assert ">seen in training" in sent
    assert state.of("teach").set.startswith("private-")
