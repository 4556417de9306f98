"""HTML of tiles and sentences: everything shown is escaped, and numbers never claim more than they know."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.data.characters import Character
from siamese.ui import parts


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
    assert parts.short_names([Character("Kannada", "x", "", caption) for caption in captions]) == [
        "KA",
        "VOCALIC R",
        "A",
    ]


def test_short_names_leave_something_of_every_name():
    captions = ["GREEK LETTER", "GREEK LETTER ALPHA"]
    assert parts.short_names([Character("Greek", "x", "", caption) for caption in captions]) == [
        "LETTER",
        "LETTER ALPHA",
    ]
    assert parts.short_names([Character("Tengwar", "character07")]) == ["character 07"]


@given(st.floats(0, 1))
def test_a_number_is_certain_only_when_it_is(value):
    text = parts.number(value)
    assert (text == "1.00") == (value == 1)
    assert (text == "0.00") == (value == 0)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_name_brings_its_own_markup(name, symbol, caption):
    character = Character("A", name, symbol + '<img onerror="x">', caption + "<script>")
    markup = parts.spoken(character) + parts.tiles(
        [character, character], np.array([[0], [1]]), Answer(np.array([1.0, 0.0])), False
    )
    assert "<script" not in markup
    assert "<img" not in markup


def test_the_best_tile_stands_out_and_sorting_puts_it_first():
    characters = [Character("A", f"character{i}") for i in range(4)]
    answer = Answer(np.array([-1.0, 0.5, 3.0, 0.0]))
    markup = parts.tiles(characters, np.arange(4)[:, None], answer, True, by_similarity=True)
    tiles = markup.split("<figure ")[1:]
    assert ["best" in tile.split(">")[0] for tile in tiles] == [False, False, True, False]
    assert [tile.split("order:")[1].split('"')[0] for tile in tiles] == ["3", "1", "0", "2"]


@pytest.mark.parametrize(
    ("seen", "words"), [(True, "seen in training"), (False, "never seen in training"), (None, "waking up")]
)
def test_the_badge_says_what_the_network_has_seen(seen, words):
    assert words in parts.badge(seen)


def test_marks_in_a_user_s_text_are_shown_in_messages():
    text = parts.markdown("![x](http://evil) **our** :red[run] $x$ `a` <b> koch.safetensors")
    assert text == r"\!\[x\]\(http\://evil\) \*\*our\*\* \:red\[run\] \$x\$ \`a\` \<b\> koch.safetensors"
