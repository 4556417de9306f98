from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.config import DistortConfig
from siamese.data.characters import Alphabet, Character
from siamese.data.episodes import VALIDATION_SEED, sample_trials
from tests import drawn

STILL = DistortConfig(affine=0, elastic=0, thicker=0, thinner=0)
CHARACTERS = drawn.character_set(alphabets=3, characters=8, drawers=5)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 8), st.integers(1, 4), st.booleans())
def test_trials_are_fair(seed, ways, shots, across):
    trials = sample_trials(CHARACTERS, np.random.default_rng(seed), 5, ways, shots, across)
    assert trials.support.shape == (5, ways, shots)
    for query, support, answer in zip(trials.query, trials.support, trials.answer, strict=True):
        shown = CHARACTERS.character_of[support]
        assert (shown == shown[:, :1]).all()  # the shots of a way are one character
        assert len(set(shown[:, 0])) == ways  # no character twice
        assert CHARACTERS.character_of[query] == shown[answer, 0]
        assert CHARACTERS.drawer_of[query] not in CHARACTERS.drawer_of[support]  # another hand, so another drawing
        if not across:
            assert len({CHARACTERS.characters[c].alphabet for c in shown[:, 0]}) == 1


def test_every_place_query_and_alphabet_is_as_likely():
    trials = sample_trials(CHARACTERS, np.random.default_rng(0), 900, 5, 2)
    assert np.bincount(trials.answer, minlength=5) == pytest.approx([180] * 5, abs=45)
    assert np.bincount(CHARACTERS.drawer_of[trials.query])[1:] == pytest.approx([180] * 5, abs=45)
    assert np.bincount(CHARACTERS.drawer_of[trials.support[:, 0, 0]])[1:] == pytest.approx([180] * 5, abs=45)
    assert np.bincount(CHARACTERS.character_of[trials.query] // 8) == pytest.approx([300] * 3, abs=60)
    assert np.bincount(CHARACTERS.character_of[trials.support[:, :, 0]].ravel()) == pytest.approx([187.5] * 24, abs=50)


def uneven(drawers: dict[int, list[int]]):
    """Characters of one alphabet, each with its drawers."""
    classes = [Character("A", str(character)) for character in drawers]
    keys = [(character, drawer) for character, own in drawers.items() for drawer in own]
    return drawn.from_drawings("uneven", [Alphabet("A")], classes, {key: drawn.scribble(*key) for key in keys})


@pytest.mark.parametrize("shots", [1, 2])
def test_characters_may_have_different_drawers(shots):
    characters = uneven({0: [1, 2, 3], 1: [2, 3, 4, 9], 2: [7, 8, 9], 3: [1], 4: [5, 6, 7]})
    trials = sample_trials(characters, np.random.default_rng(0), 200, 3, shots)
    for query, support in zip(trials.query, trials.support, strict=True):
        assert 3 not in characters.character_of[support]  # it has one drawing, so it cannot be asked for
        assert (characters.character_of[support] == characters.character_of[support[:, :1]]).all()
        assert characters.drawer_of[query] not in characters.drawer_of[support]
        assert all(len(set(rows)) == shots for rows in support.tolist())


def test_without_enough_drawings_the_reason_is_one_sentence():
    with pytest.raises(ValueError, match="1-shot trials need more than 1 drawers per character; uneven has 1"):
        sample_trials(uneven({0: [1], 1: [1]}), np.random.default_rng(0), 5, 2)
    with pytest.raises(ValueError, match="has 2 characters with more than 1 drawings: ask for fewer ways"):
        sample_trials(uneven({0: [1, 2], 1: [1]}), np.random.default_rng(0), 5, 2)


def test_trials_depend_on_the_generator_alone():
    one, two, other = (sample_trials(CHARACTERS, np.random.default_rng(seed), 20, 5) for seed in (1, 1, 2))
    assert np.array_equal(one.query, two.query)
    assert np.array_equal(one.support, two.support)
    assert np.array_equal(one.answer, two.answer)
    assert len(one) == 20
    assert not np.array_equal(one.query, other.query)


def test_the_usual_trial_is_20_way_1_shot_within_an_alphabet():
    characters = drawn.character_set(alphabets=2, characters=20, drawers=2)
    trials = sample_trials(characters, np.random.default_rng(0), 3)
    assert trials.support.shape == (3, 20, 1)
    assert all(len(set(characters.character_of[support[:, 0]] // 20)) == 1 for support in trials.support)


def test_alphabets_with_too_few_characters_are_left_out():
    small = [Character("Small", "one"), Character("Small", "two")]
    large = [Character("Large", str(number)) for number in range(4)]
    drawings = {(character, drawer): drawn.scribble(character, drawer) for character in range(6) for drawer in (1, 2)}
    characters = drawn.from_drawings("uneven", [Alphabet("Small"), Alphabet("Large")], small + large, drawings)
    trials = sample_trials(characters, np.random.default_rng(0), 50, 3)
    assert set(characters.character_of[trials.query]) == {2, 3, 4, 5}


def test_across_takes_characters_of_several_alphabets():
    trials = sample_trials(CHARACTERS, np.random.default_rng(0), 20, 8, across=True)
    mixed = [len({CHARACTERS.characters[c].alphabet for c in CHARACTERS.character_of[s[:, 0]]}) for s in trials.support]
    assert max(mixed) == 3
    assert sample_trials(CHARACTERS, np.random.default_rng(0), 2, 24, across=True).support.shape == (2, 24, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ways": 9}, "No alphabet of scribbles has 9 characters"),
        ({"ways": 25, "across": True}, "25 characters"),
        ({"ways": 1}, "1-way 1-shot: a trial needs at least 2 ways"),
        ({"shots": 0}, "4-way 0-shot"),
        ({"shots": 5}, "more than 5 drawers.*has 5"),
    ],
)
def test_impossible_trials_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        sample_trials(CHARACTERS, np.random.default_rng(0), 3, **{"ways": 4, **options})


def test_every_run_is_judged_on_the_trials_of_one_seed():
    assert VALIDATION_SEED == 20150710
