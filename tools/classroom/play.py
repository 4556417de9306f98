"""Visitors of Play: each plays rounds of the quiz, and every verdict is compared with the engine's."""

from __future__ import annotations

import asyncio
import dataclasses
import time

import numpy as np

from siamese.classroom import rounds
from siamese.classroom.rounds import TRIALS_PER_ROUND, Quiz
from siamese.classroom.store import Store
from siamese.network.matcher import Matcher
from siamese.ui import cards
from siamese.ui.play.picture_buttons import KEYS
from tools.classroom.engine import WAYS, Engine
from tools.classroom.page_html import verdict_text
from tools.classroom.visitor import Visitor

SEEDS_PER_VISITOR = 50


@dataclasses.dataclass(frozen=True)
class Answered:
    """A question of a round, the choice, and what the page said."""

    quiz: Quiz
    place: int
    choice: int
    verdict: str


def quiz_of(number: int, turn: int, engine: Engine, source: str) -> Quiz:
    """The round of a visitor, in its turn: others have other alphabets or seeds."""
    alphabet = engine.alphabets[number % len(engine.alphabets)]
    return Quiz(source, alphabet, WAYS, False, 1 + number * SEEDS_PER_VISITOR + turn % SEEDS_PER_VISITOR)


def query(quiz: Quiz) -> str:
    """The link of a round without a limit of time."""
    return f"view=quiz&data={quiz.source}&alphabet={quiz.alphabet}&seed={quiz.seed}&limit=0"


async def visit(visitor: Visitor, nickname: str, quiz: Quiz, think: float, end: float, record) -> None:
    """Join, and answer the questions of one round, or those for which there is time."""
    rng = np.random.default_rng(quiz.seed)
    waits = record.waits
    joined = await visitor.press("Join", lambda: visitor.has_button("Start"), {"Nickname": nickname})
    waits.setdefault("joined, s", []).append(joined)
    waits.setdefault("round begun, s", []).append(await visitor.press("Start", lambda: visitor.has_button(KEYS[0])))
    for place in range(TRIALS_PER_ROUND):
        await asyncio.sleep(think * rng.uniform(0.5, 1.5))
        if time.monotonic() > end:
            return
        choice = int(rng.integers(WAYS))
        seconds = await visitor.press(KEYS[choice], lambda: any(": this is" in text for text in _verdicts(visitor)))
        waits.setdefault("answer to verdict, s", []).append(seconds)
        record.checked.append(Answered(quiz, place, choice, _verdicts(visitor)[0]))
        last = place == TRIALS_PER_ROUND - 1
        seconds = await visitor.press("Next", lambda last=last: visitor.has_button("Play again" if last else KEYS[0]))
        waits.setdefault("next question, s", []).append(seconds)


def _verdicts(visitor: Visitor) -> list[str]:
    return visitor.texts(verdict_text)


def faults(answered: list[Answered], engine: Engine) -> dict[str, list[str]]:
    """Verdicts about a character that was not asked, those unlike the engine's, and answers that were not kept."""
    matcher = Matcher.load()
    result: dict[str, list[str]] = {"crossed": [], "wrong": []}
    alphabets = {one.quiz.alphabet: engine.characters.subset([one.quiz.alphabet]) for one in answered}
    trials = {one.quiz: rounds.quiz_trials(alphabets[one.quiz.alphabet], one.quiz) for one in answered}
    for one in answered:
        alphabet, asked = alphabets[one.quiz.alphabet], trials[one.quiz]
        answer = int(asked.answer[one.place])
        support = asked.support[one.place]
        name = cards.character_name(alphabet.characters[alphabet.character_of[support[answer, 0]]])
        match = matcher.match(alphabet.drawings(asked.query[[one.place]])[0], alphabet.drawings(support)[:, None])
        person = "Right" if one.choice == answer else "Wrong"
        network = "right" if match.best == answer else "wrong"
        report = f"{one.quiz.alphabet}, question {one.place}: {one.verdict!r}"
        if f"{name}. " not in one.verdict:
            result["crossed"].append(report)
        elif not one.verdict.startswith(person) or f"The network was {network}" not in one.verdict:
            result["wrong"].append(f"{report}; the engine says {person}, {network}")
    kept = _kept()
    if kept != len(answered):
        result["wrong"].append(f"{len(answered)} answers were shown, and {kept} are in the store")
    return result


def _kept() -> int:
    store = Store()
    try:
        return len(store.after(0, 0)[0])
    finally:
        store.close()
