"""Changes of an own alphabet, and what is refused."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.data import ink, own
from siamese.data.own import editing, file_format, reader
from siamese.data.own.file_format import OwnSet
from siamese.errors import UserError
from tests import drawn

HOOK = [np.array([[20.0, 20.0], [60.0, 30.0], [85.0, 90.0]]), np.array([[50.0, 50.0]])]
INK = editing.ink_of(HOOK, None)


def taught(*names: str) -> OwnSet:
    alphabets = editing.empty("Moon")
    for name in names:
        alphabets = editing.add_character(alphabets, 0, name, INK)
    return alphabets


def names(alphabets: OwnSet) -> list[str]:
    return [character.name for character in alphabets.alphabets[0].characters]


def test_an_alphabet_grows_character_by_character_and_example_by_example():
    alphabets = editing.add_example(taught("ka", " ki "), 0, "KA", INK)
    assert names(alphabets) == ["ka", "ki"]
    assert [[d.drawer for d in c.drawings] for c in alphabets.alphabets[0].characters] == [[1, 2], [1]]
    assert reader.read(file_format.write(alphabets), "file") == alphabets
    assert len(own.character_set(alphabets)) == 3


def test_a_drawing_is_kept_as_strokes_or_as_pixels():
    assert editing.ink_of(HOOK, None) == (((20.0, 20.0), (60.0, 30.0), (85.0, 90.0)), ((50.0, 50.0),))
    assert editing.ink_of([], drawn.scribble(1, 1)) == file_format.packed(drawn.scribble(1, 1))
    for nothing in (None, np.zeros((105, 105))):
        with pytest.raises(UserError, match="nothing drawn yet"):
            editing.ink_of([np.zeros((0, 2))], nothing)
    with pytest.raises(UserError, match="too much ink"):
        editing.ink_of([np.random.default_rng(0).uniform(0, 105, (5_000, 2))], None)


@given(st.lists(st.tuples(st.floats(5, 100), st.floats(5, 100)), min_size=2, max_size=12))
def test_a_simplified_stroke_looks_the_same(corners):
    steps = [np.linspace(a, b, 40) for a, b in itertools.pairwise(corners)]
    stroke = np.concatenate(steps)
    (line,) = editing.ink_of([stroke], None)
    before, after = ink.draw_strokes([stroke]), ink.draw_strokes([np.array(line)])
    assert len(line) <= 2 * len(corners)
    assert (before != after).mean() < 0.01


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "has no name yet: type one"),
        ("  ", "has no name yet"),
        ("KA", "a character called ka already: choose another name"),
        ("a\x07", "1 to 60 printable characters"),
        ("x" * 61, "1 to 60 printable characters"),
    ],
)
def test_names_that_cannot_be_used_are_refused(name, sentence):
    alphabets = taught("ka", "ki")
    with pytest.raises(UserError, match=sentence):
        editing.add_character(alphabets, 0, name, INK)
    if name.strip() and name != "KA":
        with pytest.raises(UserError, match=sentence):
            editing.rename_character(alphabets, 0, "ka", name)
    assert names(alphabets) == ["ka", "ki"]


def test_characters_are_renamed_and_removed():
    alphabets = editing.add_example(taught("ka", "ki"), 0, "ka", INK)
    assert names(editing.rename_character(alphabets, 0, "ka", "ku")) == ["ku", "ki"]
    assert names(editing.rename_character(alphabets, 0, "ka", "KA")) == ["KA", "ki"]
    with pytest.raises(UserError, match="called ki already"):
        editing.rename_character(alphabets, 0, "ka", "Ki")
    once = editing.remove_example(alphabets, 0, "ka")
    assert (names(once), once.counts) == (["ka", "ki"], (1, 2, 2))
    assert names(editing.remove_example(once, 0, "ka")) == ["ki"]
    assert names(editing.remove_character(alphabets, 0, "ka")) == ["ki"]
    assert editing.remove_character(alphabets, 0, "ko") == alphabets
    assert editing.rename_character(alphabets, 0, "ko", "ka") == alphabets
    with pytest.raises(UserError, match="no character called ko in this alphabet any more"):
        editing.add_example(alphabets, 0, "ko", INK)


def test_the_alphabet_has_the_name_of_its_set_if_it_is_alone():
    assert editing.rename(taught("ka"), " Sun ").alphabets[0].name == "Sun"
    two = OwnSet("Class", (*taught("ka").alphabets, *editing.rename(taught("ki"), "Sun").alphabets))
    assert [a.name for a in editing.rename(two, "School").alphabets] == ["Moon", "Sun"]
    assert names(editing.add_character(two, 0, "ku", INK)) == ["ka", "ku"]
    with pytest.raises(UserError, match="this alphabet has no name"):
        editing.rename(two, " ")


def test_there_is_room_for_sixty_characters_and_twenty_examples():
    full = taught(*map(str, range(editing.MAX_TAUGHT)))
    with pytest.raises(UserError, match="has 60 characters, and more are not taught"):
        editing.add_character(full, 0, "one more", INK)
    alphabets = taught("ka")
    for _ in range(editing.MAX_EXAMPLES - 1):
        alphabets = editing.add_example(alphabets, 0, "ka", INK)
    with pytest.raises(UserError, match="ka has 20 examples, and there is room for no more"):
        editing.add_example(alphabets, 0, "ka", INK)
