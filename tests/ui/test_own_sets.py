"""Uploads of own alphabets: read in the background, refused in one sentence, and who may add or delete."""

from __future__ import annotations

import json
import threading
import types

import pytest

from siamese import paths
from siamese.data import own
from siamese.data.own import importing
from siamese.errors import UserError
from siamese.ui import own_sets, teacher, uploads
from tests import drawn
from tests.data.own.test_own import moon
from tests.threads import Slow
from tests.ui.test_uploads import File

FILES = {f"Moon/sign {c}/{d}.png": drawn.png(drawn.scribble(c, d)) for c in range(2) for d in (1, 2)}


@pytest.fixture(autouse=True)
def _own_home(home):
    """Every test has an empty home."""


def upload(name: str, content: bytes):
    job = own_sets.importing(File(name, content)).start()
    assert job.wait(60)
    return job


def test_a_zip_is_kept_as_a_shared_set_with_notes():
    job = upload("My class.zip", drawn.zipped(FILES | {"Moon/ku/1.png": b"no picture"}))
    assert job.failure == ""
    assert own.names() == {"own-my-class": "My class"}
    assert job.value.key == "own-my-class"
    assert job.value.notes[0] == "Left out, since no picture of it can be read: Moon/ku."
    assert job.share == 1
    assert list(paths.data().glob(".incomplete-*")) == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.zip", b"no archive", "a.zip is not a valid zip archive"),
        ("a.zip", drawn.zipped({"readme.txt": b""}), "a.zip has no pictures"),
        ("a.json", b"{}", "a.json has no alphabets that can be read"),
        ("../../b\x00.json", json.dumps([1]).encode(), ".._.._b_.json has no alphabets"),
    ],
)
def test_other_uploads_are_one_sentence_and_nothing_is_kept(name, content, sentence):
    job = upload(name, content)
    assert job.failure.startswith(sentence)
    assert str(paths.data()) not in job.failure
    assert own.names() == {}


def test_progress_is_shown_while_pictures_are_read(monkeypatch):
    gate, reached = threading.Event(), threading.Event()

    def slow(path, progress):
        progress(3, 4)
        reached.set()
        assert gate.wait(10)
        return importing.Import(moon(), ())

    monkeypatch.setattr(importing, "import_path", slow)
    job = own_sets.importing(File("a.zip", b"")).start()
    assert reached.wait(10)
    assert job.share == 0.75
    gate.set()
    assert job.wait(10)
    assert job.value.key == "own-moon"


def test_who_may_add(monkeypatch):
    monkeypatch.delenv(uploads.SWITCH, raising=False)
    assert own_sets.refusal() == ""
    monkeypatch.setattr(teacher, "locked", lambda: True)
    assert "Only the teacher" in own_sets.refusal()
    monkeypatch.setenv(uploads.SWITCH, "off")
    assert "switched off" in own_sets.refusal()


def test_who_may_delete(monkeypatch):
    private = own.keep(moon(), own.new_private_key())
    mine, other = own.keep(moon(), maker=private), own.keep(moon("Sun"))
    assert own_sets.may_delete(other)  # nobody is locked out without a passphrase
    monkeypatch.setattr(teacher, "locked", lambda: True)
    assert not any(map(own_sets.may_delete, (mine, other, private)))
    monkeypatch.setattr(own_sets, "private_keys", lambda: [private])
    assert [own_sets.may_delete(key) for key in (mine, other, private)] == [True, False, True]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ('a/b\\c:d*e?"f<g>h|i\x00.zip', "a_b_c_d_e__f_g_h_i_.zip"),
        (f"{100 * 'x'}.zip", f"{76 * 'x'}.zip"),
        ("Moon.json", "Moon.json"),
    ],
)
def test_an_upload_keeps_as_much_of_its_name_as_a_file_may_have(name, kept):
    upload = types.SimpleNamespace(name=name, getbuffer=lambda: b"content")
    with own_sets._draft(upload) as file:
        assert file.name == kept
        assert file.read_bytes() == b"content"
        folder = file.parent
    assert not folder.exists()
    assert folder.name.startswith(".incomplete-")


def test_a_sentence_names_the_upload_without_its_folder():
    upload = types.SimpleNamespace(name="Moon.json", getbuffer=lambda: b"")
    with pytest.raises(UserError, match=r"^Moon\.json is empty\.$"), own_sets._draft(upload) as file:
        raise UserError(f"{file} is empty.")


def test_private_sets_are_remembered_once_and_forgotten_when_they_are_gone(monkeypatch):
    session: dict = {}
    monkeypatch.setattr(own_sets.st, "session_state", session)
    key = own.keep(moon("Moon"), own.new_private_key())
    shared = own.keep(moon("Sun"))
    assert own_sets.visible() == [shared]
    assert own_sets.visible(key) == own_sets.visible(key) == own_sets.visible() == [shared, key]
    assert session == {"private own sets": [key]}
    assert own_sets.visible(shared) == [shared, key]
    own.delete(key)
    assert own_sets.private_keys() == []


@pytest.mark.parametrize("word", ["off", "OFF", "0", "no"])
def test_adding_can_be_switched_off_for_everyone(word, monkeypatch):
    monkeypatch.setenv("SIAMESE_UPLOADS", word)
    assert own_sets.refusal() == own_sets.refusal(private=True) == "Adding alphabets is switched off on this server."


def test_uploads_are_read_one_at_a_time(monkeypatch):
    slow = Slow(lambda *given: own_sets.Progress(1, 1, "own-a"))
    monkeypatch.setattr(own_sets, "_import", slow)
    jobs = [own_sets.importing(None).start() for _ in range(4)]
    assert all(job.wait(10) for job in jobs)
    assert (slow.calls, slow.together) == (4, 1)


def test_progress_of_an_upload():
    job = own_sets.importing(None)
    assert job.progress == (0, 1)
    job.value = own_sets.Progress(3, 8)
    assert job.progress == (3, 8)
