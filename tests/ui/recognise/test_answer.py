"""The answer in words, on the HTML that is sent."""

from __future__ import annotations

import re
import types

import numpy as np
import pytest
import streamlit as st

from siamese.data.characters import Alphabet, Character
from siamese.data.support import Support
from siamese.ui import cards
from siamese.ui.recognise import answer
from tests import drawn
from tests.networks import ByPixels

CHARACTERS = [
    Character("Greek", f"x{i}", symbol, f"GREEK LETTER {name}")
    for i, (symbol, name) in enumerate([("α", "ALPHA"), ("β", "BETA"), ("γ", "GAMMA"), ("<δ", "<DELTA")])
]
ROWS = np.array([[10, 11], [20, 21], [30, 31], [40, 41]])


def match(similarity=(0.1, 0.9, 0.6, 0.2), share=(0.05, 0.8, 0.1, 0.05), none=False):
    """What a Match has, without importing the network."""
    similarity, share = np.array(similarity), np.array(share)
    best, second = np.sort(similarity)[::-1][:2]
    return types.SimpleNamespace(
        logit=np.log(similarity / (1 - similarity)),
        similarity=similarity,
        share=share,
        best=int(similarity.argmax()),
        margin=best - second,
        none=none,
    )


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The HTML that is sent to the page."""
    markup: list[str] = []
    monkeypatch.setattr(st, "html", markup.append)
    return markup


def words(markup: str) -> str:
    """The text without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", markup.replace("</p>", " "))).strip()


def test_the_summary_counts_characters_and_names_the_drawers(sent, scribbles):
    answer.summary(scribbles, Alphabet("Old_Church"), Support((1, 2, 3), np.zeros((3, 1), int), (4,)), True)
    answer.summary(scribbles, Alphabet("<b>"), Support((1, 2), np.zeros((2, 3), int), (4, 5, 1)), None)
    first, second = map(words, sent)
    assert first.startswith("Old Church, 3 characters, one example each, drawn by person 4")
    assert first.endswith("seen in training")
    assert second.startswith("&lt;b&gt;, 2 characters, 3 examples each, drawn by persons 4, 5, 1")
    assert second.endswith("not known whether seen in training")


def test_the_answer_is_a_sentence_with_similarities_and_confidence(sent):
    answer.answer(CHARACTERS, match(), "Right.")
    assert words(sent[0]) == (
        "This is β, GREEK LETTER BETA, similarity 0.90; the next best has 0.60. "
        "Right. If it must be one of these 4, the network is 80 % confident."
    )


def test_none_of_these_names_the_most_similar_and_no_confidence(sent):
    answer.answer(CHARACTERS, match((0.1, 0.2, 0.05, 0.3), none=True), "Wrong.")
    assert words(sent[0]) == (
        "None of these: even the most similar, &lt;δ, GREEK LETTER &lt;DELTA, has a similarity of only 0.30. Wrong."
    )


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.5, "50"),
        (0.994, "99"),
        (0.995, "over 99"),
        (0.999, "over 99"),
        (1.0, "100"),
        (0.005, "0"),
        (0.004, "under 1"),
    ],
)
def test_confidence_is_never_rounded_to_certainty(share, text):
    assert answer.confidence(share) == f"the network is {text}\N{NO-BREAK SPACE}% confident"


def test_without_an_answer_the_sentence_is_shown_as_text(sent):
    answer.no_answer("Draw <one>.")
    assert "Draw &lt;one&gt;." in sent[0]
    assert 'aria-live="polite"' in sent[0]


def test_the_three_most_similar_are_shown_in_their_order(sent):
    answer.best_tiles(CHARACTERS, ROWS, match(), False, truth=2)
    assert re.findall(r"p(\d+) ", sent[0]) == ["20", "21", "30", "31", "40", "41"]
    assert sent[0].count("tile right") == sent[0].count("tile wrong") == 1


@pytest.mark.parametrize(("count", "places"), [(2, 2), (3, 3), (20, 3)])
def test_before_an_answer_there_are_places_for_three_tiles(sent, count, places):
    answer.best_tiles(CHARACTERS, np.zeros((count, 1), int), None, None, None)
    assert sent[0].count('<figure class="tile">') == places
    assert 'aria-hidden="true"' in sent[0]


