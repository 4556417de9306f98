"""Drawings of the Evaluate page: what each card shows, and names as text."""

from __future__ import annotations

import dataclasses
import re

import numpy as np

from siamese.data.characters import Alphabet, Character
from siamese.evaluation.opened import OpenedTrial
from siamese.ui.evaluate import drawings
from tests.drawn import character_set

CHARACTERS = character_set(alphabets=2, characters=10, drawers=4)


def named(one: str, other: str):
    """The set with two alphabets of these names."""
    alphabets = (Alphabet(one), Alphabet(other))
    characters = tuple(Character(alphabets[i // 10].name, c.name) for i, c in enumerate(CHARACTERS.characters))
    return dataclasses.replace(CHARACTERS, alphabets=alphabets, characters=characters)


def rows(markup: str) -> list[int]:
    return [int(row) for row in re.findall(r'class="card p(\d+)', markup)]


def test_a_wrong_answer_shows_what_was_drawn_chosen_and_right():
    markup = drawings.triple(7, 8, 9, "<Run 1>")
    assert re.findall(r'p(\d+) (\w*)" role="img" aria-label="(\w+)"', markup) == [
        ("7", "", "drawn"),
        ("8", "missed", "chosen"),
        ("9", "hit", "right"),
    ]
    assert re.findall("<small>(.*?)</small>", markup) == ["drawn", "chosen", "right"]
    assert "&lt;Run 1&gt;" in markup


def test_the_choice_of_each_scorer_is_marked():
    support = np.array([[CHARACTERS.row(c, 1), CHARACTERS.row(c, 2)] for c in range(3)])
    scores = {"network": np.array([0.1, 0.9, 0.5]), "nearest": np.array([0.9, 0.2, 0.5])}
    opened = OpenedTrial(0, support, 1, scores, {"network": 1, "nearest": 0})
    markup = drawings.choices_of(CHARACTERS, opened, {"network": "network", "nearest": "<b>NN"})
    assert markup.startswith('<div class="why four">')
    first, second = markup.split("<section>")[1:]
    assert f'p{support[1, 0]} hit"' in first
    assert "<h3>Network</h3>" in first
    assert 'character 02, <span class="right">right</span>.</p>' in first
    assert f'p{support[0, 0]} missed"' in second
    assert "<h3>&lt;b&gt;NN</h3>" in second
    assert "character 01, " in second
    assert '<span class="wrong">wrong</span>: the right one is number 3 in its ranking.' in second


def confused(characters, one: int, other: int, wrong: int = 2, met: int = 5) -> str:
    names = [[characters.characters[c].alphabet, characters.characters[c].name] for c in (one, other)]
    return drawings.confused_pairs(characters, [{"characters": names, "wrong": wrong, "met": met}])


def test_confused_characters_are_shown_with_three_drawings_each():
    markup = confused(named("Old_Script", "New"), 1, 4)
    assert rows(markup) == [*CHARACTERS.rows(1)[:3], *CHARACTERS.rows(4)[:3]]
    assert "Old Script, 02 and 05: confused in 2 of the 5 trials that showed both" in markup
    assert markup.count('<span class="joint">≈</span>') == 1


def test_characters_of_two_alphabets_name_both_as_text():
    markup = confused(named("<i>", "New_one"), 1, 12, 1, 1)
    assert "&lt;i&gt; and New one, " in markup
    assert "confused in the only trial that showed both" in markup
    assert "<i>," not in markup


def test_one_known_character_of_a_pair_is_not_enough():
    characters = named("A", "B")
    entry = {"characters": [["A", "character01"], ["C", "character01"]], "wrong": 1, "met": 1}
    assert "No characters were confused." in drawings.confused_pairs(characters, [entry])
    assert "No characters were confused." in drawings.confused_pairs(characters, [])


def test_the_pictures_of_confused_characters_are_sent(monkeypatch):
    sent = []
    monkeypatch.setattr(drawings.cards, "pictures", lambda characters, rows: sent.append(sorted(map(int, rows))))
    confused(named("A", "B"), 1, 12)
    assert sent == [sorted([*CHARACTERS.rows(1)[:3], *CHARACTERS.rows(12)[:3]])]


def test_the_hardest_drawers_show_eight_of_their_drawings(monkeypatch):
    sent = []
    monkeypatch.setattr(drawings.cards, "pictures", lambda characters, rows: sent.append(rows.tolist()))
    entries = [
        {"alphabet": "<Old>_one", "drawer": 3, "right": 5, "trials": 9},
        {"alphabet": "Gone", "drawer": 1, "right": 1, "trials": 2},
    ]
    characters = named("<Old>_one", "B")
    markup = drawings.hardest_drawers(characters, entries)
    assert rows(markup) == [characters.row(c, 3) for c in range(8)]
    assert sent == [rows(markup)]
    assert "&lt;Old&gt; one, drawn by person 3: 5 of 9 recognised" in markup
    assert markup.count("<figure>") == 1
    assert 'aria-label="a drawing by this person"' in markup
