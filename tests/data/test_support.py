from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.data import support
from tests import drawn

CHARACTERS = drawn.character_set(alphabets=2, characters=6, drawers=4)
MEMBERS = CHARACTERS.members("Alphabet 1")


@given(st.integers(2, 6), st.sampled_from(["first", "shuffled"]), st.integers(0, 9999))
def test_n_different_characters_of_the_alphabet(n, which, seed):
    chosen = support.choose_characters(MEMBERS, n, which, seed, ())
    assert len(set(chosen)) == n
    assert set(chosen) <= set(MEMBERS)
    assert chosen == support.choose_characters(MEMBERS, n, which, seed, ())


def test_picked_places_outside_the_alphabet_are_left_out():
    assert support.choose_characters(MEMBERS, 6, "picked", 0, [0, 99, 3]) == (MEMBERS[0], MEMBERS[3])


@pytest.mark.parametrize("shots", [1, 3, 4])
def test_each_character_is_drawn_by_the_same_drawers(shots):
    built = support.build(CHARACTERS, MEMBERS[:3], 3, shots)
    assert built.rows.shape == (3, shots)
    assert built.drawers[0] == 3
    assert (CHARACTERS.drawer_of[built.rows] == built.drawers).all()
    assert (CHARACTERS.character_of[built.rows] == np.array(MEMBERS[:3])[:, None]).all()


@pytest.mark.parametrize("shots", [0, 5])
def test_impossible_shots_are_refused(shots):
    with pytest.raises(ValueError, match="from 1 to 4"):
        support.build(CHARACTERS, MEMBERS, 1, shots)


def test_a_sample_is_by_a_drawer_outside_the_support_set():
    built = support.build(CHARACTERS, MEMBERS, 1, 3)
    for seed in range(10):
        character, row = support.sample_query(CHARACTERS, built, np.random.default_rng(seed))
        assert CHARACTERS.character_of[row] == character
        assert character in built.characters
        assert CHARACTERS.drawer_of[row] == 4
    assert support.sample_query(CHARACTERS, support.build(CHARACTERS, MEMBERS, 1, 4), np.random.default_rng(0)) is None
