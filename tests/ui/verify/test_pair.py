"""Whether the answer to two drawings is right, and what is still missing."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.data.characters import Character
from siamese.ui.draw.paper import Given
from siamese.ui.verify import pair

KA, GA = Character("Kannada", "ka", "ಕ", "KA"), Character("Kannada", "<ga>")
DRAWING = np.zeros((105, 105), np.float32)


def given(character: Character | None, words: str = "A sample") -> Given:
    return Given(words, DRAWING, character)


@pytest.mark.parametrize(
    ("first", "second", "same", "words"),
    [
        (KA, KA, True, '<span class="right">Right</span>: both show'),
        (KA, KA, False, '<span class="wrong">Wrong</span>: both show'),
        (KA, GA, False, '<span class="right">Right</span>: they show'),
        (GA, KA, True, '<span class="wrong">Wrong</span>: they show'),
    ],
)
def test_an_answer_to_two_samples_is_judged(first, second, same, words):
    verdict = pair.verdict(given(first), given(second), same)
    assert verdict.startswith(words)
    assert "KA" in verdict
    assert "<ga>" not in verdict


@pytest.mark.parametrize(
    ("one", "other"),
    [(None, None), (None, given(KA)), (given(KA), None), (given(KA), given(None)), (given(None), given(KA))],
)
def test_drawings_by_hand_are_not_judged(one, other):
    assert pair.verdict(one, other, same=True) == ""


@pytest.mark.parametrize(
    ("both", "words"),
    [
        ([(None, None), (None, None)], "Draw a character on each paper, or press Sample pair."),
        ([(DRAWING, None), (None, None)], "Now make the second drawing"),
        ([(None, None), (DRAWING, None)], "Now make the first drawing"),
        ([(None, given(None, "No drawing found.")), (DRAWING, None)], "No drawing found."),
    ],
)
def test_the_instruction_names_what_is_missing(both, words):
    assert pair.instruction("", both).startswith(words)


def test_orders_that_differ_are_shown():
    assert pair._orders((0.5, 0.5)).endswith("0.50, the identical number.")
    assert pair._orders((0.5, 0.75)).endswith("0.75, 2.5e-01 apart.")
