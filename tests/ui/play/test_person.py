"""Who plays: the form for a nickname, the cookie, and what happens when the teacher hides or deletes it."""

from __future__ import annotations

import types

import streamlit as st

from siamese.ui import class_store
from siamese.ui.play import person
from siamese.ui.play.person import person_ui
from tests.apps import beside, markup, part_of, press, ran


def test_a_nickname_makes_a_person_whom_the_browser_remembers():
    app = part_of(person_ui)
    assert app.session_state["returned"] is None
    field = app.text_input(key="play:nickname")
    assert field.max_chars == 24
    assert ["Nickname", "Join"] in beside(app)
    assert "Only the nickname, your answers and your drawings are kept" in markup(app)
    assert "cookie" not in markup(app)
    field.set_value("Ada")
    press(app, "Join")
    ada = app.session_state["returned"]
    assert ada.nickname == "Ada"
    cookie = f"document.cookie = 'siamese_person={ada.token}; path=/; max-age=43200; SameSite=Strict'"
    assert cookie in markup(app)
    assert len(app.text_input) == 0
    assert [row.nickname for row in class_store.store().people()] == ["Ada"]


def test_a_nickname_that_cannot_be_is_refused_and_the_next_try_clears_the_refusal():
    app = part_of(person_ui)
    press(app, "Join")
    assert "nickname" in app.error[0].value
    app.text_input(key="play:nickname").set_value("Ada")
    press(app, "Join")
    assert len(app.error) == 0
    assert app.session_state["play:visitor"].failure == ""


def test_the_board_shows_a_new_nickname_at_once(ada):
    before = class_store.snapshot()
    app = part_of(person_ui)
    app.text_input(key="play:nickname").set_value("Bob")
    press(app, "Join")
    assert class_store.snapshot().version != before.version


def known(cookie: str | None, session: dict, monkeypatch):
    monkeypatch.setattr(st, "context", types.SimpleNamespace(cookies={person.COOKIE: cookie} if cookie else {}))
    session.clear()
    return person.current()


def test_a_browser_that_comes_back_is_known_by_its_cookie(ada, session, monkeypatch):
    assert known(ada.token, session, monkeypatch).nickname == "Ada"
    asked = []
    monkeypatch.setattr(class_store.store(), "person", asked.append)
    for cookie in (None, "f" * 31, "F" * 32, f"{ada.token}0", f"'{ada.token}"):
        assert known(cookie, session, monkeypatch) is None
    assert asked == []


def test_a_person_is_looked_up_again_only_after_a_reset(ada, session, monkeypatch):
    known(ada.token, session, monkeypatch)
    asked, find = [], class_store.store().person
    monkeypatch.setattr(class_store.store(), "person", lambda token: asked.append(token) or find(token))
    assert person.current() == ada
    assert asked == []
    class_store.store().reset()
    class_store.board().changed()
    assert person.current() is None
    assert asked == [ada.token]
    assert person.current() is None
    assert len(asked) == 1


def test_a_hidden_person_chooses_another_nickname_and_keeps_the_points(ada, bob):
    app = part_of(person_ui)
    app.text_input(key="play:nickname").set_value("Eve")
    press(app, "Join")
    eve = app.session_state["returned"]
    class_store.store().hide(eve.id)
    class_store.board().changed()
    assert person.hidden(eve)
    assert not person.hidden(ada)
    ran(app.run())
    assert app.session_state["returned"] is None
    assert "Choose another one; your points stay" in app.warning[0].value
    app.text_input(key="play:nickname").set_value("Eva")
    press(app, "Join")
    assert (app.session_state["returned"].id, app.session_state["returned"].nickname) == (eve.id, "Eva")
    assert len(app.warning) == 0
