"""What is drawn at random: training batches and one-shot trials, as row numbers into a CharacterSet.

Every draw takes a generator, never repeats a character within a trial or batch, and a query is never in its own support
set. Rows, not pictures, so that whoever scores a trial can look at every drawing once.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from siamese.config import TrainConfig
from siamese.data.characters import CharacterSet
from siamese.data.distort import distort, orient

ORIENTATIONS = 8


@dataclasses.dataclass(frozen=True)
class Trials:
    """One-shot trials, n-way k-shot. query: int (trials,), support: int (trials, n, k), answer: int (trials,) in [0, n)."""

    query: np.ndarray
    support: np.ndarray
    answer: np.ndarray

    def __len__(self) -> int:
        return len(self.query)


def sample_trials(characters: CharacterSet, rng: np.random.Generator, trials: int, ways: int = 20, shots: int = 1, across: bool = False) -> Trials:
    """Trials within one alphabet each (drawn evenly among those with enough characters), or across all of them.

    The support set is drawn by `shots` drawers and the query by another, as in Lake's runs. Raises ValueError when no
    alphabet has `ways` characters or a character has too few drawers.
    """
    if ways < 2 or shots < 1:
        raise ValueError(f"{ways}-way {shots}-shot: a trial needs at least 2 ways and 1 shot.")
    groups = [np.arange(len(characters.characters))] if across else [np.array(characters.members(a.name)) for a in characters.alphabets]
    groups = [group for group in groups if len(group) >= ways]
    if not groups:
        raise ValueError(f"No alphabet of {characters.name} has {ways} characters: ask for fewer ways.")
    query, support, answer = np.zeros(trials, int), np.zeros((trials, ways, shots), int), rng.integers(ways, size=trials)
    for t in range(trials):
        shown = rng.choice(groups[rng.integers(len(groups))], size=ways, replace=False)
        rows = characters.rows(shown[answer[t]])
        if len(rows) <= shots:
            raise ValueError(f"{shots}-shot trials need more than {shots} drawers a character; {characters.name} has {len(rows)}.")
        drawers = rng.permutation(characters.drawer_of[rows])
        query[t] = rows[np.flatnonzero(characters.drawer_of[rows] == drawers[0])[0]]
        for way, character in enumerate(shown):
            support[t, way] = [characters.row(int(character), int(drawer)) for drawer in drawers[1 : shots + 1]]
    return Trials(query, support, answer)


class BatchSampler:
    """Training batches of `characters` x `drawers` distorted drawings, a function of (seed, step) only: resuming is exact.

    A share of the batches takes its characters from one or two alphabets, where the look-alikes are. An alphabet that is
    turned or mirrored counts as another alphabet; a character appears in one orientation only, since an O turned is an O.
    """

    def __init__(self, characters: CharacterSet, config: TrainConfig):
        self.characters = characters
        self.config = config
        self._groups = [np.array(characters.members(a.name)) for a in characters.alphabets]
        if len(characters.characters) < config.characters:
            raise ValueError(f"{characters.name} has {len(characters.characters)} characters; a batch needs {config.characters}.")
        fewest = min(len(characters.rows(c)) for c in range(len(characters.characters)))
        if fewest < config.drawers:
            raise ValueError(f"A character of {characters.name} has {fewest} drawers; a batch needs {config.drawers}.")

    def batch(self, step: int) -> np.ndarray:
        """Drawings float32 (characters * drawers, 105, 105), the drawings of a character side by side."""
        config, rng = self.config, np.random.default_rng((self.config.seed, step))
        drawings = []
        for character, orientation in self._choose(rng):
            rows = rng.choice(self.characters.rows(character), size=config.drawers, replace=False)
            for drawing in orient(self.characters.drawings(rows), orientation):
                drawings.append(distort(drawing, config.distort, rng))
        return np.stack(drawings)

    def _choose(self, rng: np.random.Generator) -> list[tuple[int, int]]:
        """(character, orientation) of a batch."""
        wanted = self.config.characters
        if rng.random() >= self.config.same_alphabet:
            chosen = rng.choice(len(self.characters.characters), size=wanted, replace=False)
            return [(int(c), self._orientation(rng)) for c in chosen]
        picked: list[tuple[int, int]] = []
        limit = wanted if rng.random() < 0.5 else (wanted + 1) // 2
        for group in rng.permutation(len(self._groups)):
            members = rng.permutation(self._groups[group])[: min(limit, wanted - len(picked))]
            orientation = self._orientation(rng)
            picked += [(int(c), orientation) for c in members]
            if len(picked) == wanted:
                break
        return picked

    def _orientation(self, rng: np.random.Generator) -> int:
        return 0 if rng.random() < self.config.upright else int(rng.integers(1, ORIENTATIONS))