DRAWING = drawn.scribble(1, 1)


def support(*characters: int) -> np.ndarray:
    """Drawings (4, 2, 105, 105): two drawers of each."""
    return np.stack([[drawn.scribble(c, 2), drawn.scribble(c, 3)] for c in characters])


def sections(markup: str) -> dict[str, str]:
    return dict(re.findall(r"<section><h2>(.*?)</h2>(.*?)</section>", markup))


def test_the_reasons_are_the_input_the_deciding_pair_and_comparing_pixels(sent):
    network_input = np.zeros((105, 105), np.float32)
    answer.reasons(DRAWING, network_input, CHARACTERS, ROWS, support(7, 1, 8, 9), match())
    shown = sections(sent[0])
    assert list(shown) == ["What the network sees", "The pair that decided", "Comparing pixels"]
    assert cards.picture_url(network_input) in shown["What the network sees"]
    assert "centred and scaled to 105 × 105 pixels" in words(shown["What the network sees"])
    assert cards.picture_url(DRAWING) in shown["The pair that decided"]
    assert re.findall(r"p(\d+) ", shown["The pair that decided"]) == ["20", "21"]
    assert words(shown["The pair that decided"]).endswith("similarity 0.90, 0.30 more than the next best.")
    assert re.findall(r"p(\d+) ", shown["Comparing pixels"]) == ["20", "21"]
    assert "the same answer" in words(shown["Comparing pixels"])


def test_comparing_pixels_averages_the_shots_and_may_answer_differently(sent):
    pictures = support(7, 8, 1, 9)
    pictures[3, 0] = DRAWING  # the nearest of all, but its other shot is far
    pictures[3, 1] = 1
    answer.reasons(DRAWING, DRAWING, CHARACTERS, ROWS, pictures, match())
    assert re.findall(r"p(\d+) ", sections(sent[0])["Comparing pixels"]) == ["30", "31"]
    assert "a different answer" in sections(sent[0])["Comparing pixels"]


def test_for_none_of_these_no_pair_decided_and_pixels_never_agree(sent):
    answer.reasons(DRAWING, DRAWING, CHARACTERS, ROWS, support(7, 1, 8, 9), match(none=True))
    assert list(sections(sent[0])) == ["What the network sees", "Comparing pixels"]
    assert "a different answer" in sections(sent[0])["Comparing pixels"]


@pytest.mark.parametrize("answered", [None, match()])
def test_without_a_drawing_the_places_stay_empty(sent, answered):
    answer.reasons(None, None, CHARACTERS, ROWS, support(7, 1, 8, 9), answered)
    shown = sections(sent[0])
    assert [content.count("card empty") for content in shown.values()] == [1, 2, 1]


@pytest.fixture
def maps(monkeypatch) -> list[tuple]:
    """What the maps of the ink are given."""
    made: list[tuple] = []
    monkeypatch.setattr(answer.ink_map, "empty_ui", lambda names: made.append(names))
    monkeypatch.setattr(answer.ink_map, "ink_map_ui", lambda *given: made.append(given))
    return made


def test_the_ink_that_decided_is_that_of_the_most_similar_example(maps):
    examples = np.stack([drawn.scribble(2, 1), DRAWING, drawn.scribble(3, 1)])
    network = ByPixels()
    answer.decisive_ink_ui(network, DRAWING, examples)
    ((matcher, pair, names, similarity),) = maps
    assert (matcher, names, similarity) == (network, ("your drawing", "the example"), 1.0)
    assert np.array_equal(pair, np.stack([DRAWING, DRAWING]))


@pytest.mark.parametrize(
    ("matcher", "drawing", "examples"),
    [(None, DRAWING, DRAWING[None]), (ByPixels(), None, DRAWING[None]), (ByPixels(), DRAWING, None)],
)
def test_without_an_answer_there_are_places_for_both_drawings(matcher, drawing, examples, maps):
    answer.decisive_ink_ui(matcher, drawing, examples)
    assert maps == [("your drawing", "the example")]


def test_the_summary_of_examples_by_different_people_names_none(sent, scribbles):
    answer.summary(scribbles, Alphabet("A"), Support((1, 2), np.zeros((2, 1), int), ()), False)
    assert words(sent[0]).startswith("A, 2 characters, one example each &ensp;")
