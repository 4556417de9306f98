"""People's drawings against print: the table of code points fits both data sets, and right answers are counted."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.data import builtin, omniglot
from siamese.data.builtin import PRINT
from siamese.data.characters import Alphabet, Character, CharacterSet
from siamese.evaluation.baselines import PixelNearest
from tests import drawn
from tools.glyphs.sources import code_points
from tools.people_against_print import SAME, answer


def squares(alphabet: str, symbols: list[str], order: np.ndarray) -> CharacterSet:
    """One alphabet whose characters are squares at the positions in `order`, drawn alike by two drawers."""
    drawings = {}
    for character, place in enumerate(order):
        drawing = np.zeros((105, 105), np.float32)
        y, x = divmod(int(place), 6)
        drawing[5 + 16 * y : 15 + 16 * y, 5 + 16 * x : 15 + 16 * x] = 1
        drawings |= {(character, drawer): drawing for drawer in (1, 2)}
    return drawn.from_drawings(
        "squares",
        [Alphabet(alphabet)],
        [Character(alphabet, f"c{i}", symbol) for i, symbol in enumerate(symbols)],
        drawings,
    )


def test_answers_are_counted_by_symbol_not_by_order() -> None:
    points = code_points(SAME["Greek"][1])
    people = squares("Greek", [""] * 24, np.arange(24))
    shuffled = np.random.default_rng(0).permutation(24)
    print_ = squares("Greek small", [chr(points[i]) for i in shuffled], shuffled)
    accuracy = answer(PixelNearest(), people, print_, "Greek", np.random.default_rng(0))
    assert (accuracy.right, accuracy.trials) == (48, 48)
    wrong = squares("Greek small", [chr(points[i]) for i in shuffled], np.roll(shuffled, 1))
    assert answer(PixelNearest(), people, wrong, "Greek", np.random.default_rng(0)).right == 0


def test_characters_without_counterpart_are_left_out() -> None:
    points = code_points(SAME["Greek"][1])
    people, print_ = (
        squares("Greek", [""] * 24, np.arange(24)),
        squares("Greek small", [chr(p) for p in points[:10]], np.arange(10)),
    )
    assert answer(PixelNearest(), people, print_, "Greek", np.random.default_rng(0)).trials == 20


def test_the_table_fits_the_built_in_alphabets() -> None:
    built_in = builtin.load()
    for name, points in SAME.values():
        available = {ord(built_in.characters[c].symbol) for c in built_in.members(name)}
        assert all(built_in.row(c, PRINT) >= 0 for c in built_in.members(name))
        assert len(available.intersection(code_points(points))) >= 20, name


@pytest.mark.skipif(
    not omniglot.available(), reason="Omniglot is not here: set OMNIGLOT_DIR to a folder of its archives"
)
def test_the_table_fits_omniglot() -> None:
    people, built_in = omniglot.load(), builtin.load()
    for alphabet, (name, points) in SAME.items():
        assert len(code_points(points)) == len(people.members(alphabet)), alphabet
        assert people.alphabet(alphabet).script == built_in.alphabet(name).script
