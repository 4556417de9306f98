"""Pictures of the evaluate page: Lake's wrong answers, a trial with all its scores, the pairs that are confused, pairs at the edge."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials
from siamese.evaluation.lake import LakeAnswers
from siamese.evaluation.trials import choose, score
from siamese.evaluation.verification import Pairs
from siamese.ui import cards
from siamese.ui.evaluate import keep, plans

SHOWN = 40
"""Most wrong answers shown at once."""


def runs_grid(answers: LakeAnswers) -> str:
    """HTML of the 20 runs, a line each: a square for every trial, filled when it is right."""
    lines = []
    for run, (right, found) in enumerate(zip(answers.chosen == answers.answer, answers.by_run, strict=True)):
        squares = "".join(f'<i class="{"hit" if ok else "miss"}"></i>' for ok in right)
        words = f"Run {run + 1}: {found.right} of {found.trials} right"
        lines.append(
            f'<div title="{words}"><span>Run {run + 1}</span><p role="img" aria-label="{words}">{squares}</p><b>{found.right}</b></div>'
        )
    return f'<div class="runs">{"".join(lines)}</div>'


def lake_errors(characters: CharacterSet, answers: LakeAnswers, run: int) -> str:
    """HTML of the wrong answers of a run (1 to 20), or of all (0): query, the chosen one, the right one. Rows are those of `lake.as_trials`."""
    wrong = [error for error in answers.wrong if run in (0, error.run + 1)]
    ways = answers.answer.shape[1]
    rows = [
        (
            len(characters) // 2 + e.run * ways + e.trial,
            e.run * ways + e.chosen,
            e.run * ways + e.right,
            f"Run {e.run + 1}, trial {e.trial + 1}",
        )
        for e in wrong[:SHOWN]
    ]
    cards.pictures(characters, np.array([row[:3] for row in rows], dtype=int))
    shown_ = "".join(triple(query, chosen, right, words) for query, chosen, right, words in rows)
    more = (
        f'<p class="note">The first {SHOWN} of {len(wrong)}; choose a run to see its own.</p>'
        if len(wrong) > SHOWN
        else ""
    )
    return f'<div class="triples">{shown_}</div>{more}' if wrong else '<p class="note">No wrong answer.</p>'


def triple(query: int, chosen: int, right: int, words: str) -> str:
    """HTML of a wrong answer: what was drawn, what was chosen, what was right."""
    shown = (("drawn", query, ""), ("chosen", chosen, "missed"), ("right", right, "hit"))
    shown_ = "".join(f"<span>{cards.card(row, name, kind)}<small>{name}</small></span>" for name, row, kind in shown)
    return f'<figure><div>{shown_}</div><figcaption class="note">{html.escape(words)}</figcaption></figure>'


@dataclasses.dataclass(frozen=True)
class Opened:
    """One trial, its ways in the order of their drawings' rows, which does not tell the answer, and the scores (n,) of each scorer."""

    query: int
    support: np.ndarray  # rows (n, k)
    answer: int
    scores: Mapping[str, np.ndarray]
    chosen: Mapping[str, int]


def open_trial(
    characters: CharacterSet, trials: Trials, number: int, names: Sequence[str], rival: str, seed: int
) -> Opened:
    """Answer trial `number`, from 1. Raises UserError while the network is not awake."""
    place = number - 1
    order = trials.support[place, :, 0].argsort()
    support, answer = trials.support[place][order], int(np.flatnonzero(order == trials.answer[place])[0])
    one = Trials(trials.query[place : place + 1], support[None], np.array([answer]))
    scores = {name: score(plans.features(name, characters, rival), one)[0] for name in names}
    chosen = {name: int(choose(found[None], np.random.default_rng((seed, place)))[0]) for name, found in scores.items()}
    return Opened(int(trials.query[place]), support, answer, scores, chosen)


def who_was_right(characters: CharacterSet, opened: Opened, names: Mapping[str, str]) -> str:
    """HTML: what each scorer chose, the right ones marked."""
    sections = []
    for name, way in opened.chosen.items():
        row = int(opened.support[way, 0])
        ok = way == opened.answer
        spoken = cards.spoken(characters.characters[characters.character_of[row]])
        place = int((opened.scores[name] > opened.scores[name][opened.answer]).sum()) + 1
        verdict = (
            '<span class="right">right</span>'
            if ok
            else f'<span class="wrong">wrong</span>: the right one came in place {place}'
        )
        sections.append(
            f"<section><h3>{html.escape(keep.capital(names.get(name, name)))}</h3>"
            f'<div class="cards">{cards.card(row, "its answer", "hit" if ok else "missed")}</div><p class="note">{spoken}, {verdict}.</p></section>'
        )
    return f'<div class="why four">{"".join(sections)}</div>'


