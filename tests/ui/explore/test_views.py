"""The views of alphabets: what can be chosen, in which set it is, and texts of people as text."""

from __future__ import annotations

import html
import re

import pytest

from siamese.data import builtin
from siamese.data.characters import Alphabet, Character, CharacterSet
from siamese.ui.cards import picture_url
from siamese.ui.explore import alphabet as alphabet_module
from siamese.ui.explore import character as character_module
from siamese.ui.explore import overlay
from siamese.ui.explore import overview as overview_module
from siamese.ui.explore.alphabet import MAX_RESULTS, alphabet_view, results_view
from siamese.ui.explore.character import character_view
from siamese.ui.explore.overview import overview
from siamese.ui.explore.sheet import sheet
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


def test_an_alphabets_sheet_has_its_characters_by_the_chosen_people(alphabets, monkeypatch):
    asked = []
    monkeypatch.setattr(
        alphabet_module, "sheet", lambda characters, rows: asked.append(rows) or sheet(characters, rows)
    )
    members = alphabets.members("Kannada")
    view = alphabet_view(chosen(alphabets, drawer=3, other=7), "Kannada")
    assert asked[-1] == [alphabets.row(member, drawer) for member in members for drawer in (3, 7)]
    assert (view.name, 'class="tiles pairs"' in view.markup) == ("alphabet Kannada", True)
    assert 'class="tiles"' in alphabet_view(chosen(alphabets), "Kannada").markup
    assert asked[-1] == [alphabets.row(member, 1) for member in members]
    shown = view.markup.split('class="shown">')
    cards = sheet(alphabets, asked[0])
    assert shown[2].startswith(cards.card("s0", 2) + cards.card("s0", 3))


def test_an_alphabet_of_few_says_so_in_the_singular():
    one = drawn.character_set(alphabets=1, characters=1, drawers=1)
    assert "1 character, drawn by 1 person each. " in alphabet_view(chosen(one, "own-a"), "Alphabet 0").markup
    full = drawn.character_set(alphabets=1, characters=2, drawers=1)
    drawings = {(0, 1): drawn.scribble(0, 1), (1, 1): drawn.scribble(1, 1), (1, 2): drawn.scribble(1, 2)}
    some = drawn.from_drawings("x", list(full.alphabets), list(full.characters), drawings)
    assert "2 characters, with 1 to 2 drawings each. " in alphabet_view(chosen(some, "own-a"), "Alphabet 0").markup


def test_a_search_with_one_result_says_so_in_the_singular(alphabets):
    view = results_view(chosen(alphabets), "kannada letter kha")
    assert ">1 character.<" in view.markup
    assert (view.name, "shown" in view.markup.split("</h2>")[1].split("</p>")[0]) == ("search", False)


def test_only_characters_with_a_symbol_have_a_name_in_unicode(alphabets, scribbles):
    index = alphabets.members("Kannada")[14]
    assert '<p class="note">U+0C95 in Unicode.</p>' in character_view(chosen(alphabets), index).markup
    assert "in Unicode" not in character_view(chosen(scribbles, "own-a"), 0).markup


def test_the_way_back_goes_through_the_alphabet(alphabets):
    members = alphabets.members("Kannada")
    path = character_view(chosen(alphabets), members[0]).markup.split("</nav>")[0]
    assert choices(path) == ["alphabet:", "alphabet:Kannada", "character:2:Kannada"]
    assert re.findall(">([^<>]+)</button>", path) == ["All alphabets", "Kannada", "Next: AA"]
    path = character_view(chosen(alphabets), members[-1]).markup.split("</nav>")[0]
    assert choices(path) == ["alphabet:", "alphabet:Kannada", f"character:{len(members) - 1}:Kannada"]
    assert "Previous: " in path


def test_the_print_has_a_name_of_its_own_among_built_in_people(alphabets, scribbles):
    names = re.findall('class="name">(Print|Person \\d+)<', character_view(chosen(alphabets), 0).markup)
    assert names == ["Print", *(f"Person {number}" for number in range(2, 21))]
    names = re.findall('class="name">(Print|Person \\d+)<', character_view(chosen(scribbles, "own-a"), 0).markup)
    assert names[0] == "Person 1"


def test_a_single_drawing_has_nothing_to_compare_with():
    one = drawn.character_set(alphabets=1, characters=1, drawers=1)
    markup = character_view(chosen(one, "own-a"), 0).markup
    assert "on top of each other" not in markup
    assert "Both" not in markup
    assert markup.count("<figure>") == 1


def test_compared_drawings_are_those_of_the_chosen_people(alphabets):
    shown = character_view(chosen(alphabets, drawer=3, other=7), 5).markup
    one, other = (picture_url(alphabets.drawings([alphabets.row(5, drawer)])[0]) for drawer in (3, 7))
    both = overlay.two(alphabets, alphabets.row(5, 3), alphabets.row(5, 7))
    places = [shown.index(url) for url in (one, other, both, overlay.many(alphabets, alphabets.rows(5)))]
    assert places == sorted(places)
    assert 'aria-label="Both drawings of ' in shown


def test_at_most_thirty_namesakes_are_shown(alphabets, monkeypatch):
    monkeypatch.setattr(character_module.names, "namesakes", lambda characters, index: list(range(60, 100)))
    view = character_view(chosen(alphabets), 0)
    assert view.markup.split("in other alphabets</h2>")[1].count('class="tile"') == 30
    assert view.rules.count("url(") == 2


def test_the_overview_shows_five_characters_of_each_alphabet(alphabets, monkeypatch):
    asked = []
    monkeypatch.setattr(
        overview_module, "sheet", lambda characters, *given: asked.append(given) or sheet(characters, *given)
    )
    view = overview(chosen(alphabets))
    rows, columns = asked[0]
    names = [alphabet.name for alphabet in alphabets.alphabets]
    assert columns == 5
    assert rows == [int(alphabets.rows(c)[0]) for name in names for c in alphabets.members(name)[:5]]
    count = len(alphabets.characters)
    assert f"{len(alphabets):,} drawings of {count} characters. Person 1 is print." in view.markup
    assert "<span>49 characters</span>" in view.markup
    assert 'aria-label="The first characters of Greek small"' in view.markup
    small = drawn.character_set(alphabets=1, characters=1, drawers=1)
    view = overview(chosen(small, "own-a"))
    assert asked[1] == ([0, -1, -1, -1, -1], 5)
    assert "1 drawings of 1 character. " in view.markup
    assert "<span>1 character</span>" in view.markup
    assert "<h2>" not in view.markup


def test_a_name_that_others_share_is_shown_as_text():
    names = [Character("A", "a", "x", "<b>"), Character("B", "b", "y", "<b>")]
    drawings = {(place, 1): drawn.scribble(place, 1) for place in range(2)}
    shared = drawn.from_drawings("x", [Alphabet("A"), Alphabet("B")], names, drawings)
    markup = character_view(chosen(shared, "own-a"), 0).markup
    assert "<h2>&lt;b&gt; in other alphabets</h2>" in markup
    assert "<b>" not in markup
