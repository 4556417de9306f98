"""Protocols: what cannot be measured is refused in one sentence; equal protocols ask equal questions."""

from __future__ import annotations

import dataclasses
import hashlib

import numpy as np
import pytest

from siamese.errors import UserError
from siamese.evaluation import protocol as module
from siamese.evaluation.protocol import LAKE_RUNS, RUNS, Protocol
from tests import drawn


def named(names: list[str]):
    """Scribbles whose alphabets have these names."""
    made = drawn.character_set(len(names), 6, 4)
    alphabets = tuple(dataclasses.replace(a, name=name) for a, name in zip(made.alphabets, names, strict=True))
    characters = tuple(dataclasses.replace(c, alphabet=names[i // 6]) for i, c in enumerate(made.characters))
    return dataclasses.replace(made, alphabets=alphabets, characters=characters)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"ways": 1}, "ways 1: choose from 2 to 60."),
        ({"ways": 61}, "ways 61: choose from 2 to 60."),
        ({"shots": 0}, "shots 0: choose from 1 to 5."),
        ({"shots": 6}, "shots 6: choose from 1 to 5."),
        ({"trials": 0}, "trials 0: choose from 1 to 1,000,000."),
        ({"trials": 1_000_001}, "trials 1000001: choose from 1 to 1,000,000."),
        ({"seed": -1}, "seed -1: choose from 0"),
        ({"group": "moon"}, "There is no group of alphabets 'moon'"),
        ({"group": RUNS, "trials": 400, "ways": 5}, "Lake's runs are 400 trials"),
        ({"group": RUNS}, "Lake's runs are 400 trials"),
        ({"group": RUNS, "trials": 400, "across": True}, "Lake's runs are 400 trials"),
    ],
)
def test_what_no_trial_can_have_is_refused_in_one_sentence(wrong, says):
    with pytest.raises(UserError) as refused:
        Protocol(**wrong)
    assert str(refused.value).startswith(says)
    assert "\n" not in str(refused.value)


def test_an_alphabet_outside_the_group_is_refused():
    everything = named(["Angelic", "Tengwar"])
    with pytest.raises(UserError, match="no alphabet 'Klingon' in Built-in, unseen, 2 alphabets"):
        Protocol("builtin", ("Klingon",)).characters(lambda source: everything)


def test_too_many_ways_for_the_alphabets_are_refused():
    everything = named(["Angelic", "Tengwar"])
    with pytest.raises(UserError, match="has 7 characters"):
        Protocol("builtin", ways=7).questions(lambda source: everything)
    assert len(Protocol("builtin", ways=7, across=True).questions(lambda source: everything)[1]) == 500


def test_the_source_of_the_group_is_loaded():
    asked = []

    def load(source):
        asked.append(source)
        return named(["Angelic", "Tengwar"])

    Protocol("builtin", ways=4).questions(load)
    assert asked == ["builtin"]


def test_equal_protocols_ask_equal_questions_and_each_field_changes_them():
    everything = named(["Angelic", "Tengwar", "Ogham"])

    def questions(**changes) -> str:
        protocol = dataclasses.replace(Protocol("builtin", ways=5, trials=40), **changes)
        characters, trials = protocol.questions(lambda source: everything)
        content = characters.drawings(trials.query).tobytes() + characters.drawings(trials.support).tobytes()
        return hashlib.sha256(content + repr(trials.support.shape).encode()).hexdigest()

    assert questions() == questions()
    changes = [
        {"seed": 2},
        {"ways": 4},
        {"shots": 2},
        {"trials": 41},
        {"across": True},
        {"alphabets": ("Tengwar", "Ogham")},
    ]
    assert len({questions(), *(questions(**change) for change in changes)}) == 1 + len(changes)


def test_questions_are_pinned():
    """A change of this figure changes every figure of docs/figures.md: the same seed would give other trials."""
    _, trials = Protocol("builtin", ways=5, trials=3, seed=7).questions(lambda source: named(["Angelic", "Tengwar"]))
    assert trials.query.tolist() == [32, 23, 36]
    assert trials.support[:, :, 0].tolist() == [[35, 43, 39, 27, 31], [20, 4, 12, 16, 0], [38, 30, 34, 46, 42]]


def test_trials_are_nested_with_the_right_way_first(scribbles):
    characters, trials = Protocol("builtin", ways=6, shots=2, trials=50).questions(lambda source: scribbles)
    assert not trials.answer.any()
    assert np.array_equal(characters.character_of[trials.query], characters.character_of[trials.support[:, 0, 0]])


def test_lakes_runs_are_his_trials(fake_omniglot):
    assert Protocol("runs", (), False, 20, 1, 400, 20151109) == LAKE_RUNS
    characters, trials = LAKE_RUNS.questions(pytest.fail)
    assert len(trials) == 400
    assert trials.support.shape == (400, 20, 1)
    assert len(characters) == 800
    assert LAKE_RUNS.characters().bits.tobytes() == characters.bits.tobytes()


def test_training_alphabets_are_the_counterpart():
    protocol = Protocol("lake", ("Tengwar",), ways=7, seed=3)
    assert protocol.training == Protocol("background", (), ways=7, seed=3)
    assert Protocol("builtin").training == Protocol("builtin_training")
    assert Protocol("background").training is None
    assert LAKE_RUNS.training is None


def test_words():
    assert Protocol().words == "Omniglot validation: 20-way 1-shot within an alphabet, all drawers"
    assert Protocol("lake", ("Ge_ez", "Tengwar"), True, 5, 2).words == (
        "Omniglot, Lake's ten (Ge ez, Tengwar): 5-way 2-shot across alphabets, all drawers"
    )
    three = ("Ge_ez", "Tengwar", "Tibetan")
    assert Protocol("lake", three).words.startswith("Omniglot, Lake's ten (Ge ez, Tengwar, Tibetan): 20-way")
    four = (*three, "Kannada")
    assert Protocol("lake", four).words.startswith("Omniglot, Lake's ten (4 alphabets): 20-way")
    assert LAKE_RUNS.words == "Lake's runs: 20-way 1-shot within an alphabet"


def test_alphabets_that_are_too_small_are_counted():
    everything = named(["Angelic", "Tengwar"])
    small = everything.subset(["Angelic"])
    assert module.usable(everything, Protocol("builtin", ways=6)) == 2
    assert module.usable(everything, Protocol("builtin", ways=7)) == 0
    assert module.usable(everything, Protocol("builtin", ways=7, across=True)) == 2
    assert module.max_ways(everything, across=False) == 6
    assert module.max_ways(everything, across=True) == 12
    assert module.max_ways(small, across=True) == 6
    assert module.max_ways(drawn.character_set(7, 9, 2), across=True) == 60
