"""The teacher's lock: closed when in doubt, and wrong tries slow down only the visitor who makes them."""

from __future__ import annotations

import os

import pytest
import streamlit as st

from siamese.ui import teacher
from tests.apps import markup, part_of, press


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    """Write the secrets file; without a call there is none. Sessions are plain dicts that the test exchanges."""
    file = tmp_path / "secrets.toml"
    options = {"secrets.files": [str(tmp_path / "global.toml"), str(file)], "server.address": "localhost"}
    monkeypatch.setattr(st, "get_option", options.get)
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setenv("SIAMESE_TEACHER", "")  # restored at the end, whatever the test sets
    del os.environ["SIAMESE_TEACHER"]

    def write(text: str):
        file.write_text(text, encoding="utf-8")
        return options

    write.options = options
    return write


def another_visitor(monkeypatch) -> None:
    monkeypatch.setattr(st, "session_state", {})


def test_without_a_passphrase_nobody_is_locked_out(secrets):
    assert not teacher.configured()
    assert not teacher.locked()


def test_a_file_with_other_secrets_is_no_lock(secrets):
    secrets('database = "sqlite"\n[mail]\nuser = "x"')
    assert not teacher.locked()


def test_the_passphrase_opens_the_lock_for_this_visitor_only(secrets, monkeypatch):
    secrets('SIAMESE_TEACHER = "open sésame"')
    assert teacher.locked()
    assert teacher.unlock("open sésame") == ""
    assert not teacher.locked()
    another_visitor(monkeypatch)
    assert teacher.locked()


def test_the_environment_gives_a_passphrase_too(secrets, monkeypatch):
    monkeypatch.setenv("SIAMESE_TEACHER", "from outside")
    assert teacher.locked()
    assert teacher.unlock("from outside") == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SIAMESE_TEACHER = open sesame", "not valid TOML"),
        ('SIAMESE_TEACHER = "unfinished', "not valid TOML"),
        ("[teacher]\nSIAMESE_TEACHER = 'secret'", "has teacher.SIAMESE_TEACHER instead"),
        ("siamese_teacher = 'secret'", "has siamese_teacher instead"),
        ("SIAMESE_TEACHER = ''", "gives no text"),
        ("SIAMESE_TEACHER = 1234", "gives no text"),
    ],
)
def test_a_file_that_cannot_be_understood_locks_everyone_and_says_why(secrets, monkeypatch, text, reason):
    monkeypatch.setenv("SIAMESE_TEACHER", "")
    secrets(text)
    assert teacher.locked()
    assert reason in teacher.unlock("secret")
    assert teacher.locked()


def test_a_file_that_cannot_be_read_locks_everyone(secrets, tmp_path):
    (tmp_path / "secrets.toml").mkdir()
    assert teacher.locked()
    assert "cannot be read" in teacher.unlock("secret")


def test_a_corrected_file_is_read_again(secrets):
    secrets("SIAMESE_TEACHER = secret")
    assert "not valid TOML" in teacher.unlock("secret")
    secrets("SIAMESE_TEACHER = 'the secret'")
    assert teacher.unlock("the secret") == ""


def test_wrong_tries_slow_down_only_the_visitor_who_makes_them(secrets, monkeypatch):
    secrets("SIAMESE_TEACHER = 'secret'")
    assert teacher.unlock("guess") == "That is not the passphrase."
    assert teacher.unlock("secret") == "Wait a second before you try again."
    another_visitor(monkeypatch)
    assert teacher.unlock("secret") == ""


def test_each_wrong_try_doubles_the_wait(secrets, monkeypatch):
    secrets("SIAMESE_TEACHER = 'secret'")
    now = [1000.0]
    monkeypatch.setattr(teacher.time, "monotonic", lambda: now[0])
    waits = []
    for _ in range(8):
        assert teacher.unlock("guess") == "That is not the passphrase."
        waits.append(st.session_state["teacher"].next_try - now[0])
        now[0] = st.session_state["teacher"].next_try
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert teacher.unlock("secret") == ""


@pytest.mark.parametrize(
    ("address", "open_"), [("localhost", False), ("127.0.0.1", False), ("0.0.0.0", True), (None, True)]
)
def test_the_address_tells_whether_others_reach_the_app(secrets, address, open_):
    secrets.options["server.address"] = address
    assert teacher.open_to_network() == open_


def test_an_app_that_is_open_to_the_network_gets_a_passphrase_and_tells_it_once(secrets):
    secrets.options["server.address"] = "0.0.0.0"
    announcement = teacher.ensure_lock()
    assert teacher.locked()
    passphrase = os.environ["SIAMESE_TEACHER"]
    assert passphrase in announcement
    assert len(set(passphrase.split("-")) & set(teacher.WORDS.split())) >= 3  # a word may come twice
    assert teacher.unlock(passphrase) == ""
    assert teacher.ensure_lock() == ""


