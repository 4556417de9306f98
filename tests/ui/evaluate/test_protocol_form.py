"""The form of the Evaluate page: what it offers, what it measures then, and what is said of the alphabets."""

from __future__ import annotations

import types

import pytest
import streamlit as st

from siamese.data import own
from siamese.errors import UserError
from siamese.evaluation.protocol import LAKE_RUNS, Protocol
from siamese.ui import datasets, models, state
from siamese.ui.evaluate import protocol_form
from siamese.ui.evaluate.measurements import Measurement
from tests import networks
from tests.apps import buttons, markup, part_of
from tests.data.own.test_own import moon
from tests.ui.evaluate.conftest import Pixels


def form(part: str = "curve", **choices):
    return part_of(protocol_form.form_ui, part, **{f"evaluate__{name}": value for name, value in choices.items()})


def test_the_form_measures_what_its_choices_say():
    app = form(group="lake", only=[2, 0], ways=5, shots=2, trials=200, seed=7, across=True, unseen_only=True)
    names = [alphabet.name for alphabet in protocol_form.characters_of(Protocol("lake")).alphabets]
    protocol = Protocol("lake", (names[0], names[2]), True, 5, 2, 200, 7)
    assert app.session_state["returned"] == Measurement(protocol, False, "", datasets.version("omniglot"))
    assert app.segmented_control(key="evaluate:across").options == ["One alphabet", "All of them together"]
    assert app.segmented_control(key="evaluate:shots").options == ["1", "2", "3", "4", "5"]
    assert app.select_slider(key="evaluate:trials").options == ["100", "200", "500", "1,000", "2,000", "5,000"]
    seed = app.number_input(key="evaluate:seed")
    assert (seed.min, seed.max, seed.help) == (0, 9999, "The same seed gives the same trials.")
    only = app.multiselect(key="evaluate:only")
    assert only.options == [name.replace("_", " ") for name in names]
    assert only.value == [2, 0]


def test_the_training_alphabets_are_measured_too_unless_they_are_excluded(monkeypatch):
    assert form(ways=5).session_state["returned"].training
    assert not form(ways=5, unseen_only=True).session_state["returned"].training
    lacking = {"background": "It is not installed."}
    monkeypatch.setattr(datasets, "omniglot_lacks", lambda *groups: lacking.get(groups[0], ""))
    assert not form(ways=5).session_state["returned"].training


def test_n_goes_up_to_what_the_alphabets_have():
    slider = form(ways=20).slider(key="evaluate:ways")
    assert (slider.min, slider.max, slider.value) == (2, 6, 6)
    assert form(ways=20, across=True).slider(key="evaluate:ways").max == 60
    assert form(ways=20, across=True, only=[1]).slider(key="evaluate:ways").max == 6


@pytest.mark.parametrize(("largest", "words"), [(1, "two characters with 3 drawings each"), (0, "3 drawings each")])
def test_too_few_characters_are_explained(largest, words, monkeypatch):
    monkeypatch.setattr(protocol_form, "max_ways", lambda *given: largest)
    app = form(shots=2)
    assert words in app.info[0].value
    assert app.session_state["returned"] is None


def test_two_characters_leave_no_n_to_choose(monkeypatch):
    monkeypatch.setattr(protocol_form, "max_ways", lambda *given: 2)
    app = form(ways=20)
    assert "N is 2: there are two characters." in markup(app)
    assert [slider.key for slider in app.slider] == []
    assert app.session_state["returned"].protocol.ways == 2


def test_shots_count_for_the_largest_n(monkeypatch):
    asked = []
    monkeypatch.setattr(protocol_form, "max_ways", lambda characters, *given: asked.append(given) or 4)
    form(shots=3, across=True)
    assert asked == [(True, 3)]


