"""Whether the answer to two drawings is right, and what is still missing."""

from __future__ import annotations

import types
from typing import ClassVar

import numpy as np
import pytest

from siamese.data.characters import Character
from siamese.data.support import Support
from siamese.ui import cards, ink_map, models
from siamese.ui.draw import paper
from siamese.ui.draw.paper import Given
from siamese.ui.verify import pair
from siamese.ui.verify.answer import Threshold
from tests import networks
from tests.apps import beside, buttons, markup, part_of, press
from tests.drawn import character_set, from_drawings, scribble
from tests.networks import ByPixels

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


class Order(ByPixels):
    """The similarity depends on the order: 0.7 where the first drawing has more ink, else 0.4."""

    record: ClassVar = {"same_threshold": 0.5}

    def match(self, drawing, support):
        assert support.shape == (1, 1, 105, 105)
        return types.SimpleNamespace(similarity=np.array([0.7 if drawing.sum() > support.sum() else 0.4]))

    def twin_input(self, drawings):
        return drawings[:, ::-1]


INK, LESS = scribble(1, 1), scribble(1, 1) * np.tri(105, dtype=np.float32)


@pytest.fixture
def papers(home, monkeypatch) -> dict[str, tuple]:
    """What is on both papers."""
    on: dict[str, tuple] = {"verify_first": (INK, None), "verify_second": (LESS, None)}
    monkeypatch.setattr(paper, "paper_ui", lambda name, characters, chosen: on[name])
    monkeypatch.setattr(models, "_shipped", networks.ready(Order()))
    return on


SCRIBBLES = character_set(alphabets=2, characters=3, drawers=3)
CHOSEN = Support((0, 1, 2), np.zeros((3, 0), int), ())


def shown(**session):
    return part_of(pair.pair_ui, "", SCRIBBLES, CHOSEN, **session)


@pytest.mark.parametrize(
    ("first", "second", "words", "compared", "both"),
    [
        (INK, LESS, "The same character", "similarity 0.70: at least the threshold, 0.50.", (0.7, 0.4)),
        (LESS, INK, "Different characters", "similarity 0.40: below the threshold, 0.50.", (0.4, 0.7)),
    ],
)
def test_the_first_drawing_is_compared_with_the_second(first, second, words, compared, both, papers):
    papers.update(verify_first=(first, None), verify_second=(second, None))
    page = markup(shown())
    assert f"{words}<small>, {compared}</small>" in page
    assert f"Second compared with first: {both[1]:.2f}, 3.0e-01 apart." in page
    assert f'<p class="figure">{both[0]:.8f}<br>{both[1]:.8f}</p>' in page
    assert f'<div class="scale {"reached" if both[0] == 0.7 else ""}"' in page
    inputs = page.split("<h2>What the network sees</h2>")[1].split("</section>")[0]
    urls = [cards.picture_url(own[::-1]) for own in (first, second)]
    assert inputs.index(urls[0]) < inputs.index(urls[1])
    assert "105 × 105 pixels" in page
    assert '<p class="figure">0.50</p>' in page


def test_samples_are_judged_with_the_answer(papers):
    papers.update(verify_first=(INK, given(KA)), verify_second=(LESS, given(KA)))
    assert '<span class="right">Right</span>: both show' in markup(shown())
    papers.update(verify_second=(LESS, given(GA)))
    assert '<span class="wrong">Wrong</span>: they show' in markup(shown())


@pytest.mark.parametrize("missing", ["verify_first", "verify_second"])
def test_without_both_drawings_there_is_an_instruction(missing, papers):
    papers[missing] = None, Given("<b>Nothing</b> was found.")
    page = markup(shown())
    assert "&lt;b&gt;Nothing&lt;/b&gt; was found." in page
    assert '<div class="answer waiting"' in page
    assert page.split("<h2>What the network sees</h2>")[1].count("card empty") == 2
    assert "<br>" not in page.split("<h2>First with second")[1].split("</section>")[0]


def test_without_a_network_the_drawings_wait(papers, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    page = markup(shown())
    assert "The network is loading" in page
    assert "one half is used" in page


def test_why_shows_which_ink_decided(papers, monkeypatch):
    maps = []
    monkeypatch.setattr(ink_map, "ink_map_ui", lambda *given: maps.append(given))
    monkeypatch.setattr(ink_map, "empty_ui", lambda names: maps.append(names))
    shown()
    assert maps == []
    app = shown(verify__why=True)
    ((matcher, both, names, similarity),) = maps
    assert (matcher.record, names, similarity) == (Order.record, ("first drawing", "second drawing"), 0.7)
    assert np.array_equal(both, np.stack([INK, LESS]))
    assert app.toggle(key="verify:why").label == "Why this answer"
    papers["verify_first"] = None, None
    shown(verify__why=True)
    assert maps[1:] == [("first drawing", "second drawing")]


def test_swap_exchanges_both_papers(papers, monkeypatch):
    swapped = []
    monkeypatch.setattr(paper, "swap", lambda *names: swapped.append(names))
    press(shown(), "Swap the drawings")
    assert swapped == [("verify_first", "verify_second")]


def test_a_sample_pair_is_of_one_alphabet_and_two_drawers(papers, monkeypatch):
    taken: list[tuple] = []
    monkeypatch.setattr(paper, "give", lambda name, characters, row: taken.append((name, characters, row)))
    app = shown()
    (button,) = (button for button in app.button if button.label == "Sample pair")
    assert ["Sample pair", "Swap the drawings"] in beside(app)
    assert button.help == "Two drawings by two people: half of the pairs show the same character."
    kinds = set()
    for _ in range(30):
        taken.clear()
        pair.take_pair(SCRIBBLES, Support((4,), np.zeros((1, 0), int), ()))
        (first, own, one), (second, others, other) = taken
        assert (first, second) == ("verify_first", "verify_second")
        assert [a.name for a in own.alphabets] == ["Alphabet 1"]
        assert own is others
        assert own.drawer_of[one] != own.drawer_of[other]
        kinds.add(bool(own.character_of[one] == own.character_of[other]))
    assert kinds == {True, False}
    taken.clear()
    press(app, "Sample pair")
    assert len(taken) == 2


@pytest.mark.parametrize(
    ("characters", "members", "possible"),
    [(SCRIBBLES, (0, 1), True), (SCRIBBLES, (0,), False), (character_set(1, 2, 1), (0, 1), False)],
)
def test_pairs_need_two_characters_by_two_people_each(characters, members, possible, papers):
    chosen = Support(members, np.zeros((len(members), 0), int), ())
    assert pair._has_pairs(characters, chosen) == possible
    assert buttons(part_of(pair.pair_ui, "", characters, chosen))["Sample pair"] == possible


def test_one_character_by_one_person_is_enough_to_make_pairs_impossible():
    drawings = {(0, 1): INK, (0, 2): LESS, (1, 1): INK}
    some = from_drawings("x", list(SCRIBBLES.alphabets), list(SCRIBBLES.characters[:2]), drawings)
    assert not pair._has_pairs(some, Support((0, 1), np.zeros((2, 0), int), ()))


def test_the_origin_of_the_threshold_is_shown_as_text(papers, monkeypatch):
    monkeypatch.setattr(pair.answer, "threshold", lambda record: Threshold(0.5, "It was <fitted>."))
    assert "It was &lt;fitted&gt;." in markup(shown())
