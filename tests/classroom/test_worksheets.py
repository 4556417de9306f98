"""Worksheets, read back from the PDF: as text, and as the picture that a printer makes of them."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pypdfium2
import pytest

from siamese.classroom import worksheets
from siamese.data.characters import Alphabet, Character
from siamese.data.episodes import sample_trials
from siamese.data.printed_grid import FRAME_HEIGHT_MM, FRAME_WIDTH_MM, GRIDS
from siamese.errors import UserError
from tests.drawn import character_set, from_drawings

PX_PER_MM = 6


@pytest.fixture(scope="module")
def characters():
    """An alphabet of 24 characters, and another of 12."""
    large, few = character_set(1, 24, 3), character_set(1, 12, 3)
    renamed = {"Moon_letters": large, "Few": few}
    drawings, classes = {}, []
    for name, own in renamed.items():
        for row, (character, drawer) in enumerate(zip(own.character_of, own.drawer_of, strict=True)):
            drawings[len(classes) + int(character), int(drawer)] = own.drawings([row])[0]
        classes += [Character(name, character.name) for character in own.characters]
    return from_drawings("scribbles", [Alphabet(name) for name in renamed], classes, drawings)


def texts(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def pages(pdf: bytes) -> list[np.ndarray]:
    """Every page, uint8 (height, width), with 6 px to a mm."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [np.asarray(page.render(scale=PX_PER_MM * 25.4 / 72, grayscale=True).to_pil()) for page in document]


def part(page: np.ndarray, x: float, y: float, width: float, height: float) -> np.ndarray:
    """A rectangle of the frame, in mm, which is in the middle of the page."""
    left, top = (page.shape[1] / PX_PER_MM - FRAME_WIDTH_MM) / 2, (page.shape[0] / PX_PER_MM - FRAME_HEIGHT_MM) / 2
    a, b, c, d = (round(each * PX_PER_MM) for each in (left + x, top + y, left + x + width, top + y + height))
    return page[b:d, a:c]


def test_the_key_has_the_letter_of_every_answer(characters):
    pdf = worksheets.paper_test(characters, "Moon_letters", seed=5, trials=12)
    *questions, key = texts(pdf)
    assert len(questions) == 3
    own = characters.subset(["Moon_letters"])
    answers = sample_trials(own, np.random.default_rng(5), 12, 20).answer
    letters = dict(re.findall(r"^(\d+)\s+([A-T])\s*$", key, re.MULTILINE))
    assert letters == {str(i + 1): worksheets.LETTERS[answer] for i, answer in enumerate(answers)}
    assert "12 of 12: 100 % (76 to 100)" in key
    for page in questions:
        assert "One-shot test, Moon letters, seed 5" in page
        assert "Key" not in page


def test_a_question_shows_its_drawings(characters):
    (page, *_) = pages(worksheets.paper_test(characters, "Moon_letters", seed=5, trials=1))
    own = characters.subset(["Moon_letters"])
    trials = sample_trials(own, np.random.default_rng(5), 1, 20)
    shown = part(page, 0, 28, 24, 24)
    (query,) = own.drawings(trials.query)
    places = ((np.arange(105) + 0.5) * shown.shape[0] / 105).astype(int)
    ink = shown[np.ix_(places, places)] < 128
    inner = slice(2, -2)  # without the frame
    both, either = (ink & (query > 0))[inner, inner].sum(), (ink | (query > 0))[inner, inner].sum()
    assert both > 0.85 * either


def test_the_same_seed_gives_the_same_questions(characters):
    first, again, other = (
        pages(worksheets.paper_test(characters, "Moon_letters", seed, trials=2))[0] for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"alphabet": "Few"}, "Few has 12 characters with two drawings or more, and the test needs 20"),
        ({"trials": 0}, "0 trials: choose from 1 to 40"),
        ({"trials": 41}, "41 trials: choose from 1 to 40"),
        ({"seed": -1}, "Seed -1: use 0 or more"),
        ({"paper": "A0"}, "There is no paper 'A0': choose from A4, Letter"),
    ],
)
def test_what_cannot_be_printed_is_one_sentence(characters, change, words):
    with pytest.raises(UserError, match=re.escape(words)):
        worksheets.paper_test(**{"characters": characters, "alphabet": "Moon_letters", "seed": 1} | change)


@pytest.mark.parametrize("name", ["Лунные буквы", "Ελληνικά", "हिन्दी", "漢字", "\ue000", "Is this it?"])
def test_a_name_in_any_script_is_printed_or_said_to_be_left_out(characters, name):
    own = characters.subset(["Moon_letters"])
    renamed = tuple(dataclasses.replace(each, alphabet=name) for each in own.characters)
    own = dataclasses.replace(own, alphabets=(Alphabet(name),), characters=renamed)
    first, key = texts(worksheets.paper_test(own, name, seed=5, trials=1))
    problem = worksheets.name_problem(name)
    printed = "One-shot test, seed 5" if problem else f"One-shot test, {name}, seed 5"
    assert printed in first
    assert f"Key: {printed}" in key
    assert problem in ("", f"No font on this computer has all letters of {name}: the worksheet leaves the name out.")
    assert first.count("?") == 1 + name.count("?")  # the question itself has one


@pytest.mark.parametrize("paper", list(worksheets.PAPERS))
@pytest.mark.parametrize("boxes", list(GRIDS))
def test_the_grid_has_an_empty_box_for_every_character(boxes, paper):
    pdf = worksheets.grid_sheet(boxes, paper)
    (page,), (text,) = pages(pdf), texts(pdf)
    width, height = worksheets.PAPERS[paper]
    assert page.shape == pytest.approx((height * PX_PER_MM, width * PX_PER_MM), abs=2)
    assert set(map(str, range(1, boxes + 1))) <= set(text.split())
    for number in range(boxes):
        left, top, right, _ = GRIDS[boxes].box(number)
        side = right - left
        assert part(page, left + 1, top + 1, side - 2, side - 2).min() == 255
        assert (part(page, left - 1, top + 5, 2, 10).min(axis=1) < 200).all()
        x, y, end, bottom = GRIDS[boxes].name_place(number)
        assert part(page, x, y + 0.5, end - x, bottom - y - 2).min() == 255


def test_another_number_of_boxes_is_refused():
    with pytest.raises(UserError, match="7 boxes: choose from 12, 20"):
        worksheets.grid_sheet(7)
