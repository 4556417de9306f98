"""Which set an alphabet belongs to, in words: every alphabet to exactly one."""

from __future__ import annotations

import pytest

from siamese.data import builtin, splits
from siamese.data.characters import Alphabet, Character
from siamese.ui.explore import origin
from tests import drawn


def named(*names: str):
    characters = [Character(name, "character01") for name in names]
    drawings = {(place, 1): drawn.scribble(place, 1) for place in range(len(names))}
    return drawn.from_drawings("named", [Alphabet(name) for name in names], characters, drawings)


def test_every_built_in_alphabet_is_in_one_part():
    characters = builtin.load()
    parts = origin.parts("builtin", characters)
    assert sorted(name for part in parts for name in part.alphabets) == sorted(a.name for a in characters.alphabets)
    assert "has never seen it" in origin.part_of("builtin", characters, "Kannada").on_each
    assert "handwriting of other people" in origin.part_of("builtin", characters, "Greek small").on_each


@pytest.mark.parametrize(
    ("alphabet", "words"),
    [("Kannada", "Lake's ten"), ("Keble", "validation alphabets"), ("Balinese", "background set")],
)
def test_omniglots_alphabets_are_in_its_sets(alphabet, words):
    characters = named(*splits.EVALUATION, "Balinese")
    assert words in origin.part_of("omniglot", characters, alphabet).on_each
    assert [len(part.alphabets) for part in origin.parts("omniglot", characters)] == [1, 10, 10]


def test_a_set_that_is_not_installed_has_no_heading():
    assert [part.title for part in origin.parts("omniglot", named("Balinese"))] == ["Background set"]


def test_own_alphabets_are_one_part_and_belong_to_their_makers():
    (part,) = origin.parts("own-moon", named("Moon", "Sun"))
    assert part.alphabets == ("Moon", "Sun")
    assert part.title == part.on_each == ""
    assert origin.licence("own-moon") == (origin.OWN_LICENCE, "")


def test_sources_have_licences_and_omniglot_a_citation():
    assert "SIL Open Font License" in origin.licence("builtin")[0]
    licence, citation = origin.licence("omniglot")
    assert "MIT" in licence
    assert "Science, 350" in citation
