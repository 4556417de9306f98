"""The form of Explore: alphabet and search."""

from __future__ import annotations

import pytest

from siamese.ui import datasets
from siamese.ui.explore import form
from siamese.ui.explore.form import form_ui
from tests.apps import part_of


@pytest.fixture(autouse=True)
def _home(home):
    """Every test has an empty home."""


def explored(**choices):
    return part_of(form_ui, **{f"explore__{name}": value for name, value in choices.items()})


def test_all_alphabets_or_one_can_be_explored():
    app = explored()
    assert app.session_state["returned"] is datasets.loaded("builtin")
    box = app.selectbox(key="explore:alphabet")
    count = len(datasets.loaded("builtin").alphabets)
    assert box.options[0] == f"All {count} alphabets"
    assert len(box.options) == count + 1
    assert (box.value, box.disabled) == ("", False)
    assert explored(part="batches").selectbox(key="explore:alphabet").disabled
    assert app.selectbox(key="explore:data").options == ["Built-in", "Omniglot"]


def test_what_is_not_there_is_not_chosen():
    app = explored(alphabet="Gone", character=2)
    assert (app.session_state["explore:alphabet"], app.session_state["explore:character"]) == ("", 0)
    members = len(datasets.loaded("builtin").members("Runic"))
    for character, kept in ((members, members), (members + 1, 0)):
        assert explored(alphabet="Runic", character=character).session_state["explore:character"] == kept


def test_another_alphabet_shows_all_its_characters_and_ends_the_search():
    app = explored(alphabet="Runic", character=2, find="ka")
    app.selectbox(key="explore:alphabet").set_value("Kannada").run()
    assert [app.session_state[f"explore:{name}"] for name in ("alphabet", "character", "find")] == ["Kannada", 0, ""]


def test_a_search_shows_its_results_on_the_part_with_alphabets():
    app = explored(part="distortions")
    field = app.text_input(key="explore:find")
    assert (field.label, field.placeholder, field.max_chars) == ("Search by name or symbol", "Name or symbol", 80)
    field.set_value("ka").run()
    assert app.session_state["explore:part"] == "alphabets"


def test_a_source_that_is_missing_is_explained(monkeypatch):
    monkeypatch.setattr(form, "character_set_ui", lambda choices: None)
    app = explored()
    assert app.session_state["returned"] is None
    assert len(app.text_input) == 0
