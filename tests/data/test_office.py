"""A company's file: ten people, who join and leave, one signature each."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.data import builtin, office, support
from siamese.errors import UserError
from tests import drawn

SIGNATURE = drawn.scribble(5, 1)


@pytest.fixture(scope="module")
def ten():
    return office.company(builtin.load())


def names(people) -> list[str]:
    return [character.name for character in people.characters]


def test_ten_people_have_one_signature_on_file_and_others_wrote_their_initials(ten):
    assert len(ten.characters) == 10
    assert office.rows_on_file(ten).shape == (10, 1)
    assert all(ten.drawers(person) == (1, 2, 3, 4, 5) for person in range(10))
    assert len({drawing.tobytes() for drawing in ten.drawings()}) == len(ten)
    assert ten.drawings().sum(axis=(1, 2)).min() > 300  # px of ink: two letters


def test_the_same_company_is_made_each_time(ten):
    assert np.array_equal(office.company(builtin.load()).bits, ten.bits)


def test_a_sample_is_never_the_signature_on_file(ten):
    rows = office.rows_on_file(ten)
    chosen = support.Support(tuple(range(10)), rows, (office.ON_FILE,))
    for seed in range(20):
        person, row = support.sample_query(ten, chosen, np.random.default_rng(seed))
        assert row not in rows
        assert ten.character_of[row] == person


def test_who_joins_has_this_drawing_on_file(ten):
    people = office.joined(ten, " Zoë Q. ", SIGNATURE)
    assert names(people) == [*names(ten), "Zoë Q."]
    row = office.rows_on_file(people)[-1]
    assert np.array_equal(people.drawings(row)[0], SIGNATURE)
    assert np.array_equal(people.drawings(office.rows_on_file(people)[:10]), ten.drawings(office.rows_on_file(ten)))


def test_an_empty_file_can_be_filled():
    one = office.joined(office.EMPTY, "A", SIGNATURE)
    two = office.joined(one, "B", drawn.scribble(6, 1))
    assert names(two) == ["A", "B"]
    assert office.rows_on_file(office.EMPTY).shape == (0, 1)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "1 to 20 characters"),
        ("   ", "1 to 20 characters"),
        ("x" * 21, "1 to 20 characters"),
        ("a\nb", "1 to 20 characters"),
        ("amina k.", "is on file already"),
    ],
)
def test_a_name_that_is_missing_too_long_or_taken_is_refused(ten, name, reason):
    with pytest.raises(UserError, match=reason):
        office.joined(ten, name, SIGNATURE)


def test_a_full_file_is_refused(ten):
    people = ten
    for number in range(office.MAX_PEOPLE - 10):
        people = office.joined(people, f"person {number}", SIGNATURE)
    with pytest.raises(UserError, match="The file is full"):
        office.joined(people, "one more", SIGNATURE)


@pytest.mark.parametrize("person", [0, 4, 10])
def test_who_leaves_is_not_on_file_and_the_others_keep_their_signatures(ten, person):
    people = office.joined(ten, "Z", SIGNATURE)
    left = office.without(people, person)
    assert names(left) == names(people)[:person] + names(people)[person + 1 :]
    kept = np.delete(office.rows_on_file(people), person, axis=0)
    assert np.array_equal(left.drawings(office.rows_on_file(left)), people.drawings(kept))
