"""Where a scorer fails: which characters it confuses, which alphabets and drawers are hard. From answered trials, whoever answered."""

from __future__ import annotations

import collections
import dataclasses

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.evaluation.trials import Accuracy, Choices


@dataclasses.dataclass(frozen=True)
class Confusion:
    """Two characters taken for each other: in `wrong` of the `met` trials in which one was drawn and the other stood by.

    trials: the wrong ones, indices into the choices.
    """

    characters: tuple[int, int]
    wrong: int
    met: int
    trials: tuple[int, ...]


def confused(characters: CharacterSet, choices: Choices, most: int) -> list[Confusion]:
    """The pairs of characters confused most often, by count, then by share of the trials in which they met."""
    trials = choices.trials
    drawn, shown = characters.character_of[trials.query], characters.character_of[trials.support[:, :, 0]]
    taken = shown[np.arange(len(trials)), choices.chosen]
    wrong: dict[tuple[int, int], list[int]] = collections.defaultdict(list)
    for t in np.flatnonzero(~choices.right):
        wrong[_pair(drawn[t], taken[t])].append(int(t))
    low, high = np.minimum(drawn[:, None], shown), np.maximum(drawn[:, None], shown)
    met = collections.Counter((low.astype(np.int64) * len(characters.characters) + high).ravel().tolist())
    found = [
        Confusion(pair, len(t), met[pair[0] * len(characters.characters) + pair[1]], tuple(t))
        for pair, t in wrong.items()
    ]
    return sorted(found, key=lambda c: (-c.wrong, -c.wrong / c.met, c.characters))[:most]


def by_alphabet(characters: CharacterSet, choices: Choices) -> dict[str, Accuracy]:
    """Accuracy by the query's alphabet, the hardest first."""
    return _by([characters.characters[c].alphabet for c in characters.character_of[choices.trials.query]], choices)


def by_drawer(characters: CharacterSet, choices: Choices) -> dict[tuple[str, int], Accuracy]:
    """Accuracy by (alphabet, drawer) of the query, the hardest first: Omniglot numbers the drawers of each alphabet anew."""
    query = choices.trials.query
    alphabets = [characters.characters[c].alphabet for c in characters.character_of[query]]
    return _by(list(zip(alphabets, characters.drawer_of[query].tolist(), strict=True)), choices)


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(int(one), int(other)), max(int(one), int(other))


def _by(keys: list, choices: Choices) -> dict:
    trials, right = (
        collections.Counter(keys),
        collections.Counter(key for key, r in zip(keys, choices.right, strict=True) if r),
    )
    found = {key: Accuracy(right[key], count) for key, count in trials.items()}
    return dict(sorted(found.items(), key=lambda item: (item[1].accuracy, -item[1].trials, item[0])))
