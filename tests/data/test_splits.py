"""The groups of alphabets, by name: an exchanged alphabet would make every figure worthless."""

from __future__ import annotations

import pytest

from siamese.data import splits
from siamese.errors import UserError
from tests import drawn


def test_lake_ten_are_the_alphabets_of_lakes_runs():
    assert splits.LAKE_TEN == (
        "Atlantean", "Ge_ez", "Glagolitic", "Gurmukhi", "Kannada", "Malayalam", "Manipuri",
        "Old_Church_Slavonic_(Cyrillic)", "Tengwar", "Tibetan",
    )  # fmt: skip


def test_validation_ten_are_the_rest_of_the_evaluation_set():
    assert splits.VALIDATION_TEN == (
        "Angelic", "Atemayar_Qelisayer", "Aurek-Besh", "Avesta", "Keble", "Mongolian", "Oriya", "Sylheti",
        "Syriac_(Serto)", "ULOG",
    )  # fmt: skip


def test_background_set_is_whatever_is_not_in_the_evaluation_set(home):
    drawn.omniglot_home(home)
    from siamese.data import omniglot

    everything = omniglot.load()
    background = splits.subset("background", everything)
    assert [a.name for a in background.alphabets] == ["Futurama", "Greek", "Latin"]
    assert background.name == "Omniglot background, 3 alphabets"
    assert len(splits.subset("evaluation", everything).alphabets) == 20


def test_real_background_set_has_thirty_alphabets(omniglot):
    assert len(splits.subset("background", omniglot).alphabets) == 30
    assert len(splits.subset("background", omniglot).characters) == 964


def test_unknown_group_is_refused_with_the_ones_that_exist():
    with pytest.raises(UserError, match="no group of alphabets 'moon': choose one of validation, lake"):
        splits.get("moon")