@pytest.mark.parametrize(("asked", "given"), [(10, 100), (140, 100), (160, 200), (900, 1000), (4900, 5000)])
def test_a_number_of_trials_from_a_link_becomes_the_nearest_one_offered(asked, given):
    assert form(trials=asked, ways=5).session_state["returned"].protocol.trials == given


def test_groups_that_are_not_installed_are_not_offered(monkeypatch):
    group = form(ways=5).selectbox(key="evaluate:group")
    assert group.options == [
        "Omniglot validation",
        "Omniglot, Lake's ten",
        "Lake's 400 trials",
        "Built-in, unseen",
    ]
    assert group.label == "Alphabets"
    lacking = {"validation": "Missing.", "runs": "Missing."}
    monkeypatch.setattr(datasets, "omniglot_lacks", lambda *groups: lacking.get(groups[-1], ""))
    app = form(ways=5)
    assert app.session_state["evaluate:group"] == "lake"
    assert app.selectbox(key="evaluate:group").options == ["Omniglot, Lake's ten", "Built-in, unseen"]


def test_pairs_are_not_drawn_from_lakes_runs():
    app = form("verification", group="runs", seed=5)
    assert "Lake's 400 trials" not in app.selectbox(key="evaluate:group").options
    assert app.session_state["returned"] == Measurement(Protocol(seed=5), version=datasets.version("omniglot"))


def test_another_group_forgets_which_alphabets_were_chosen():
    app = form(ways=5, only=[1, 2])
    app.selectbox(key="evaluate:group").set_value("lake").run()
    assert app.session_state["evaluate:only"] == []


def test_alphabets_that_a_group_does_not_have_are_forgotten():
    assert form(ways=5, only=[1, 99]).session_state["evaluate:only"] == [1]
    assert form(ways=5, only=[10, 9]).session_state["evaluate:only"] == [9]


def test_lakes_trials_leave_nothing_to_choose():
    for part in ("curve", "lake"):
        app = form(part, group="runs")
        assert app.session_state["returned"] == Measurement(LAKE_RUNS)
        assert [slider.key for slider in app.slider] == []


def test_without_lakes_runs_the_part_offers_the_download(monkeypatch):
    monkeypatch.setattr(datasets, "omniglot_lacks", lambda *groups: "It is gone." if groups == ("lake", "runs") else "")
    app = form("lake")
    assert app.session_state["returned"] is None
    assert app.info[0].value == "Lake's runs are a part of Omniglot. It is gone."
    assert buttons(app) == {"Download Omniglot (16 MB)": True}


def test_an_own_set_is_measured_in_its_present_version(home):
    key = own.keep(moon(characters=6))
    measurement = form(group=key, ways=20).session_state["returned"]
    assert measurement.version == datasets.version(key)
    assert (measurement.protocol.group, measurement.protocol.ways) == (key, 4)


def test_other_networks_are_offered_for_comparison_where_there_are_any(monkeypatch):
    assert [box.key for box in form(ways=5).selectbox] == ["evaluate:group"]
    monkeypatch.setattr(models, "choices", lambda: {"lesson-1": "Ours"})
    monkeypatch.setattr(state, "forget_deleted", lambda: None)
    app = form(ways=5)
    box = app.selectbox(key="evaluate:compare")
    assert (box.label, box.options) == ("Compare with another network", ["None", "Ours"])
    box.set_value("lesson-1").run()
    assert app.session_state["returned"].compared == "lesson-1"


def test_the_address_has_the_choices_of_the_part_that_is_shown():
    app = part_of(protocol_form.share, evaluate__part="failures", evaluate__trial=4, evaluate__ways=9)
    assert app.query_params == {"part": "failures", "ways": "9"}
    app = part_of(protocol_form.share, evaluate__part="trial", evaluate__trial=4, evaluate__lake_run=3)
    assert app.query_params == {"part": "trial", "trial": "4"}
    app = part_of(protocol_form.share, evaluate__part="lake", evaluate__scorer="nearest", evaluate__lake_run=3)
    assert app.query_params == {"part": "lake", "scorer": "nearest", "lake_run": "3"}
    app = part_of(protocol_form.share, evaluate__part="verification", evaluate__threshold=40, evaluate__ways=5)
    assert app.query_params == {"part": "verification", "threshold": "40"}


