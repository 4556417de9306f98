"""Steps 3 and 4 of the Start page: which drawings a pair shows, its similarity, and their exchange."""

from __future__ import annotations

import re
import types

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from siamese.ui import cards, datasets, models
from siamese.ui.home import pairs
from tests.apps import app_of, markup, press
from tests.networks import ByPixels, loading


class FirstInk(ByPixels):
    """Its similarity is a thousandth of the share of ink of the first drawing, so that the order shows."""

    def match(self, drawing, support):
        assert drawing.shape == (105, 105)
        assert support.shape == (1, 1, 105, 105)
        return types.SimpleNamespace(similarity=np.array([drawing.mean() / 1000]))


def step(name: str, ready: bool) -> None:
    from siamese.ui import datasets, models, state
    from siamese.ui.home import pairs

    state.begin()
    getattr(pairs, name)(datasets.loaded("builtin"), models.matcher() if ready else None)


@pytest.fixture(autouse=True)
def network(home, monkeypatch) -> None:
    monkeypatch.setattr(models, "matcher", lambda network="": FirstInk())


def row(character: int, drawer: int) -> int:
    """Kannada's character at this position, by this drawer."""
    builtin = datasets.loaded("builtin")
    return builtin.row(builtin.members("Kannada")[character], drawer)


def shown(app: AppTest) -> list[int]:
    return [int(row) for row in re.findall(r'class="card p(\d+)', markup(app))]


@pytest.mark.parametrize(
    ("pair", "label", "first", "second"),
    [
        ("same", "One character, two people", (2, 1), (2, 2)),
        ("alike", "Characters that look alike", (0, 1), (1, 2)),
        ("different", "Different characters", (2, 1), (9, 2)),
    ],
)
def test_the_pair_that_was_chosen_is_shown(pair, label, first, second):
    app = app_of(step, "similarity_ui", False, home__pair=pair)
    choice = app.segmented_control(key="home:pair")
    assert choice.options == ["One character, two people", "Characters that look alike", "Different characters"]
    assert label in choice.options
    assert shown(app) == [row(*first), row(*second)]
    assert all(f".p{own}{{background-image:url(" in markup(app) for own in (row(*first), row(*second)))
    assert 'aria-label="the first drawing"' in markup(app)
    assert 'aria-label="the second drawing"' in markup(app)


def test_a_choice_of_a_pair_cannot_be_taken_back():
    assert app_of(step, "similarity_ui", False).segmented_control(key="home:pair").proto.required


def test_before_the_network_is_ready_the_bar_is_empty(monkeypatch):
    monkeypatch.setattr(models, "_shipped", loading())
    app = app_of(step, "similarity_ui", False)
    assert "<p>The network is loading and will answer in a few seconds.</p>" in markup(app)
    assert 'style="width:0.0%"' in markup(app)


def test_the_similarity_has_two_decimals_in_step_3_and_eight_in_step_4():
    builtin = datasets.loaded("builtin")
    first, second = (float(builtin.drawings([row(2, drawer)]).mean()) / 1000 for drawer in (1, 2))
    assert "similarity &lt;0.01</p>" in markup(app_of(step, "similarity_ui", True))
    app = app_of(step, "twins_ui", True)
    assert f"<p>similarity {first:.8f}</p>" in markup(app)
    assert shown(app) == [row(2, 1), row(2, 2)]
    app.toggle(key="home:exchanged").set_value(True).run()
    assert shown(app) == [row(2, 2), row(2, 1)]
    assert f"<p>similarity {second:.8f}</p>" in markup(app)
    assert first != second


def test_the_bar_is_as_long_as_the_similarity(monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(st, "html", sent.append)
    pairs._show(np.array([7, 8]), 0.25, digits=2)
    assert "<p>similarity 0.25</p>" in sent[0]
    assert 'style="width:25.0%"' in sent[0]
    assert cards.card(7, "the first drawing") + cards.card(8, "the second drawing") in sent[0]


def test_step_4_leads_to_both_embeddings(monkeypatch):
    visited: list[str] = []
    monkeypatch.setattr(st, "switch_page", visited.append)
    app = app_of(step, "twins_ui", False)
    assert visited == []
    press(app, "home:inside")
    assert visited == ["pages/inside.py"]
    assert app.session_state["inside:part"] == "pair"
