"""The alphabets of Explore: which view is shown, whose handwriting, and where a choice leads."""

from __future__ import annotations

import types

import pytest
import streamlit as st

from siamese.ui import datasets, models
from siamese.ui.explore import browse
from siamese.ui.explore.browse import browse_ui
from tests import networks
from tests.apps import beside, buttons, markup, part_of, press
from tests.drawn import character_set, from_drawings, scribble
from tests.networks import ByPixels


@pytest.fixture(autouse=True)
def shown(home, monkeypatch) -> list[tuple]:
    """What the component is given."""
    kept: list[tuple] = []
    monkeypatch.setattr(browse, "choosable", lambda *given: kept.append(given))
    monkeypatch.setattr(models, "_shipped", networks.ready(ByPixels()))
    return kept


def explored(**choices):
    return part_of(
        browse_ui, datasets.loaded("builtin"), **{f"explore__{name}": value for name, value in choices.items()}
    )


@pytest.mark.parametrize(
    ("choices", "view"),
    [
        ({}, "all"),
        ({"alphabet": "Kannada"}, "alphabet Kannada"),
        ({"alphabet": "Kannada", "find": "ka"}, "search"),
    ],
)
def test_the_view_is_that_of_the_choices(choices, view, shown):
    app = explored(**choices)
    ((page, key, choose, name),) = shown
    assert (key, choose, name) == ("explore_choosable", browse._choose, view)
    assert markup(app).startswith("<style>.card.s")
    assert ("Search by drawing it" in buttons(app)) == (view == "search")
    assert app.query_params == {name: str(value) for name, value in choices.items()}
    assert ("unseen" in page) == (view != "search")


def test_a_character_is_chosen_by_its_position_from_1(shown):
    characters = datasets.loaded("builtin")
    explored(alphabet="Kannada", character=3)
    assert shown[0][3] == f"character {characters.members('Kannada')[2]}"


def test_the_handwriting_is_chosen_where_an_alphabet_is_shown(shown):
    assert len(explored().selectbox) == 0
    assert len(explored(alphabet="Kannada", find="ka").selectbox) == 0
    app = explored(alphabet="Kannada", drawer=3, other=5)
    drawer, other = app.selectbox(key="explore:drawer"), app.selectbox(key="explore:other")
    assert (drawer.label, drawer.options, drawer.value) == (
        "Handwriting of person",
        [str(number) for number in range(1, 21)],
        3,
    )
    assert (other.label, other.value) == ("Compare with person", 5)
    assert ["Handwriting of person", "Compare with person"] in beside(app)
    assert other.options == ["Nobody", *(str(number) for number in range(1, 21) if number != 3)]
    assert "tiles pairs" in shown[-1][0]


def test_people_who_did_not_draw_are_replaced(shown):
    app = explored(alphabet="Kannada", drawer=99, other=98)
    assert (app.session_state["explore:drawer"], app.session_state["explore:other"]) == (1, 0)
    app = explored(alphabet="Kannada", drawer=4, other=4)
    assert app.session_state["explore:other"] == 0


def test_people_are_those_of_the_character_that_is_shown(shown):
    full = character_set(alphabets=1, characters=2, drawers=2)
    drawings = {(0, 1): scribble(0, 1), (0, 2): scribble(0, 2), (1, 3): scribble(1, 3)}
    some = from_drawings("x", list(full.alphabets), list(full.characters), drawings)
    app = part_of(browse_ui, some, explore__alphabet="Alphabet 0", explore__character=2)
    assert app.selectbox(key="explore:drawer").options == ["3"]


def test_without_a_network_nothing_is_said_of_training(shown, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    explored()
    assert "badge" not in shown[0][0]


def test_a_search_leads_to_inside(shown, monkeypatch):
    visited = []
    monkeypatch.setattr(st, "switch_page", visited.append)
    app = explored(find="ka")
    assert visited == []
    press(app, "Search by drawing it")
    assert visited == ["pages/inside.py"]
    assert (app.session_state["inside:part"], app.session_state["inside:data"]) == ("nearest", "builtin")


@pytest.fixture
def session(monkeypatch) -> dict:
    kept = {"explore:alphabet": "Kannada", "explore:character": 4, "explore:drawer": 2, "explore:find": "ka"}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


@pytest.mark.parametrize(
    ("value", "alphabet", "character", "drawer", "find"),
    [
        ("alphabet:Runic", "Runic", 0, 2, ""),
        ("alphabet:", "", 0, 2, ""),
        ("character:7:Runic: old", "Runic: old", 7, 2, ""),
        ("drawer:9", "Kannada", 4, 9, "ka"),
        ("drawer:0", "Kannada", 4, 2, "ka"),
        ("character:x:Runic", "Kannada", 4, 2, "ka"),
        ("character:7", "Kannada", 4, 2, "ka"),
        ("alphabet:" + 81 * "x", "Kannada", 4, 2, "ka"),
    ],
)
def test_a_choice_leads_where_it_says_or_nowhere(value, alphabet, character, drawer, find, session):
    browse._choose(value)
    assert [session[f"explore:{name}"] for name in ("alphabet", "character", "drawer", "find")] == [
        alphabet, character, drawer, find,
    ]  # fmt: skip


def test_strokes_are_played_again_as_often_as_one_asks(session):
    before = dict(session)
    browse._choose("play:")
    browse._choose("play:")
    assert session.pop("explore:played") == 2
    assert session == before


def test_a_view_knows_its_source_and_how_often_strokes_were_played(shown, monkeypatch):
    chosen = []
    own = types.SimpleNamespace(markup="", rules="", name="")
    monkeypatch.setattr(browse, "_view", lambda given: chosen.append(given) or own)
    explored()
    part_of(browse_ui, datasets.loaded("builtin"), **{"explore:played": 3})
    assert [(given.source, given.played) for given in chosen] == [("builtin", 0), ("builtin", 3)]
