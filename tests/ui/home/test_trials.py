"""Steps on trials: which drawings they show, who answers rightly, and the table of recorded accuracies."""

from __future__ import annotations

import re

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from siamese.data import office, support
from siamese.evaluation import results
from siamese.ui import datasets, models
from siamese.ui.evaluate import recorded
from siamese.ui.home import look_up, trials
from siamese.ui.verify import company
from tests.apps import app_of, beside, markup, press
from tests.networks import ByPixels


class Fixed(ByPixels):
    """Answers with the character at this position; below its limit nothing is similar enough."""

    def __init__(self, best: int, limit: float = 0.0):
        super().__init__(limit)
        self.best = best

    def match(self, drawing, support):
        match = super().match(drawing, support)
        match.best = self.best
        return match


def step(name: str, ready: bool) -> None:
    from siamese.ui import datasets, models, state
    from siamese.ui.home import trials

    state.begin()
    getattr(trials, name)(datasets.loaded("builtin"), models.matcher() if ready else None)


@pytest.fixture(autouse=True)
def network(home, monkeypatch) -> None:
    monkeypatch.setattr(models, "matcher", lambda network="": Fixed(3))


def kannada(characters: int, drawer: int) -> list[int]:
    """Rows of Kannada's first characters by a drawer."""
    builtin = datasets.loaded("builtin")
    return [builtin.row(member, drawer) for member in builtin.members("Kannada")[:characters]]


def query(app: AppTest) -> int:
    return int(re.search(r'card p(\d+) " role="img" aria-label="the query"', markup(app)).group(1))


def examples(app: AppTest) -> list[int]:
    tiles = markup(app).split('<div class="support">')[1].split('<div class="answer')[0]
    return [int(row) for row in re.findall(r'class="card p(\d+)', tiles)]


def test_the_newest_of_the_characters_is_the_query_and_is_drawn_by_another_person():
    app = app_of(step, "new_character_ui", False, home__ways=4)
    assert examples(app) == kannada(4, 1)
    assert query(app) == kannada(4, 3)[-1]
    slider = app.slider(key="home:ways")
    assert (slider.label, slider.min, slider.max, slider.value) == ("Characters", 2, 20, 4)
    assert "The network is loading" in markup(app)
    assert "The newest character is" not in markup(app)
    assert "By one person" in markup(app)
    assert "By another person: one example of each" in markup(app)


@pytest.mark.parametrize(
    ("network", "judged", "verdict"),
    [
        (Fixed(3), "recognised", '<span class="right">right</span>'),
        (Fixed(2), "did not recognise", '<span class="wrong">wrong</span>'),
        (Fixed(3, limit=2.0), "did not recognise", '<span class="wrong">wrong</span>'),
    ],
)
def test_the_answer_to_the_newest_character_is_judged(network, judged, verdict, monkeypatch):
    monkeypatch.setattr(models, "matcher", lambda _="": network)
    app = app_of(step, "new_character_ui", True, home__ways=4)
    assert f"This network {judged} it" in markup(app)
    assert f"That is {verdict}." in markup(app)
    name = datasets.loaded("builtin").characters[datasets.loaded("builtin").members("Kannada")[3]].caption
    assert "The newest character is <span" in markup(app)
    assert name in markup(app).split("The newest character is ")[1]


def test_a_signature_at_the_door_is_compared_with_all_on_file(monkeypatch):
    app = app_of(step, "office_ui", True, home__person=3)
    people = company.ten()
    assert examples(app) == office.rows_on_file(people).ravel().tolist()
    assert query(app) == people.row(3, 2)
    choice = app.selectbox(key="home:person")
    assert choice.options[:4] == ["Amina K.", "Ben T.", "Chen W.", "Dina S."]
    assert choice.value == 3
    assert "Signed at the door" in markup(app)
    assert "On file: one signature each" in markup(app)
    assert 'That is <span class="right">right</span>.' in markup(app)
    choice.set_value(4).run()
    assert 'That is <span class="wrong">wrong</span>.' in markup(app)


def test_joining_the_office_leads_to_the_company_on_verify(monkeypatch):
    visited: list[str] = []
    monkeypatch.setattr(st, "switch_page", visited.append)
    app = app_of(step, "office_ui", False)
    assert visited == []
    press(app, "Join as the eleventh")
    assert visited == ["pages/verify.py"]
    assert app.session_state["verify:part"] == "company"


