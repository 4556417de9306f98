"""The views of alphabets: what can be chosen, in which set it is, and texts of people as text."""

from __future__ import annotations

import html
import re

import pytest

from siamese.data import builtin
from siamese.data.characters import Alphabet, Character, CharacterSet
from siamese.ui.explore.alphabet import MAX_RESULTS, alphabet_view, results_view
from siamese.ui.explore.character import character_view
from siamese.ui.explore.overview import overview
from siamese.ui.explore.view import Chosen
from tests import drawn

HOSTILE = '<img src="x" onerror="alert(1)">'


@pytest.fixture(scope="module")
def alphabets() -> CharacterSet:
    return builtin.load().subset(["Kannada", "Devanagari", "Greek small"])


@pytest.fixture
def hostile() -> CharacterSet:
    drawings = {(c, d): drawn.scribble(c, d) for c in range(2) for d in (1, 2)}
    characters = [Character(HOSTILE, HOSTILE, caption=HOSTILE), Character(HOSTILE, "b", caption=HOSTILE + "b")]
    return drawn.from_drawings(HOSTILE, [Alphabet(HOSTILE)], characters, drawings)


def chosen(characters: CharacterSet, source: str = "builtin", drawer: int = 1, other: int = 0, seen=None) -> Chosen:
    return Chosen(source, characters, drawer, other, seen)


def choices(markup: str) -> list[str]:
    return [html.unescape(choice) for choice in re.findall(r'data-choice="([^"]*)"', markup)]


def test_all_alphabets_can_be_chosen_and_say_whether_they_were_seen(alphabets):
    view = overview(chosen(alphabets, seen=lambda alphabet: alphabet.name == "Devanagari"))
    assert sorted(choices(view.markup)) == sorted(f"alphabet:{a.name}" for a in alphabets.alphabets)
    assert view.markup.count("badge unseen") == 2
    assert view.markup.count("badge seen") == 1
    assert "Scripts outside Omniglot&#x27;s background set" in view.markup
    assert view.rules.count("url(") == 1


def test_nothing_is_said_about_a_network_that_is_loading(alphabets):
    assert "badge" not in overview(chosen(alphabets)).markup


def test_all_characters_of_an_alphabet_can_be_chosen(alphabets):
    view = alphabet_view(chosen(alphabets), "Kannada")
    assert choices(view.markup) == ["alphabet:", *(f"character:{n}:Kannada" for n in range(1, 50))]
    assert "49 characters, drawn by 20 people each." in view.markup
    assert 'aria-label="KANNADA LETTER KA"' in view.markup


def test_two_people_are_compared_side_by_side(alphabets):
    alone, both = (alphabet_view(chosen(alphabets, other=other), "Kannada") for other in (0, 5))
    assert both.markup.count('class="card') == 2 * alone.markup.count('class="card')


def test_a_character_shows_all_its_people_and_namesakes(alphabets):
    index = alphabets.members("Kannada")[14]
    view = character_view(chosen(alphabets, drawer=3), index)
    assert [choice for choice in choices(view.markup) if choice.startswith("drawer")] == [
        f"drawer:{n}" for n in range(1, 21)
    ]
    (pressed,) = re.findall(r'data-choice="([^"]*)" aria-pressed="true"', view.markup)
    assert pressed == "drawer:3"
    assert "KA in other alphabets" in view.markup
    assert 'aria-label="DEVANAGARI LETTER KA"' in view.markup
    assert {"character:14:Kannada", "character:16:Kannada"} <= set(choices(view.markup))
    assert "All 20 on top of each other" in view.markup


def test_two_drawings_of_a_character_are_compared(alphabets):
    markup = character_view(chosen(alphabets, drawer=3, other=7), 0).markup
    assert "Person 3<" in markup
    assert "Person 7<" in markup
    assert "blue where only the first has ink" in markup


def test_a_search_shows_what_it_names_and_its_alphabet(alphabets):
    view = results_view(chosen(alphabets), "kha")
    assert "2 characters." in view.markup
    assert "KHA, Devanagari" in view.markup


def test_a_search_without_results_says_what_to_try(alphabets, scribbles):
    assert "such as KA or omega" in results_view(chosen(alphabets), "xyzzy").markup
    assert "have no Unicode names" in results_view(chosen(scribbles, "own-a"), "xyzzy").markup


def test_a_search_shows_a_limited_number(alphabets):
    view = results_view(chosen(builtin.load()), "letter")
    assert f"the first {MAX_RESULTS} of them shown" in view.markup
    assert view.markup.count('class="tile"') == MAX_RESULTS


def test_texts_of_people_stay_text(hostile):
    given = chosen(hostile, "own-a", other=2)
    for view in (overview(given), alphabet_view(given, HOSTILE), character_view(given, 0), results_view(given, "img")):
        assert "<img" not in view.markup
        assert "&lt;img" in view.markup or "&amp;lt;" not in view.markup
    assert f"character:1:{HOSTILE}" in choices(alphabet_view(given, HOSTILE).markup)
