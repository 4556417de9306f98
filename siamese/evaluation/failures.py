"""Where a scorer fails, from its choices: characters it confuses, alphabets and drawers that are hard for it."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.evaluation.trials import Accuracy, Choices

Key = TypeVar("Key", bound=Hashable)


@dataclasses.dataclass(frozen=True)
class Confusion:
    """Two characters that were confused in `wrong` of the `met` trials in which one was drawn and both were shown.

    trials: indices of the wrong ones into the choices.
    """

    characters: tuple[int, int]
    wrong: int
    met: int
    trials: tuple[int, ...]


def confused(characters: CharacterSet, choices: Choices, most: int) -> list[Confusion]:
    """The `most` pairs of characters confused most often, by count, then by share of the trials in which they met."""
    trials = choices.trials
    drawn, shown = characters.character_of[trials.query], characters.character_of[trials.support[:, :, 0]]
    chosen = shown[np.arange(len(trials)), choices.chosen]
    wrong: dict[tuple[int, int], list[int]] = collections.defaultdict(list)
    for t in np.flatnonzero(~choices.right):
        low, high = sorted((int(drawn[t]), int(chosen[t])))
        wrong[low, high].append(int(t))
    low, high = np.minimum(drawn[:, None], shown), np.maximum(drawn[:, None], shown)
    met = collections.Counter(zip(low.ravel().tolist(), high.ravel().tolist(), strict=True))
    confusions = [Confusion(pair, len(t), met[pair], tuple(t)) for pair, t in wrong.items()]
    return sorted(confusions, key=lambda c: (-c.wrong, -c.wrong / c.met, c.characters))[:most]


def by_alphabet(characters: CharacterSet, choices: Choices) -> dict[str, Accuracy]:
    """Accuracy by the query's alphabet, the hardest first."""
    return _grouped([characters.characters[c].alphabet for c in characters.character_of[choices.trials.query]], choices)


def by_drawer(characters: CharacterSet, choices: Choices) -> dict[tuple[str, int], Accuracy]:
    """Accuracy by (alphabet, drawer) of the query, the hardest first; drawer 3 of two alphabets may be two people."""
    query = choices.trials.query
    alphabets = [characters.characters[c].alphabet for c in characters.character_of[query]]
    return _grouped(list(zip(alphabets, characters.drawer_of[query].tolist(), strict=True)), choices)


def _grouped(keys: Sequence[Key], choices: Choices) -> dict[Key, Accuracy]:
    trials = collections.Counter(keys)
    right = collections.Counter(key for key, is_right in zip(keys, choices.right, strict=True) if is_right)
    accuracies = {key: Accuracy(right[key], count) for key, count in trials.items()}
    return dict(sorted(accuracies.items(), key=lambda item: (item[1].accuracy, -item[1].trials, item[0])))