def noted(protocol: Protocol, pairs: bool, monkeypatch) -> str:
    sent: list[str] = []
    monkeypatch.setattr(st, "html", sent.append)
    protocol_form.note(protocol, pairs)
    return sent[0]


def test_the_note_counts_the_alphabets_that_are_large_enough(monkeypatch):
    monkeypatch.setattr(protocol_form, "usable", lambda characters, protocol: 4)
    words = " Only the 4 alphabets with at least 9 characters are used, at every N."
    assert words in noted(Protocol("validation", ways=9), False, monkeypatch)
    assert words not in noted(Protocol("validation", ways=9), True, monkeypatch)
    monkeypatch.setattr(protocol_form, "usable", lambda characters, protocol: 10)
    assert "Only the" not in noted(Protocol("validation", ways=9), False, monkeypatch)


def test_the_note_names_the_drawings(monkeypatch):
    assert '<p class="note">Lake&#x27;s 20 runs, drawn by people.' in noted(LAKE_RUNS, False, monkeypatch)
    builtin = noted(Protocol("builtin"), False, monkeypatch)
    assert "printed letters in 20 synthetic handwritings." in builtin
    assert "The Start page can download it." not in builtin
    monkeypatch.setattr(datasets, "omniglot_lacks", lambda *groups: f"{groups[0]} is not here.")
    assert "validation is not here. The Start page can download it." in noted(Protocol("builtin"), False, monkeypatch)
    assert noted(Protocol("validation", ways=6), False, monkeypatch).startswith(
        '<p class="note">Omniglot validation, 10 alphabets. '
    )


class Knows(Pixels):
    """Was trained on the first so many alphabets that it is asked about."""

    def __init__(self, count: int):
        self.left = count

    def trained_on(self, alphabet):
        self.left -= 1
        return self.left >= 0


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, ""),
        (1, "{0} shares a script"),
        (3, "{0}, {1}, {2} share a script"),
        (4, "4 alphabets share a script"),
        (10, ""),
    ],
)
def test_alphabets_whose_script_was_seen_are_named_up_to_three(count, words, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.ready(Knows(count)))
    names = [a.name.replace("_", " ") for a in protocol_form.characters_of(Protocol("validation")).alphabets]
    sentence, badge = protocol_form._seen(Protocol("validation"))
    assert sentence == (f" {words.format(*names)} with the training alphabets." if words else "")
    if words:
        assert f">{10 - count} of 10 never seen in training</span>" in badge


def test_what_a_network_has_seen_may_not_be_known(monkeypatch):
    unknown = types.SimpleNamespace(record={"trained_on": None})
    for network in (networks.loading(), networks.ready(unknown)):
        monkeypatch.setattr(models, "_shipped", network)
        words, badge = protocol_form._seen(Protocol("lake"))
        assert words == ""
        assert "not known whether seen in training" in badge


def test_drawings_that_are_missing_are_explained_and_nothing_is_measured(monkeypatch):
    def missing(protocol):
        raise UserError("They are gone.")

    monkeypatch.setattr(protocol_form, "characters_of", missing)
    app = form()
    assert (app.info[0].value, app.session_state["returned"]) == ("They are gone.", None)


def test_a_link_carries_what_its_part_needs():
    trials = ("group", "only", "across", "ways", "shots", "trials", "seed", "unseen_only", "compare")
    assert {
        "curve": trials,
        "lake": ("scorer", "lake_run"),
        "trial": (*trials, "trial"),
        "failures": trials,
        "verification": ("group", "only", "seed", "threshold"),
    } == protocol_form.LINKS
