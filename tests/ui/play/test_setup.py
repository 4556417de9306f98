"""What is played: which sources, alphabets, numbers and times are offered."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.data import own
from siamese.errors import UserError
from siamese.ui import datasets, models, state
from siamese.ui.play import setup
from tests import networks
from tests.apps import beside, markup, part_of
from tests.data.own.test_own import moon
from tests.drawn import character_set
from tests.networks import ByPixels
from tests.threads import Slow, at_once


def test_an_alphabet_is_chosen_among_those_of_the_source():
    app = part_of(setup.alphabet_ui)
    assert [box.key for box in app.selectbox] == ["play:alphabet"]  # one source: nothing to choose
    assert app.selectbox(key="play:alphabet").value == "Kannada"
    assert app.session_state["returned"].characters == datasets.loaded("builtin").subset(["Kannada"]).characters
    app = part_of(setup.alphabet_ui, play__alphabet="Runic")
    assert app.session_state["returned"].alphabets[0].name == "Runic"
    assert part_of(setup.alphabet_ui, play__alphabet="Gone").session_state["play:alphabet"] == "Kannada"


def test_own_sets_can_be_played_and_a_deleted_one_is_no_longer_chosen(monkeypatch):
    key = own.keep(moon(characters=6))
    app = part_of(setup.alphabet_ui, play__data=key)
    assert app.selectbox(key="play:data").options == ["Built-in", "Moon"]
    assert ["Data", "Alphabet"] in beside(app)
    assert app.session_state["play:alphabet"] == app.session_state["returned"].alphabets[0].name
    own.delete(key)
    monkeypatch.setattr(state, "forget_deleted", lambda: None)
    app = part_of(setup.alphabet_ui, play__data=key)
    assert app.session_state["play:data"] == "builtin"
    assert setup._label("own:gone") == "own:gone"


def test_a_source_that_cannot_be_read_is_explained(monkeypatch):
    def damaged(key):
        raise UserError("It is damaged.")

    monkeypatch.setattr(datasets, "character_set", damaged)
    app = part_of(setup.alphabet_ui)
    assert (app.error[0].value, app.session_state["returned"]) == ("It is damaged.", None)


def test_an_alphabet_that_is_gone_is_explained_and_others_stay_in_memory():
    with pytest.raises(UserError, match="not on this server any more: choose another one"):
        setup.alphabet("builtin", "Gone")
    assert setup.alphabet("builtin", "Runic") is setup.alphabet("builtin", "Runic")


@pytest.mark.parametrize(
    ("characters", "ways", "offered", "chosen"),
    [(30, 20, [5, 10, 20], 20), (30, 7, [5, 10, 20], 20), (12, 20, [5, 10], 10), (4, 20, [4], 4), (5, 5, [5], 5)],
)
def test_no_more_characters_are_offered_than_the_alphabet_has(characters, ways, offered, chosen):
    drawings = character_set(alphabets=1, characters=characters, drawers=2)
    app = part_of(setup.difficulty_ui, drawings, play__ways=ways)
    control = app.segmented_control(key="play:ways")
    assert (control.options, control.value) == ([str(n) for n in offered], chosen)
    assert control.proto.required
    assert app.session_state["play:ways"] == chosen
    limit = app.segmented_control(key="play:limit")
    assert (limit.options, limit.value) == (["No limit", "10 s", "20 s", "30 s"], "30")
    assert limit.proto.required
    assert app.toggle(key="play:alike").label == "Look-alikes only"
    assert ["Characters to choose from", "Time for each", "Look-alikes only"] in beside(app)


@pytest.fixture
def small():
    return character_set(alphabets=1, characters=3, drawers=2)


def test_the_characters_are_compared_once_for_all_visitors(small, monkeypatch):
    setup._similarity_job.cache.clear()
    network = ByPixels()
    monkeypatch.setattr(models, "matcher", lambda network_id="": network)
    job = setup._similarity_job("pixels", small.digest, network, small)
    assert job.state == "new"
    setup.similarity(small, "")
    assert job.wait(20)
    similarity = setup.similarity(small, "")
    assert similarity is job.value
    assert similarity.shape == (3, 3)
    assert setup._similarity_job("pixels", small.digest, network, small) is job
    assert setup._similarity_job("other", small.digest, network, small) is not job
    setup._similarity_job.cache.clear()
    monkeypatch.setattr(setup, "Job", Slow(setup.Job))
    at_once(lambda: setup._similarity_job("pixels", small.digest, network, small))
    assert setup.Job.calls == 1


def test_a_comparison_that_fails_says_why(small, monkeypatch):
    monkeypatch.setattr(models, "matcher", lambda network="": ByPixels())
    monkeypatch.setattr(setup, "_similarity_job", lambda *given: networks.failed("They cannot be compared."))
    app = part_of(setup.similarity, small, "")
    assert (app.error[0].value, app.session_state["returned"]) == ("They cannot be compared.", None)


def test_without_a_network_nothing_is_compared(small, monkeypatch):
    monkeypatch.setattr(models, "matcher", lambda network="": None)
    monkeypatch.setattr(setup, "_similarity_job", pytest.fail)
    assert setup.similarity(small, "") is None
    assert "look alike …" in markup(part_of(setup.wait_for_similarity_ui, small, ""))


def test_the_page_goes_on_when_they_are_compared(small, monkeypatch):
    found = iter([np.eye(3), None, None])
    monkeypatch.setattr(setup, "similarity", lambda characters, network: next(found))
    part_of(setup.wait_for_similarity_ui, small, "")
    assert len(list(found)) == 1
