"""Markup of which parts can be chosen: what is sent, and what a choice calls."""

from __future__ import annotations

import types

import streamlit as st

from siamese.ui import choosable


def test_a_choice_calls_back_and_nothing_chosen_does_not(monkeypatch):
    sent, chosen = [], []
    monkeypatch.setattr(choosable, "_declare", lambda: lambda **given: sent.append(given))
    session = {"maps": types.SimpleNamespace(choice="7")}
    monkeypatch.setattr(st, "session_state", session)
    choosable.choosable("<b>", "maps", chosen.append, "a view")
    ((given),) = sent
    assert (given["key"], given["data"]) == ("maps", {"markup": "<b>", "view": "a view"})
    given["on_choice_change"]()
    session["maps"].choice = None
    given["on_choice_change"]()
    assert chosen == ["7"]


def test_the_component_is_declared_once_on_the_pages_own_styles(monkeypatch):
    made = []
    component = lambda *given, **options: made.append((given, options)) or "renderer"  # noqa: E731
    monkeypatch.setattr(st.components.v2, "component", component)
    choosable._declare.cache_clear()
    assert choosable._declare() is choosable._declare()
    choosable._declare.cache_clear()
    ((given, options),) = made
    assert given == ("siamese_choosable",)
    assert options["isolate_styles"] is False
    assert options["html"] == '<div class="choosable"></div>'
    assert 'closest("[data-choice]")' in options["js"]
