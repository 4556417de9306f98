"""The search by name or symbol, and characters of the same name."""

from __future__ import annotations

import pytest

from siamese.data import builtin
from siamese.data.characters import CharacterSet
from siamese.ui.explore import names


@pytest.fixture(scope="module")
def alphabets() -> CharacterSet:
    return builtin.load()


def captions(characters: CharacterSet, indices: list[int]) -> list[str]:
    return [characters.characters[index].caption for index in indices]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ಕ", ["KANNADA LETTER KA"]),
        ("u+0c95", ["KANNADA LETTER KA"]),
        (" Kannada ka ", ["KANNADA LETTER KA", "KANNADA LETTER KHA"]),
        ("omega", ["GREEK CAPITAL LETTER OMEGA", "GREEK SMALL LETTER OMEGA"]),
        ("xyzzy", []),
        ("  ", []),
        ("<b>", []),
    ],
)
def test_a_text_names_characters(alphabets, text, expected):
    results = captions(alphabets, names.search(alphabets, text))
    assert [name for name in expected if name not in results] == []
    assert bool(results) == bool(expected)


def test_every_symbol_and_every_code_point_names_its_character(alphabets):
    for index, character in enumerate(alphabets.characters):
        assert index in names.search(alphabets, character.symbol)
        assert index in names.search(alphabets, character.name)


def test_characters_of_exactly_this_name_come_first(alphabets):
    results = names.search(alphabets, "ka")
    exact = [names.short(alphabets)[index] == "KA" for index in results]
    assert sum(exact) == 28
    assert all(exact[:28])


def test_an_alphabet_names_all_its_characters(alphabets):
    assert set(alphabets.members("Runic")) <= set(names.search(alphabets, "runic"))


def test_the_same_name_in_other_alphabets(alphabets):
    (ka,) = names.search(alphabets, "ಕ")
    assert names.short(alphabets)[ka] == "KA"
    alike = captions(alphabets, names.namesakes(alphabets, ka))
    assert {"DEVANAGARI LETTER KA", "TAMIL LETTER KA", "HIRAGANA LETTER KA"} <= set(alike)
    assert "KANNADA LETTER KA" not in alike


def test_characters_without_unicode_names_have_no_namesakes(scribbles):
    assert names.namesakes(scribbles, 0) == []
    assert names.search(scribbles, "character01")[:1] == [0]
