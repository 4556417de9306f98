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
    with pytest.raises(
        ValueError, match=f"{shots} shots: choose from 1 to 4, the drawings that each of the 6 characters has"
    ):
        support.build(CHARACTERS, MEMBERS, 1, shots)


def uneven(drawings: dict[int, list[int]]):
    """Characters of one alphabet, each with its drawers."""
    classes = [Character("A", str(character)) for character in drawings]
    keys = [(character, drawer) for character, own in drawings.items() for drawer in own]
    return drawn.from_drawings("uneven", [Alphabet("A")], classes, {key: drawn.scribble(*key) for key in keys})


def test_drawers_of_every_character_come_first():
    characters = uneven({0: [9, 2, 40], 1: [40, 2, 3]})
    assert support.possible_drawers(characters, (0, 1)) == (2, 40)
    assert support.possible_drawers(characters, ()) == ()
    assert support.build(characters, (0, 1), 40, 2).drawers == (40, 2)
    third = support.build(characters, (0, 1), 40, 3)
    assert characters.drawer_of[third.rows].tolist() == [[40, 2, 9], [40, 2, 3]]
    assert third.drawers == ()


def test_another_drawing_stands_in_where_no_drawer_drew_all():
    characters = uneven({0: [1, 5], 1: [2], 2: [2, 5]})
    assert support.possible_drawers(characters, (0, 1, 2)) == (1, 2, 5)
    built = support.build(characters, (0, 1, 2), 5, 1)
    assert characters.drawer_of[built.rows].tolist() == [[5], [2], [5]]
    assert built.drawers == ()
    assert support.most_shots(characters, (0, 1, 2)) == 1
    with pytest.raises(ValueError, match="2 shots: choose from 1 to 1"):
        support.build(characters, (0, 1, 2), 5, 2)


@given(st.lists(st.sets(st.integers(1, 9), min_size=1, max_size=5), min_size=1, max_size=4), st.integers(1, 9))
def test_each_row_is_a_different_drawing_of_its_character(drawers, drawer):
    characters = uneven({character: sorted(own) for character, own in enumerate(drawers)})
    chosen = tuple(range(len(drawers)))
    for shots in range(1, support.most_shots(characters, chosen) + 1):
        built = support.build(characters, chosen, drawer, shots)
        assert (characters.character_of[built.rows] == np.array(chosen)[:, None]).all()
        assert all(len(set(rows)) == shots for rows in built.rows.tolist())


def test_a_sample_is_never_an_example_of_its_character():
    characters = uneven({0: [1, 5], 1: [2]})
    built = support.build(characters, (0, 1), 1, 1)
    assert support.sample_query(characters, built, np.random.default_rng(0)) == (0, characters.row(0, 5))


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
