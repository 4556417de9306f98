"""One trial with every scorer's scores and choices."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from siamese.data.characters import Character, CharacterSet
from siamese.data.episodes import Trials
from siamese.evaluation.features import Features
from siamese.evaluation.trials import rank


@dataclasses.dataclass(frozen=True)
class OpenedTrial:
    """A trial. query: a row; support: rows (n, k), the ways in the order of their rows; answer: the right way.

    scores: (n,) by scorer; chosen: the way by scorer.
    """

    query: int
    support: np.ndarray
    answer: int
    scores: Mapping[str, np.ndarray]
    chosen: Mapping[str, int]

    def place(self, scorer: str) -> int:
        """The rank of the right way by its score, 1 for the best; ways with equal scores share the better rank."""
        return int((self.scores[scorer] > self.scores[scorer][self.answer]).sum()) + 1

    def characters(self, characters: CharacterSet) -> list[Character]:
        """The characters of the ways."""
        return [characters.characters[characters.character_of[row]] for row in self.support[:, 0]]

    def rows(self, characters: CharacterSet) -> list[dict[str, Any]]:
        """One row per way, for CSV and JSON. Scores of the network are logits, those of the others minus a distance."""
        return [
            {"way": way + 1, "alphabet": shown.alphabet, "character": shown.name, "right": way == self.answer}
            | {scorer: round(float(scores[way]), 4) for scorer, scores in self.scores.items()}
            for way, shown in enumerate(self.characters(characters))
        ]


def open_trial(trials: Trials, features: Mapping[str, Features], number: int, seed: int) -> OpenedTrial:
    """Answer trial `number`, from 1, of nested trials. The seed breaks ties as it does in `curve.Answers`."""
    place = number - 1
    order = trials.support[place, :, 0].argsort()
    ties = np.random.default_rng(seed).random(trials.support.shape[:2])[place : place + 1]
    one = Trials(trials.query[place : place + 1], trials.support[place : place + 1], trials.answer[place : place + 1])
    scores = {scorer: own.score(one) for scorer, own in features.items()}
    return OpenedTrial(
        int(trials.query[place]),
        trials.support[place][order],
        int(np.flatnonzero(order == trials.answer[place])[0]),
        {scorer: own[0][order] for scorer, own in scores.items()},
        {scorer: int(rank(own, ties)[0][order].argmax()) for scorer, own in scores.items()},
    )
