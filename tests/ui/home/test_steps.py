"""The six steps of the Start page: the way from one to the next, and the address."""

from __future__ import annotations

import pytest

from siamese.ui import models
from siamese.ui.home import pairs, steps, trials
from tests.apps import app_of, beside, buttons, press

SHOWN = ("new_character_ui", "office_ui", "similarity_ui", "twins_ui", "trial_ui", "unseen_ui")


def page() -> None:
    from siamese.ui import state
    from siamese.ui.home import steps

    state.begin()
    steps.steps_ui("the built-in alphabets")


@pytest.fixture
def calls(home, monkeypatch) -> list[tuple[str, str, str]]:
    """The steps that were shown: name, alphabets, network."""
    made: list[tuple[str, str, str]] = []
    monkeypatch.setattr(models, "matcher", lambda network="": "the network")
    for name in SHOWN:
        owner = pairs if name in ("similarity_ui", "twins_ui") else trials
        monkeypatch.setattr(owner, name, lambda *given, name=name: made.append((name, *given)))
    return made


@pytest.mark.parametrize("number", range(1, 7))
def test_each_step_has_its_own_content(number, calls):
    app = app_of(page, home__step=number)
    assert calls == [(SHOWN[number - 1], "the built-in alphabets", "the network")]
    assert app.segmented_control(key="home:step").options == [
        "1. New characters",
        "2. An office",
        "3. A similarity",
        "4. Twins",
        "5. A trial",
        "6. Never seen",
    ]
    assert app.segmented_control(key="home:step").proto.required
    assert buttons(app) == {"Back": number > 1, "Next step": number < 6}


def test_back_and_next_go_one_step(calls):
    app = app_of(page)
    assert "step" not in app.query_params
    assert ["Back", "Next step"] in beside(app)
    press(app, "Next step")
    assert app.session_state["home:step"] == 2
    assert app.query_params["step"] == "2"
    press(app, "Back")
    assert app.session_state["home:step"] == 1


def test_the_address_has_the_choices_of_all_steps_and_they_outlast_the_steps_that_show_them(calls):
    choices = {"home:ways": 7, "home:seed": 9, "home:person": 4, "home:pair": "alike"}
    app = app_of(page, **choices)
    press(app, "Next step")
    assert app.query_params == {"step": "2", "ways": "7", "seed": "9", "person": "4", "pair": "alike"}
    assert {key: app.session_state[key] for key in choices} == choices
    assert steps.LINK == ("step", "ways", "seed", "person", "pair")
