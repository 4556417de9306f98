"""The teacher's panel: for whom it is there, and what its controls do."""

from __future__ import annotations

import pytest
import streamlit as st

from siamese.ui import class_panel, follow, hide, lesson, teacher
from siamese.ui.class_panel import class_ui
from tests.apps import buttons, part_of, press


@pytest.fixture(autouse=True)
def calls(home, monkeypatch) -> list[tuple]:
    """What was asked of `follow`, and the links to pages."""
    made: list[tuple] = []
    monkeypatch.setenv(teacher.NAME, "secret")
    monkeypatch.setattr(follow, "following", lambda: False)
    monkeypatch.setattr(follow, "lead", lambda on: made.append(("lead", on)))
    monkeypatch.setattr(follow, "bring", lambda: made.append(("bring",)))
    monkeypatch.setattr(lesson, "next_ui", lambda: made.append(("next",)))
    monkeypatch.setattr(st, "page_link", lambda page, **options: made.append(("link", page, options["label"])))
    return made


def panel(unlocked: bool = True, opened: bool = True, **session):
    visitor = teacher._Visitor(unlocked=unlocked)
    return part_of(class_ui, **{"class:panel": opened, "teacher": visitor, **session})


def test_without_a_passphrase_there_is_no_panel(monkeypatch):
    monkeypatch.delenv(teacher.NAME)
    app = panel()
    assert app.button == []
    assert app.get("popover") == []


def test_a_closed_panel_is_empty(calls):
    assert (panel(opened=False).button, calls) == ([], [])


def test_a_student_is_asked_for_the_passphrase(calls):
    app = panel(unlocked=False)
    assert app.text_input[0].label == "Passphrase"
    assert buttons(app) == {}
    assert calls == []


def test_the_teacher_has_the_controls(calls):
    app = panel()
    assert buttons(app) == {"Bring the class here": True, "Lock": True}
    assert len(app.text_input) == 0
    assert calls == [("next",), ("link", "pages/lesson.py", "The lesson")]
    toggle = app.toggle(key="class:follow")
    assert (toggle.label, toggle.value, toggle.help) == ("Follow me", False, class_panel.FOLLOW_HELP)
    assert app.button[0].help == class_panel.BRING_HELP
    press(app, "Bring the class here")
    assert ("bring",) in calls


def test_follow_me_is_turned_on_and_off(calls, monkeypatch):
    app = panel()
    app.toggle(key="class:follow").set_value(True).run()
    assert ("lead", True) in calls
    monkeypatch.setattr(follow, "following", lambda: True)
    app = panel()
    assert app.toggle(key="class:follow").value is True
    app.toggle(key="class:follow").set_value(False).run()
    assert calls[-1] != ("lead", True)
    assert ("lead", False) in calls


def test_what_students_do_not_need_is_hidden(calls):
    app = panel(hide=["samples"])
    box = app.multiselect(key="class:hide")
    assert (box.label, box.value, box.help) == ("Hide from students", ["samples"], class_panel.HIDE_HELP)
    assert box.options == ["The other pages", "Network", "What is compared", "Samples", "Pictures"]
    box.set_value(["pages", "network"]).run()
    assert app.session_state["hide"] == ["pages", "network"]
    assert list(hide.HIDEABLE)[:2] == ["pages", "network"]


def test_the_panel_closes_when_it_has_gone_to_a_stop(calls):
    app = panel(**{"lesson:gone": True})
    assert calls == []
    assert app.session_state["class:panel"] is False
    assert "lesson:gone" not in app.session_state