def score_rows(characters: CharacterSet, opened: Opened) -> list[dict[str, Any]]:
    """All scores of a trial, a row a way; for the network they are logits, for the others minus the distance."""
    shown = [characters.characters[characters.character_of[row]] for row in opened.support[:, 0]]
    return [
        {"way": way + 1, "alphabet": c.alphabet, "character": c.name, "right": way == opened.answer}
        | {name: round(float(found[way]), 4) for name, found in opened.scores.items()}
        for way, c in enumerate(shown)
    ]


def confused_pairs(characters: CharacterSet, confused: Sequence[Mapping[str, Any]]) -> str:
    """HTML of pairs of characters that are taken for each other: up to three drawings of either, and how often."""
    index = {(c.alphabet, c.name): place for place, c in enumerate(characters.characters)}
    known = [entry for entry in confused if all(tuple(name) in index for name in entry["characters"])]
    found = [([index[tuple(name)] for name in entry["characters"]], entry) for entry in known]
    rows = {c: characters.rows(c)[:3] for pair, _ in found for c in pair}
    cards.pictures(characters, np.concatenate(list(rows.values())) if rows else np.zeros(0, int))
    shown_ = []
    for pair, entry in found:
        one, other = (characters.characters[c] for c in pair)
        where = cards.alphabet_name(one.alphabet) + (
            "" if one.alphabet == other.alphabet else f" and {cards.alphabet_name(other.alphabet)}"
        )
        names = " and ".join(cards.short_names([one, other]))
        sides = '<span class="joint">≈</span>'.join(
            f'<span class="side">{"".join(cards.card(int(row), "a drawing", "") for row in rows[c])}</span>'
            for c in pair
        )
        words = f"{where}, {names}: taken for each other in {entry['wrong']} of {entry['met']} trials in which they met"
        shown_.append(f'<figure><div>{sides}</div><figcaption class="note">{html.escape(words)}</figcaption></figure>')
    return f'<div class="pairs">{"".join(shown_)}</div>' if cards else '<p class="note">Nothing was confused.</p>'


def hardest_drawers(characters: CharacterSet, drawers: Sequence[Mapping[str, Any]]) -> str:
    """HTML of drawers whose drawings are hardest to recognise: some of their drawings, and how often they were recognised."""
    lines, sent = [], []
    for entry in drawers:
        if entry["alphabet"] not in {a.name for a in characters.alphabets}:
            continue
        members = characters.members(entry["alphabet"])[:8]
        rows = [row for c in members for row in characters.rows(c) if characters.drawer_of[row] == entry["drawer"]]
        sent += rows
        words = f"{cards.alphabet_name(entry['alphabet'])}, drawer {entry['drawer']}: {entry['right']} of {entry['trials']} recognised"
        shown_ = "".join(cards.card(int(row), "a drawing by this drawer", "") for row in rows)
        lines.append(f'<figure><div>{shown_}</div><figcaption class="note">{html.escape(words)}</figcaption></figure>')
    cards.pictures(characters, np.array(sent, dtype=int))
    return f'<div class="drawers">{"".join(lines)}</div>'


def edge_pairs(pairs: Pairs, similarity: np.ndarray, places: Sequence[int], threshold: float) -> str:
    """HTML of pairs, each with its similarity and whether the threshold calls it rightly."""
    shown_ = []
    for place in places:
        called = similarity[place] >= threshold
        ok = bool(called == pairs.same[place])
        words = f"{cards.number(float(similarity[place]))}, {'same' if pairs.same[place] else 'different'}: "
        verdict = f'<span class="{"right" if ok else "wrong"}">called {"same" if called else "different"}</span>'
        shown_.append(
            f"<figure><div>{cards.card(int(pairs.first[place]), 'one drawing', '')}{cards.card(int(pairs.second[place]), 'the other', '')}</div>"
            f'<figcaption class="note">{html.escape(words)}{verdict}</figcaption></figure>'
        )
    return f'<div class="edges">{"".join(shown_)}</div>'
