"""The form of a support set, on scribbles: what it offers, and what it gives for the choices of a session."""

from __future__ import annotations

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from siamese.data import sources
from siamese.errors import UserError
from siamese.ui import datasets, models
from tests import drawn, networks

SCRIBBLES = drawn.character_set(alphabets=2, characters=6, drawers=7)
NAMES = ("data", "alphabet", "ways", "which", "seed", "picked", "shots", "drawer")


@pytest.fixture(autouse=True)
def scribbles(home, monkeypatch) -> None:
    """Scribbles in place of the built-in alphabets, whose second alphabet has the name of the default one."""
    named = tuple(dataclasses.replace(SCRIBBLES.alphabets[i], name=name) for i, name in enumerate(("Runic", "Kannada")))
    characters = tuple(dataclasses.replace(c, alphabet=named[i // 6].name) for i, c in enumerate(SCRIBBLES.characters))
    monkeypatch.setattr(
        datasets, "character_set", lambda key: dataclasses.replace(SCRIBBLES, alphabets=named, characters=characters)
    )
    monkeypatch.setattr(models, "_shipped", networks.loading())


def form() -> None:
    import streamlit as st

    from siamese.ui import state
    from siamese.ui.draw.support_form import support_form_ui

    state.begin()
    st.session_state["given"] = support_form_ui(state.of("recognise"))


def run(**choices) -> AppTest:
    app = AppTest.from_function(form)
    for name, value in choices.items():
        app.session_state[f"recognise:{name}"] = value
    app.run(timeout=60)
    assert [error.value for error in app.exception] == []
    return app


def given(app: AppTest):
    """Characters, drawers and rows of the support set."""
    _, chosen = app.session_state["given"]
    return chosen.characters, chosen.drawers, chosen.rows.tolist()


def test_the_first_characters_of_the_alphabet_by_the_first_drawer():
    characters, drawers, rows = given(run(ways=3))
    assert (characters, drawers) == ((6, 7, 8), (1,))
    assert rows == [[SCRIBBLES.row(character, 1)] for character in characters]


def test_every_choice_has_its_effect():
    app = run(alphabet="Runic", ways=4, which="shuffled", seed=12, shots=3, drawer=6)
    characters, drawers, _ = given(app)
    assert drawers == (6, 7, 1)
    assert len(set(characters)) == 4
    assert set(characters) <= set(range(6))
    assert app.number_input(key="recognise:seed").value == 12
    app.number_input(key="recognise:seed").set_value(13).run(timeout=60)
    assert given(app)[0] != characters


def test_more_ways_shots_or_drawers_than_there_are_become_what_there_is():
    app = run(ways=99, shots=5, drawer=400)
    characters, drawers, _ = given(app)
    assert characters == (6, 7, 8, 9, 10, 11)
    assert drawers == (1, 2, 3, 4, 5)
    ways = app.selectbox(key="recognise:ways")
    assert ways.options == [f"{n} characters" for n in range(2, 7)]
    assert app.selectbox(key="recognise:drawer").options == [str(n) for n in range(1, 8)]


def test_there_are_no_more_shots_than_drawers(monkeypatch):
    few = drawn.character_set(alphabets=1, characters=3, drawers=2)
    named = dataclasses.replace(few.alphabets[0], name="Kannada")
    characters = tuple(dataclasses.replace(c, alphabet="Kannada") for c in few.characters)
    monkeypatch.setattr(
        datasets, "character_set", lambda key: dataclasses.replace(few, alphabets=(named,), characters=characters)
    )
    app = run(shots=5, drawer=2)
    assert given(app)[1] == (2, 1)
    assert app.session_state["recognise:shots"] == 2


def test_an_unknown_alphabet_becomes_the_default_one():
    app = run(alphabet="Elvish", ways=2)
    assert app.session_state["recognise:alphabet"] == "Kannada"
    assert app.selectbox(key="recognise:alphabet").options == ["Runic", "Kannada"]


def test_picked_characters_are_taken_in_their_order_and_unknown_positions_left_out():
    app = run(which="picked", picked=[4, 77, 0])
    assert given(app)[0] == (10, 6)
    assert app.session_state["recognise:picked"] == [4, 0]
    assert app.selectbox(key="recognise:ways").disabled
    assert run(which="picked", picked=[4]).session_state["given"] is None


def test_a_source_that_is_not_installed_offers_the_download_and_the_way_back():
    app = run(data="omniglot")
    assert app.session_state["given"] is None
    assert "is not installed. It is optional." in app.info[0].value
    assert [button.label for button in app.button] == ["Download Omniglot (16 MB)", "Use the built-in alphabets"]
    app.button[1].click().run(timeout=60)
    assert app.session_state["recognise:data"] == "builtin"
    assert app.session_state["given"] is not None


def test_a_source_that_is_damaged_is_one_sentence(monkeypatch):
    def damaged(key):
        raise UserError("alphabets.npz is damaged.")

    monkeypatch.setattr(datasets, "character_set", damaged)
    app = run()
    assert app.session_state["given"] is None
    assert [error.value for error in app.error] == ["alphabets.npz is damaged."]


def test_all_sources_can_be_chosen_by_their_labels():
    (data,) = [each for each in run().get("button_group") if each.proto.id.endswith("recognise:data")]
    labels = [option.content for option in data.proto.options]
    assert labels == [source.label for source in sources.SOURCES.values()]
