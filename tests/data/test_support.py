from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.data import support
from siamese.data.characters import Alphabet, Character
from tests import drawn

CHARACTERS = drawn.character_set(alphabets=2, characters=6, drawers=4)
MEMBERS = CHARACTERS.members("Alphabet 1")


@given(st.integers(2, 6), st.sampled_from(["first", "shuffled"]), st.integers(0, 9999))
def test_n_different_characters_of_the_alphabet(n, which, seed):
    chosen = support.choose_characters(MEMBERS, n, which, seed, ())
    assert len(chosen) == len(set(chosen)) == n
    assert set(chosen) <= set(MEMBERS)
    assert chosen == support.choose_characters(MEMBERS, n, which, seed, ())


def test_the_first_characters_are_in_the_order_of_the_alphabet():
    assert support.choose_characters((9, 7, 8, 5), 3, "first", 0, ()) == (9, 7, 8)


def test_a_seed_shuffles_the_alphabet_before_some_are_taken():
    chosen = {support.choose_characters(MEMBERS, 2, "shuffled", seed, ()) for seed in range(200)}
    assert len(chosen) == 6 * 5
    assert all(type(character) is int for character in chosen.pop())


def test_picked_places_outside_the_alphabet_are_left_out():
    assert support.choose_characters(MEMBERS, 6, "picked", 0, [0, 99, 6, 5, 3]) == (MEMBERS[0], MEMBERS[5], MEMBERS[3])


@pytest.mark.parametrize(("drawer", "shots", "drawers"), [(3, 1, (3,)), (3, 3, (3, 4, 1)), (1, 4, (1, 2, 3, 4))])
def test_each_character_is_drawn_by_the_same_drawers_from_the_chosen_one_on(drawer, shots, drawers):
    built = support.build(CHARACTERS, MEMBERS[:3], drawer, shots)
    assert built.characters == MEMBERS[:3]
    assert built.drawers == drawers
    assert built.rows.shape == (3, shots)
    assert (CHARACTERS.drawer_of[built.rows] == built.drawers).all()
    assert (CHARACTERS.character_of[built.rows] == np.array(MEMBERS[:3])[:, None]).all()


def test_without_the_chosen_drawer_the_first_one_is_taken():
    assert support.build(CHARACTERS, MEMBERS, 99, 2).drawers == (1, 2)


@pytest.mark.parametrize("shots", [0, 5])
def test_impossible_shots_are_refused(shots):
    with pytest.raises(ValueError, match=f"{shots} shots: choose from 1 to 4, the drawers who drew all 6 characters"):
        support.build(CHARACTERS, MEMBERS, 1, shots)


def test_only_drawers_of_every_character_count():
    drawings = {key: drawn.scribble(*key) for key in [(0, 9), (0, 2), (0, 40), (1, 40), (1, 2), (1, 3)]}
    classes = [Character("A", "one"), Character("A", "two")]
    uneven = drawn.from_drawings("uneven", [Alphabet("A")], classes, drawings)
    assert support.common_drawers(uneven, (0, 1)) == (2, 40)
    assert support.common_drawers(uneven, ()) == ()
    assert support.build(uneven, (0, 1), 40, 2).drawers == (40, 2)


def test_a_sample_is_any_character_by_any_drawer_outside_the_support_set():
    built = support.build(CHARACTERS, MEMBERS, 2, 2)
    sampled = set()
    for seed in range(200):
        character, row = support.sample_query(CHARACTERS, built, np.random.default_rng(seed))
        assert CHARACTERS.character_of[row] == character
        sampled.add((character, int(CHARACTERS.drawer_of[row])))
    assert sampled == {(character, drawer) for character in MEMBERS for drawer in (1, 4)}


def test_there_is_no_sample_when_every_drawer_is_in_the_support_set():
    built = support.build(CHARACTERS, MEMBERS, 1, 4)
    assert support.sample_query(CHARACTERS, built, np.random.default_rng(0)) is None