def test_a_trial_is_drawn_by_its_seed_and_both_methods_answer():
    builtin = datasets.loaded("builtin")
    chosen = support.build(builtin, builtin.members("Kannada")[:6], 1, 1)
    for seed in (1, 8):
        app = app_of(step, "trial_ui", True, home__ways=6, home__seed=seed)
        character, row = support.sample_query(builtin, chosen, np.random.default_rng(seed))
        assert (query(app), examples(app)) == (row, kannada(6, 1))
        truth = builtin.members("Kannada").index(character)
        table = markup(app).split("<tbody>")[1]
        method, _, judged = re.findall("<td>([^<]*)</td>", table)[:3]
        assert (method, judged) == ("Network", "right" if truth == 3 else "wrong")
        assert "<td>Nearest neighbour</td>" in table
    assert "method</th><th>answer" in markup(app)
    assert app.slider(key="home:ways").label == "Characters, N"


def test_without_a_network_there_is_no_table_of_answers():
    assert "<table" not in markup(app_of(step, "trial_ui", False))


def test_nearest_neighbour_takes_the_example_that_differs_in_the_fewest_pixels():
    builtin = datasets.loaded("builtin")
    chosen = support.build(builtin, builtin.members("Kannada")[:5], 1, 1)
    for place, row in enumerate(chosen.rows[:, 0]):
        assert trials._nearest(builtin, chosen, int(row)) == place


@pytest.mark.parametrize(("seed", "following"), [(1, 2), (9998, 9999), (9999, 1)])
def test_another_trial_has_the_next_seed(seed, following):
    app = app_of(step, "trial_ui", False, home__seed=seed)
    assert ["Characters, N", "Another trial"] in beside(app)
    press(app, "Another trial")
    assert app.session_state["home:seed"] == following


def row(scorer: str, ways: int, accuracy: float) -> dict:
    return {"scorer": scorer, "ways": ways, "accuracy": accuracy, "low": accuracy - 0.01, "high": accuracy + 0.01}


def test_accuracies_are_those_of_n_and_only_of_groups_that_were_recorded():
    rows = [row("network", 5, 0.96), row("nearest", 5, 0.35), row("network", 20, 0.89), row("nearest", 20, 0.17)]
    curves = {"lake": {"rows": rows}, "background": {"rows": rows[:1]}, "builtin": {"rows": rows}}
    assert trials.accuracies(curves, 20) == [
        [
            "Never trained on: Lake's ten, for the final figure",
            "89.0 % (88.0 to 90.0)",
            "17.0 % (16.0 to 18.0)",
            "5 %",
        ]
    ]
    assert trials.accuracies(curves, 5)[0][1:] == ["96.0 % (95.0 to 97.0)", "35.0 % (34.0 to 36.0)", "20 %"]
    assert trials.accuracies({}, 20) == []


def test_the_last_step_shows_what_was_recorded_for_20_and_5_characters(monkeypatch):
    curves, links = results.load()["curves"], []
    monkeypatch.setattr(st, "page_link", lambda page, **options: links.append(page))
    monkeypatch.setattr(recorded, "load", lambda: {"curves": curves})
    app = app_of(step, "unseen_ui", False)
    choice = app.segmented_control(key="home:shown ways")
    assert (choice.options, choice.value) == (["5", "20"], 20)
    for ways, guessing in ((20, "5 %"), (5, "20 %")):
        choice.set_value(ways).run()
        lines = re.findall("<tr><td>(.*?)</td></tr>", markup(app))
        assert [line.split("</td><td>")[0] for line in lines] == [
            "Training alphabets (30)",
            "Never trained on: ten for choices",
            "Never trained on: Lake&#x27;s ten, for the final figure",
        ]
        assert all(line.endswith(guessing) for line in lines)
        assert "alphabets</th><th>network</th><th>nearest neighbour</th><th>guessing" in markup(app)
    monkeypatch.setattr(recorded, "load", dict)
    assert "<table" not in markup(app_of(step, "unseen_ui", False))
    assert set(links) == {"pages/evaluate.py"}


def test_the_example_is_the_one_of_the_readme():
    assert look_up.example().splitlines()[-1].startswith("print(")
    assert "Matcher.load()" in look_up.example()
