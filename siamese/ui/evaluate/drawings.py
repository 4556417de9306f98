"""Drawings of the Evaluate page as HTML: wrong answers, choices, confused pairs, hard handwritings, judged pairs."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.evaluation.lake import LakeAnswers, LakeError
from siamese.evaluation.opened import OpenedTrial
from siamese.evaluation.protocol import LAKE_RUNS
from siamese.evaluation.verification import Pairs
from siamese.ui import cards
from siamese.ui.evaluate.measurements import characters_of

MAX_WRONG_ANSWERS = 40
"""Wrong answers shown at once."""
DRAWINGS_PER_CHARACTER = 3
DRAWINGS_PER_DRAWER = 8


def runs_grid(answers: LakeAnswers) -> str:
    """HTML of the 20 runs, a line each: a square for every trial, filled when it is right."""
    lines = []
    for run, (right, accuracy) in enumerate(zip(answers.chosen == answers.answer, answers.by_run, strict=True), 1):
        squares = "".join(f'<i class="{"hit" if ok else "miss"}"></i>' for ok in right)
        words = f"Run {run}: {accuracy.right} of {accuracy.trials} right"
        lines.append(
            f'<div title="{words}"><span>Run {run}</span><p role="img" aria-label="{words}">{squares}</p>'
            f"<b>{accuracy.right}</b></div>"
        )
    return f'<div class="runs">{"".join(lines)}</div>'


def lake_errors(answers: LakeAnswers, run: int) -> str:
    """HTML of the wrong answers of a run (1 to 20), or of all (0): the query, the chosen and the right character."""
    characters, ways = characters_of(LAKE_RUNS), answers.answer.shape[1]
    wrong = [error for error in answers.wrong if run in (0, error.run + 1)]
    if not wrong:
        return '<p class="note">No wrong answer.</p>'

    def rows(error: LakeError) -> tuple[int, int, int]:
        first = error.run * ways  # the rows are those of `lake.as_trials`
        return len(characters) // 2 + first + error.trial, first + error.chosen, first + error.right

    shown = wrong[:MAX_WRONG_ANSWERS]
    cards.pictures(characters, np.array([rows(error) for error in shown]))
    figures = "".join(triple(*rows(error), f"Run {error.run + 1}, trial {error.trial + 1}") for error in shown)
    more = (
        f"The first {len(shown)} of {len(wrong)}. Choose a run to see all of its own."
        if len(wrong) > len(shown)
        else ""
    )
    return f'<div class="triples">{figures}</div><p class="note">{more}</p>'


def triple(query: int, chosen: int, right: int, words: str) -> str:
    """HTML of a wrong answer: the drawn, the chosen and the right character, by rows."""
    shown = (("drawn", query, ""), ("chosen", chosen, "missed"), ("right", right, "hit"))
    figures = "".join(f"<span>{cards.card(row, name, kind)}<small>{name}</small></span>" for name, row, kind in shown)
    return f'<figure><div>{figures}</div><figcaption class="note">{html.escape(words)}</figcaption></figure>'


def choices_of(characters: CharacterSet, opened: OpenedTrial, names: Mapping[str, str]) -> str:
    """HTML: the choice of each scorer, marked right or wrong."""
    sections, shown = [], opened.characters(characters)
    for key, way in opened.chosen.items():
        verdict = '<span class="right">right</span>'
        if way != opened.answer:
            verdict = f'<span class="wrong">wrong</span>: the right one is number {opened.place(key)} in its ranking'
        kind = "hit" if way == opened.answer else "missed"
        sections.append(
            f"<section><h3>{html.escape(cards.capitalised(names[key]))}</h3>"
            f'<div class="cards">{cards.card(int(opened.support[way, 0]), "its choice", kind)}</div>'
            f'<p class="note">{cards.spoken(shown[way])}, {verdict}.</p></section>'
        )
    return f'<div class="why four">{"".join(sections)}</div>'


def confused_pairs(characters: CharacterSet, confused: Sequence[Mapping[str, Any]]) -> str:
    """HTML of pairs of characters that are confused: up to three drawings of either, and how often."""
    index = {(c.alphabet, c.name): place for place, c in enumerate(characters.characters)}
    known = [entry for entry in confused if all(tuple(name) in index for name in entry["characters"])]
    if not known:
        return '<p class="note">No characters were confused.</p>'
    figures, sent = [], []
    for entry in known:
        pair = [index[tuple(name)] for name in entry["characters"]]
        rows = [characters.rows(character)[:DRAWINGS_PER_CHARACTER] for character in pair]
        sent += rows
        figures.append(_confused_pair(characters, pair, rows, entry))
    cards.pictures(characters, np.concatenate(sent))
    return f'<div class="pairs">{"".join(figures)}</div>'


def _confused_pair(
    characters: CharacterSet, pair: Sequence[int], rows: Sequence[np.ndarray], entry: Mapping[str, Any]
) -> str:
    one, other = (characters.characters[c] for c in pair)
    where = cards.alphabet_name(one.alphabet)
    if one.alphabet != other.alphabet:
        where += f" and {cards.alphabet_name(other.alphabet)}"
    sides = '<span class="joint">≈</span>'.join(
        f'<span class="side">{"".join(cards.card(int(row), "a drawing") for row in own)}</span>' for own in rows
    )
    names = " and ".join(cards.short_names([one, other]))
    trials = f"{entry['wrong']} of the {entry['met']} trials" if entry["met"] > 1 else "the only trial"
    words = f"{where}, {names}: confused in {trials} that showed both"
    return f'<figure><div>{sides}</div><figcaption class="note">{html.escape(words)}</figcaption></figure>'


def hardest_drawers(characters: CharacterSet, drawers: Sequence[Mapping[str, Any]]) -> str:
    """HTML of the drawers who are hardest to recognise: some of their drawings, and how often they were recognised."""
    figures, sent = [], []
    for entry in drawers:
        if entry["alphabet"] not in {a.name for a in characters.alphabets}:
            continue
        members = characters.members(entry["alphabet"])[:DRAWINGS_PER_DRAWER]
        rows = [row for c in members for row in characters.rows(c) if characters.drawer_of[row] == entry["drawer"]]
        sent += rows
        alphabet = cards.alphabet_name(entry["alphabet"])
        words = f"{alphabet}, {characters.origin([entry['drawer']])}: {entry['right']} of {entry['trials']} recognised"
        shown = "".join(cards.card(int(row), "a drawing by this person") for row in rows)
        figures.append(f'<figure><div>{shown}</div><figcaption class="note">{html.escape(words)}</figcaption></figure>')
    cards.pictures(characters, np.array(sent, dtype=int))
    return f'<div class="drawers">{"".join(figures)}</div>'


def judged_pairs(pairs: Pairs, similarity: np.ndarray, places: Sequence[int], threshold: float) -> str:
    """HTML of pairs, each with its similarity and whether the threshold judges it correctly."""
    figures = []
    for place in places:
        same, called = bool(pairs.same[place]), bool(similarity[place] >= threshold)
        words = f"{cards.number(float(similarity[place]))}, {'same' if same else 'different'}: "
        verdict = (
            f'<span class="{"right" if same == called else "wrong"}">called {"same" if called else "different"}</span>'
        )
        first, second = (
            cards.card(int(pairs.first[place]), "one drawing"),
            cards.card(int(pairs.second[place]), "another"),
        )
        figures.append(
            f"<figure><div>{first}{second}</div>"
            f'<figcaption class="note">{html.escape(words)}{verdict}</figcaption></figure>'
        )
    return f'<div class="edges">{"".join(figures)}</div>'