@pytest.mark.parametrize("text", ["SIAMESE_TEACHER = 'secret'", "SIAMESE_TEACHER = unfinished"])
def test_a_passphrase_of_ones_own_or_a_mistake_in_it_is_not_replaced(secrets, text):
    secrets.options["server.address"] = "0.0.0.0"
    secrets(text)
    assert teacher.ensure_lock() == ""
    assert "SIAMESE_TEACHER" not in os.environ


def test_an_app_for_one_computer_has_no_lock(secrets):
    assert teacher.ensure_lock() == ""
    assert not teacher.configured()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.5, "Wait a second before you try again."),
        (1.2, "Wait 1 s before you try again."),
        (44.7, "Wait 45 s before you try again."),
    ],
)
def test_the_wait_is_named(seconds, words, secrets, monkeypatch):
    secrets("SIAMESE_TEACHER = 'secret'")
    now = [1000.0]
    monkeypatch.setattr(teacher.time, "monotonic", lambda: now[0])
    teacher.unlock("guess")
    visitor = st.session_state["teacher"]
    visitor.next_try = 1000 + seconds
    assert teacher.unlock("secret") == words
    assert visitor.wrong == 1  # a try that came too soon is none
    now[0] += seconds
    assert teacher.unlock("secret") == ""
    assert st.session_state["teacher"] == teacher._Visitor(unlocked=True)


def test_a_problem_in_one_file_counts_more_than_a_passphrase_in_another(secrets, tmp_path):
    secrets("SIAMESE_TEACHER = 'secret'")
    (tmp_path / "global.toml").write_text("SIAMESE_TEACHER = 3", encoding="utf-8")
    assert "gives no text" in teacher.unlock("secret")
    (tmp_path / "global.toml").write_text("SIAMESE_TEACHER = 'first'", encoding="utf-8")
    assert teacher.unlock("first") == ""


def test_a_file_comes_before_the_environment(secrets, monkeypatch):
    secrets("SIAMESE_TEACHER = 'in the file'")
    monkeypatch.setenv("SIAMESE_TEACHER", "from outside")
    assert teacher.unlock("from outside") == "That is not the passphrase."


def test_the_teacher_is_who_has_entered_the_passphrase(secrets):
    assert not teacher.is_teacher()
    secrets("SIAMESE_TEACHER = 'secret'")
    assert not teacher.is_teacher()
    teacher.unlock("secret")
    assert teacher.is_teacher()
    teacher._lock()
    assert teacher.locked()


def test_the_passphrase_is_typed_and_a_refusal_is_shown_until_the_next_try(monkeypatch):
    monkeypatch.setenv("SIAMESE_TEACHER", "secret")
    app = part_of(teacher.unlock_ui)
    field = app.text_input(key="teacher:passphrase")
    assert field.label == "Passphrase"
    assert field.proto.type == field.proto.PASSWORD
    assert "Only the teacher can start, pause, stop and delete runs, and lead the class." in markup(app)
    assert len(app.error) == 0
    field.set_value("guess").run()
    assert app.error[0].value == "That is not the passphrase."
    assert app.session_state["teacher:passphrase"] == ""
    app.session_state["teacher"].next_try = 0.0
    app.text_input(key="teacher:passphrase").set_value("secret").run()
    assert len(app.error) == 0
    assert app.session_state["teacher"].unlocked


def test_a_mistake_in_the_file_is_shown_at_once(monkeypatch):
    monkeypatch.setattr(teacher, "_secret", lambda: teacher._Secret(problem="It is <closed>."))
    assert part_of(teacher.unlock_ui).error[0].value == "It is \\<closed\\>."


def test_the_teacher_gives_the_rights_up(monkeypatch):
    monkeypatch.setenv("SIAMESE_TEACHER", "secret")
    app = part_of(teacher.lock_ui, teacher=teacher._Visitor(unlocked=True))
    assert app.button[0].help == "Give up the teacher's rights."
    press(app, "Lock")
    assert not app.session_state["teacher"].unlocked


def test_a_made_passphrase_has_four_words_of_the_list(secrets):
    secrets.options["server.address"] = "0.0.0.0"
    told = teacher.ensure_lock()
    words = os.environ["SIAMESE_TEACHER"].split("-")
    assert len(words) == 4
    assert set(words) <= set(teacher.WORDS.split())
    assert os.environ["SIAMESE_TEACHER"] in told
