"""The form of a support set, on scribbles: what it offers, and what it gives for the choices of a session."""

from __future__ import annotations

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from siamese.data import own
from siamese.data.own.file_format import OwnAlphabet, OwnCharacter, OwnDrawing, OwnSet, packed
from siamese.errors import UserError
from siamese.ui import datasets, models, own_sets, teacher
from siamese.ui.jobs import Job
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
    own.keep(moon("<b>Moon</b>"))
    assert run().selectbox(key="recognise:data").options == ["Built-in", "Omniglot", "<b>Moon</b>"]


def moon(name: str = "Moon", characters: int = 3) -> OwnSet:
    """An own set: the first character has two drawings, the others one, by another drawer each."""
    made = [
        OwnCharacter(f"sign {c}", tuple(OwnDrawing(d, bits=packed(drawn.scribble(c, d))) for d in drawers))
        for c, drawers in enumerate([(1, 2), *((3 + c,) for c in range(characters - 1))])
    ]
    return OwnSet(name, (OwnAlphabet(name, tuple(made)),))


@pytest.fixture
def real_sets(monkeypatch) -> None:
    """Own sets are read as they are."""
    monkeypatch.setattr(datasets, "character_set", datasets.loaded)


def test_an_own_set_with_different_drawers_is_a_support_set(real_sets):
    app = run(data=own.keep(moon()))
    characters, chosen = app.session_state["given"]
    assert [c.name for c in characters.characters] == ["sign 0", "sign 1", "sign 2"]
    assert (chosen.characters, chosen.drawers, chosen.rows.shape) == ((0, 1, 2), (), (3, 1))
    assert app.session_state["recognise:alphabet"] == "Moon"
    assert app.session_state["recognise:shots"] == 1


def test_an_alphabet_of_one_character_is_explained(real_sets):
    app = run(data=own.keep(moon(characters=1)))
    assert "has one character" in app.info[0].value
    assert app.session_state["given"] is None


def test_an_own_set_is_deleted_here_and_gone_for_others(real_sets):
    key = own.keep(moon())
    app = run(data=key)
    app.button(key="recognise:data delete").click().run(timeout=60)
    assert own.names() == {}
    assert app.session_state["recognise:data"] == "builtin"
    other = run(data=key)
    assert other.session_state["recognise:data"] == "builtin"
    assert other.session_state["given"] is not None


def test_students_cannot_add_or_delete_while_the_teacher_has_a_passphrase(real_sets, monkeypatch):
    monkeypatch.setattr(teacher, "locked", lambda: True)
    app = run(data=own.keep(moon()))
    assert "Delete these alphabets" not in [button.label for button in app.button]
    assert len(app.get("file_uploader")) == 0
    assert "Only the teacher can add alphabets" in "".join(element.proto.body for element in app.get("html"))


def test_a_private_set_is_offered_to_those_who_have_its_link(real_sets):
    key = own.keep(moon("Secret"), own.new_private_key())
    assert run(data=key).selectbox(key="recognise:data").options[-1] == "Secret (private)"
    assert run().selectbox(key="recognise:data").options == ["Built-in", "Omniglot"]


def test_an_upload_that_has_been_read_is_chosen_and_says_what_is_missing(real_sets):
    app = run()
    job = Job("Reading", lambda value: iter(()))
    job.state, job.value = "ready", own_sets.Progress(1, 1, own.keep(moon()), ("Left out: <i>ku</i>.",))
    app.session_state["recognise:data job"] = job
    app.run(timeout=60)
    assert app.session_state["recognise:data"] == "own-moon"
    assert "Left out: &lt;i&gt;ku" in "".join(element.proto.body for element in app.get("html"))


def test_every_control_has_its_label_and_bounds():
    app = run(which="shuffled")
    seed = app.number_input(key="recognise:seed")
    assert (seed.label, seed.min, seed.max, seed.help) == ("Seed", 0, 9999, "The same seed gives the same characters.")
    which = app.segmented_control(key="recognise:which")
    assert (which.label, which.options) == ("Which characters", ["The first ones", "Shuffled", "Picked by hand"])
    shots = app.segmented_control(key="recognise:shots")
    assert (shots.label, shots.options) == ("Examples of each (shots)", ["1", "2", "3", "4", "5"])
    assert which.proto.required
    assert shots.proto.required
    ways = app.selectbox(key="recognise:ways")
    assert (ways.label, ways.disabled) == ("Number of characters (ways)", False)
    assert app.selectbox(key="recognise:drawer").label == "Handwriting of person"
    assert len(run().number_input) == 0
    picked = run(which="picked", picked=[1, 2]).multiselect(key="recognise:picked")
    assert (picked.label, picked.placeholder) == ("Characters to choose from", "Pick two or more")
    assert picked.options == [f"character {number:02}" for number in range(1, 7)]
