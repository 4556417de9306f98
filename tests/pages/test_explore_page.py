"""The Explore page: alphabets, characters, people and search, from links and by choosing."""

from __future__ import annotations

import json
import pathlib

import pytest
from streamlit.testing.v1 import AppTest

from siamese.data import own
from siamese.data.own.file_format import OwnAlphabet, OwnCharacter, OwnDrawing, OwnSet
from siamese.ui import models
from siamese.ui.jobs import Job

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _no_network(home, monkeypatch):
    """The page needs no network to be used."""
    monkeypatch.setattr(models, "_shipped", Job("Loading the network", lambda value: iter(())))


def run(**choices: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "navigation.py"), default_timeout=120)
    app.switch_page("pages/explore.py")
    for name, value in choices.items():
        app.query_params[name] = value
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    assert [error.value for error in app.exception] == []
    assert [error.value for error in app.error] == []
    return app


def view(app: AppTest) -> str:
    (component,) = app.get("bidi_component")
    return json.loads(component.proto.json)["markup"]


def markup(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_all_alphabets_are_there_before_the_network_is():
    shown = view(run())
    assert shown.count('class="alphabet"') == 61
    assert "41,780 drawings of 2,089 characters" in shown


def test_a_link_opens_a_character_and_two_people():
    app = run(alphabet="Kannada", character="15", drawer="3", other="7")
    assert "KANNADA LETTER KA </h2>" in view(app)
    assert "U+0C95 in Unicode." in view(app)
    assert app.selectbox(key="explore:other").value == 7
    assert app.query_params == {"alphabet": "Kannada", "character": "15", "drawer": "3", "other": "7"}


@pytest.mark.parametrize(
    ("alphabet", "character", "words"),
    [("Klingon", "1", 'class="alphabets"'), ("Kannada", "500", "49 characters"), ("Kannada", "x", "49 characters")],
)
def test_a_link_to_what_is_not_there_shows_the_next_larger(alphabet, character, words):
    assert words in view(run(alphabet=alphabet, character=character))


def test_a_search_finds_and_another_alphabet_ends_it():
    app = run()
    checked(app.text_input(key="explore:find").set_value("omega").run())
    assert "GREEK SMALL LETTER OMEGA" in view(app)
    checked(app.selectbox(key="explore:alphabet").set_value("Runic").run())
    assert "34 characters" in view(app)
    assert app.query_params == {"alphabet": "Runic"}


def test_a_search_leads_from_other_parts_to_its_results():
    app = run(part="batches")
    assert app.selectbox(key="explore:alphabet").disabled
    checked(app.text_input(key="explore:find").set_value("omega").run())
    assert "GREEK SMALL LETTER OMEGA" in view(app)
    assert dict(app.query_params) == {"find": "omega"}


def test_a_person_who_drew_nothing_of_it_is_replaced():
    app = run(alphabet="Kannada", drawer="77", other="77")
    assert (app.selectbox(key="explore:drawer").value, app.selectbox(key="explore:other").value) == (1, 0)


def test_own_alphabets_are_explored_like_others():
    line = OwnDrawing(1, (((20.0, 20.0), (80.0, 80.0)),))
    key = own.keep(OwnSet("Class 7b", (OwnAlphabet("Moon", (OwnCharacter("<i>ka</i>", (line,)),)),)))
    app = run(data=key, alphabet="Moon", character="1")
    assert "&lt;i&gt;ka&lt;/i&gt;" in view(app)
    assert "in Unicode" not in view(app)
    assert "Ask them before you publish" in markup(app)


def test_licence_and_citation_are_on_the_page():
    assert "SIL Open Font License" in markup(run())


def test_strokes_of_own_drawings_are_played_and_played_again():
    line = OwnDrawing(1, (((20.0, 20.0), (80.0, 80.0)), ((20.0, 80.0), (80.0, 20.0))))
    key = own.keep(OwnSet("Class 7c", (OwnAlphabet("Moon", (OwnCharacter("ka", (line,)),)),)))
    app = run(data=key, alphabet="Moon", character="1")
    assert "Person 1: 2 strokes in their order" in view(app)
    assert 'data-played="0"' in view(app)


def test_copies_change_with_the_sliders_and_the_seed():
    app = run(part="distortions", alphabet="Kannada", character="15")
    first = markup(app)
    assert first.count("distorted copy") == 8
    assert dict(app.query_params) == {"part": "distortions", "alphabet": "Kannada", "character": "15"}
    assert "KANNADA LETTER KA, as it was drawn" in first
    checked(app.number_input(key="explore:seed").set_value(2).run())
    assert markup(app) != first
    checked(app.slider(key="explore:shear").set_value(7).run())
    assert (app.query_params["seed"], app.query_params["shear"]) == ("2", "7")
    button = next(button for button in app.button if button.label == "As in this program's training")
    checked(button.click().run())
    assert app.slider(key="explore:bend").value == 10
    checked(next(button for button in app.button if button.label == "As in the paper").click().run())
    checked(app.number_input(key="explore:seed").set_value(1).run())
    assert markup(app) == first


@pytest.mark.parametrize(
    ("drawn", "words"),
    [("pairs", "Different characters"), ("batch", "48 of the 496 pairs"), ("trial", "A 20-way 1-shot trial")],
)
def test_pairs_batches_and_trials_are_drawn_by_a_seed(drawn, words):
    assert words in markup(run(part="batches", drawn=drawn, seed="5"))


def test_alphabets_that_are_too_small_for_a_batch_say_so():
    line = OwnDrawing(1, (((20.0, 20.0), (80.0, 80.0)),))
    key = own.keep(OwnSet("Class 7d", (OwnAlphabet("Moon", (OwnCharacter("ka", (line,)),)),)))
    for drawn in ("pairs", "batch", "trial"):
        app = run(data=key, part="batches", drawn=drawn)
        assert len(app.info) == 1
