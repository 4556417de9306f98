"""HTML of tiles and sentences: everything shown is escaped, and numbers never claim more than they know."""

from __future__ import annotations

import base64
import dataclasses
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from siamese.data.characters import Character
from siamese.ui import cards


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a Match has, without importing the network."""

    logit: np.ndarray
    none: bool = False

    @property
    def similarity(self) -> np.ndarray:
        return 1 / (1 + np.exp(-self.logit))

    share = similarity

    @property
    def best(self) -> int:
        return int(np.argmax(self.logit))


def test_short_names_drop_the_words_that_all_begin_with():
    captions = ["KANNADA LETTER KA", "KANNADA LETTER VOCALIC R", "KANNADA LETTER A"]
    assert cards.short_names([Character("Kannada", "x", "", caption) for caption in captions]) == [
        "KA",
        "VOCALIC R",
        "A",
    ]


def test_short_names_leave_something_of_every_name():
    captions = ["GREEK LETTER", "GREEK LETTER ALPHA"]
    assert cards.short_names([Character("Greek", "x", "", caption) for caption in captions]) == [
        "LETTER",
        "LETTER ALPHA",
    ]
    assert cards.short_names([Character("Tengwar", "character07")]) == ["character 07"]


@given(st.floats(0, 1))
def test_a_number_is_certain_only_when_it_is(value):
    text = cards.number(value)
    assert (text == "1.00") == (value == 1)
    assert (text == "0.00") == (value == 0)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_name_brings_its_own_markup(name, symbol, caption):
    """Alphabets that are imported bring their own names."""
    character = Character("A", name, symbol + '<img onerror="x">', caption + "<script>")
    markup = cards.spoken(character) + cards.tiles(
        [character, character], np.array([[0], [1]]), Answer(np.array([1.0, 0.0])), False
    )
    assert "<script" not in markup
    assert "<img" not in markup


CHARACTERS = [Character("A", f"character{i}") for i in range(4)]
ANSWER = Answer(np.array([-1.0, 0.5, 3.0, 0.0]))


def kinds(markup: str) -> list[str]:
    """The class of each tile in addition to `tile`."""
    return [tile.split('"')[0].strip() for tile in markup.split('<figure class="tile')[1:]]


def test_the_chosen_tile_stands_out():
    assert kinds(cards.tiles(CHARACTERS, np.arange(4)[:, None], ANSWER, True)) == ["", "", "chosen", ""]


@pytest.mark.parametrize(("truth", "marks"), [(2, ["", "", "right", ""]), (0, ["right", "", "wrong", ""])])
def test_a_known_truth_marks_right_and_wrong(truth, marks):
    assert kinds(cards.tiles(CHARACTERS, np.arange(4)[:, None], ANSWER, True, truth)) == marks


def test_sorting_puts_the_most_similar_first_and_a_limit_keeps_the_best():
    markup = cards.tiles(CHARACTERS, np.arange(4)[:, None], ANSWER, True, by_similarity=True, limit=3)
    assert re.findall(r'class="card p(\d)', markup) == ["2", "1", "3"]
    assert kinds(markup) == ["chosen", "", ""]


def test_without_an_answer_no_tile_has_a_score():
    markup = cards.tiles(CHARACTERS, np.arange(4)[:, None], None, None, by_similarity=True)
    assert kinds(markup) == [""] * 4
    assert "<b></b>" in markup
    assert re.findall(r'class="card p(\d)', markup) == ["0", "1", "2", "3"]


def test_the_strip_shows_the_first_example_of_each():
    assert re.findall(r'class="card p(\d+)', cards.strip(CHARACTERS[:2], np.array([[4, 5], [7, 8]]))) == ["4", "7"]


@pytest.mark.parametrize(
    ("seen", "words"), [(True, "seen in training"), (False, "never seen in training"), (None, "not known whether seen")]
)
def test_the_badge_says_what_the_network_has_seen(seen, words):
    assert words in cards.badge(seen)


def test_one_example_is_large_and_several_are_small():
    assert "small" not in cards.shots(np.array([0]), "A")
    for count in (2, 3):
        assert cards.shots(np.arange(count), "A").count(' small"') == count


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0.00"),
        (0.004, "<0.01"),
        (0.005, "0.01"),
        (0.123, "0.12"),
        (0.994, "0.99"),
        (0.995, ">0.99"),
        (1.0, "1.00"),
    ],
)
def test_numbers_have_two_decimals(value, shown):
    assert cards.number(value) == shown


def test_names_are_those_that_readers_know():
    assert cards.alphabet_name("Old_Church_Slavonic") == "Old Church Slavonic"
    assert cards.capitalised("a Network") == "A Network"
    assert cards.capitalised("") == ""
    assert cards.character_name(Character("A", "character07")) == "character 07"
    assert cards.character_name(Character("A", "U+0C95", "ಕ", "KANNADA LETTER KA")) == "KANNADA LETTER KA"
    assert cards.character_name(Character("A", "character 07")) == "character 07"


def test_symbols_and_names_in_a_sentence_are_text():
    shown = cards.spoken(Character("A", "x", "<", "<KA>"))
    assert shown == '<span class="glyph">&lt;</span>, &lt;KA&gt;'
    assert cards.spoken(Character("A", "<x>")) == "&lt;x&gt;"


def test_pictures_are_sent_once_for_each_row(scribbles, monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(cards.st, "html", sent.append)
    cards.pictures(scribbles, np.array([[3, 1], [3, 3]]))
    drawings = scribbles.drawings([1, 3])
    one, other = map(cards.picture_url, drawings)
    rules = f".p1{{background-image:url({one})}}.p3{{background-image:url({other})}}"
    assert sent == [f"<style>{rules}</style>"]


def test_a_picture_shows_its_ink_in_black(scribbles):
    (drawing,) = scribbles.drawings([5])
    content = base64.b64decode(cards.picture_url(drawing).removeprefix("data:image/png;base64,"))
    shown = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
    assert np.array_equal(shown == 0, drawing >= 0.5)


def test_cards_describe_themselves_and_have_their_kind():
    assert cards.card(7, "<a>", "hit") == '<span class="card p7 hit" role="img" aria-label="&lt;a&gt;"></span>'
    assert cards.empty_card("pixels") == '<span class="card empty pixels"></span>'
    blank = np.zeros((105, 105))
    style = f"background-image:url({cards.picture_url(blank)})"
    shown = cards.card_of(blank, "<a>", "pixels")
    assert shown == f'<span class="card pixels" style="{style}" role="img" aria-label="&lt;a&gt;"></span>'


def test_a_table_escapes_its_texts():
    assert cards.table(("<a>", "b"), [("<c>", "d")]) == (
        '<table class="figures"><thead><tr><th>&lt;a&gt;</th><th>b</th></tr></thead>'
        "<tbody><tr><td>&lt;c&gt;</td><td>d</td></tr></tbody></table>"
    )
