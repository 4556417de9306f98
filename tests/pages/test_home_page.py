"""Start: the six steps, each with something to try, and what a click there changes."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from siamese.ui import models
from siamese.ui.home import pairs, steps
from tests.pages.test_pages import markup, run

PAGE = "pages/home.py"


@pytest.fixture(scope="module")
def network_ready() -> None:
    assert models.load_shipped().wait(300)


@pytest.fixture(autouse=True)
def _home(home):
    """Every test has an empty home."""


def opened(**link: str) -> AppTest:
    app = run(PAGE, **link)
    assert [error.value for error in app.exception] == []
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert [error.value for error in app.exception] == []
    return app


def similarity(app: AppTest) -> str:
    return re.search(r'class="measure"[^>]*><p>similarity ([^<]*)</p>', markup(app)).group(1)


def test_the_steps_follow_each_other(network_ready):
    app = opened()
    assert app.button(key="home:back").disabled
    for step in range(2, len(steps.TITLES) + 1):
        press(app, "home:next")
        assert app.query_params["step"] == str(step)
    assert app.button(key="home:next").disabled
    assert "Lake&#x27;s ten, for the final figure" in markup(app)
    press(app, "home:back")
    assert "shot trial" in markup(app)


def test_a_new_character_is_recognised_from_its_example(network_ready):
    app = opened(ways="3")
    assert "The newest character is" in markup(app)
    app.slider(key="home:ways").set_value(6).run()
    assert markup(app).count('<figure class="tile') == 2 * 6  # the worked example has six, too
    assert app.query_params["ways"] == "6"


def test_the_order_of_two_drawings_makes_no_difference(network_ready):
    app = opened(step="4", pair="alike")
    before, cards = similarity(app), re.findall(r'class="card p(\d+)', markup(app))[-2:]
    assert re.fullmatch(r"[01]\.\d{8}", before)
    app.toggle(key="home:exchanged").set_value(True).run()
    assert similarity(app) == before
    assert re.findall(r'class="card p(\d+)', markup(app))[-2:] == cards[::-1]


def test_one_character_by_two_people_is_more_similar_than_two_characters(network_ready):
    same, different = (float(similarity(opened(step="3", pair=pair))) for pair in ("same", "different"))
    assert same > 0.5 > different
    assert set(pairs.PAIRS) == {"same", "alike", "different"}


def test_another_trial_has_another_query_and_both_answers(network_ready):
    app = opened(step="5", ways="12")
    assert "Nearest neighbour" in markup(app)
    queries = set()
    for _ in range(4):
        queries.add(
            re.findall(r'the query"', markup(app))
            and re.findall(r'card p(\d+) " role="img" aria-label="the query', markup(app))[-1]
        )
        press(app, "home:another")
    assert len(queries) > 1
    assert app.query_params["seed"] == "5"


def test_a_signature_at_the_door_is_recognised_and_an_eleventh_can_join(network_ready):
    app = opened(step="2", person="7")
    assert "This is <span" in markup(app).split("On file: one signature each")[1]
    press(app, "home:join")
    assert app.session_state["verify:part"] == "company"


def test_before_the_network_is_ready_the_steps_say_so(monkeypatch):
    monkeypatch.setattr(models, "matcher", lambda network="": None)
    for step in range(1, len(steps.TITLES) + 1):
        app = opened(step=str(step))
        assert step == 6 or "The network is loading" in markup(app)
