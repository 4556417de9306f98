"""What the Teach page refuses: one sentence each, where it was tried, and nothing that was there is lost."""

from __future__ import annotations

import errno
import json

import pytest
from streamlit.testing.v1 import AppTest

from siamese.data import own, packed_files
from siamese.data.own import editing, file_format, shelf
from siamese.ui import own_sets
from tests.data.own.test_own import moon
from tests.pages.test_pages import HOOK, markup, run, stroke
from tests.pages.test_teach_page import BAR, PAGE, draw, press, taught, teach
from tests.ui.test_uploads import File

DISK = "s data folder cannot be written: No space left on device; make room or set SIAMESE_HOME to another folder."


@pytest.fixture(autouse=True)
def _home(home):
    """Every test has an empty home."""


@pytest.fixture
def full_disk(monkeypatch):
    """A function that fills the disk until the test ends."""

    def no_space(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    return lambda: monkeypatch.setattr(packed_files.os, "fsync", no_space)


def sentences(app: AppTest) -> str:
    """Everything that the page says, errors as they are shown."""
    assert [error.value for error in app.exception] == []
    return markup(app) + "".join(error.value.replace("\\", "") for error in app.error)


def kept(app: AppTest) -> list[str]:
    return [character.name for character in own.load(app.session_state["teach:set"]).alphabets[0].characters]


@pytest.mark.parametrize("name", ["", "   ", "\t", "\u00a0"])
def test_a_character_without_a_name(name):
    app = taught(HOOK)
    draw(app, BAR)
    teach(app, name)
    assert "This character has no name yet: type one." in sentences(app)
    assert kept(app) == ["sign 0"]


@pytest.mark.parametrize("name", ["sign 0", " sign 0 ", "SIGN 0"])
def test_a_name_that_is_taken(name):
    app = taught(HOOK)
    draw(app, BAR)
    teach(app, name)
    assert "There is a character called sign 0 already: choose another name." in sentences(app)
    assert kept(app) == ["sign 0"]


@pytest.mark.parametrize("name", ["a\u0000b", "a\nb", "\u202eabc"])
def test_a_name_that_cannot_be_shown(name):
    app = taught(HOOK)
    draw(app, BAR)
    teach(app, name)
    assert "The name of this character does not have 1 to 60 printable characters." in sentences(app)
    assert kept(app) == ["sign 0"]


def test_an_empty_drawing():
    app = taught(HOOK)
    draw(app, None)
    teach(app, "nothing")
    assert "There is nothing drawn yet: draw the character first." in sentences(app)
    assert kept(app) == ["sign 0"]


@pytest.mark.parametrize(
    ("objects", "sentence"),
    [
        ([stroke([["M", 10, 10], *[["L", 10 + n % 300, 10 + n % 7] for n in range(10_000)]])], "There is too much ink"),
        ([stroke(HOOK)] * 501, "There is too much ink"),
        ([{"type": "Image", "src": "//evil.example"}], "something that is not a stroke"),
        ([{"type": "Path", "path": "evil"}], "The canvas sent something that is not a drawing"),
    ],
)
def test_a_forged_canvas(objects, sentence):
    app = taught(HOOK)
    app.session_state["teach:canvas"] = {"drawing": {"raw": {"objects": objects}, "data": None}, "backgroundFit": None}
    app.run()
    assert sentence in sentences(app)
    teach(app, "forged")
    assert sentences(app)
    assert kept(app) == ["sign 0"]


def test_more_characters_than_are_taught():
    character = moon(characters=1).alphabets[0].characters[0]
    many = tuple(file_format.OwnCharacter(str(n), character.drawings) for n in range(editing.MAX_TAUGHT))
    app = run(
        PAGE, set=own.keep(file_format.OwnSet("Full", (file_format.OwnAlphabet("Full", many),)), "private-" + "0" * 32)
    )
    draw(app, HOOK)
    teach(app, "one more")
    assert "This alphabet has 60 characters, and more are not taught: start another alphabet." in sentences(app)
    assert len(kept(app)) == editing.MAX_TAUGHT


def characters(names: list[object]) -> bytes:
    each = [{"name": name, "drawings": [{"drawer": 1, "strokes": [[[20, 20], [80, 80]]]}]} for name in names]
    head = {"format": file_format.FORMAT, "version": file_format.VERSION, "name": "Hostile"}
    return json.dumps({**head, "alphabets": [{"name": "Hostile", "characters": each}]}).encode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (characters([str(n) for n in range(10_000)]), "it has 10,000 characters, and 500 are the most"),
        (characters(["a", "a"]), 'two of its characters have the name "a"'),
        (characters(["a", ""]), "a character has no name"),
        (characters([["<script>"]]), "a character has no name"),
        (characters(["a"]).replace(b"[[20, 20], [80, 80]]", b"[]"), "a stroke is not a list of points"),
        (characters(["a"]).replace(b"80]", b"1e9]"), "a point is further than 105 px from the paper"),
        (b"[" * 100_000, "it is not valid JSON"),
        (b"\x00" * 100, "it is not valid JSON"),
        (b" " * (file_format.MAX_FILE_BYTES + 1), "has more than 8 MB: leave out some drawings, or put some"),
    ],
)
def test_a_hostile_import(content, sentence):
    app = taught(HOOK)
    before = app.session_state["teach:set"]
    job = own_sets.importing(File("hostile.json", content), private=True).start()
    assert job.wait(60)
    app.session_state["teach import job"] = job
    app.run()
    assert "hostile.json" in sentences(app)
    assert sentence in sentences(app)
    assert app.session_state["teach:set"] == before
    assert kept(app) == ["sign 0"]


def test_a_full_disk_when_a_character_is_taught(full_disk):
    app = taught(HOOK)
    draw(app, BAR)
    full_disk()
    teach(app, "sign 1")
    assert DISK in sentences(app)
    assert kept(app) == ["sign 0"]
    assert app.text_input(key="teach name").value == "sign 1"  # the drawing and its name are still there


@pytest.mark.parametrize("label", ["Rename", "Share with the class", "Begin and teach"])
def test_a_full_disk_when_an_alphabet_is_changed(full_disk, label):
    app = taught(HOOK, BAR)
    app.text_input(key="teach new name").set_value("hook")
    full_disk()
    if label == "Begin and teach":
        press(app, "Begin a new alphabet")
        draw(app, HOOK)
        teach(app, "first")
        assert app.session_state["teach:set"] == ""
    else:
        press(app, label)
        assert kept(app) == ["sign 0", "sign 1"]
    assert DISK in sentences(app)
    assert own.names() == {}


def test_a_full_disk_when_a_shared_alphabet_is_copied(full_disk):
    key = own.keep(moon())
    app = run(PAGE, set=key)
    full_disk()
    press(app, "Copy it")
    assert DISK in sentences(app)
    assert app.session_state["teach:set"] == key


def test_a_full_disk_when_a_file_is_imported(full_disk):
    app = run(PAGE)
    full_disk()
    job = own_sets.importing(File("moon.json", file_format.write(moon())), private=True).start()
    assert job.wait(60)
    app.session_state["teach import job"] = job
    app.run()
    assert DISK in sentences(app)
    assert not list(shelf.folder().glob("**/*.json"))
