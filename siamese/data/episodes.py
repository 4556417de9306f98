"""Random one-shot trials, as row numbers into a CharacterSet.

Every function that draws takes a generator. No character occurs twice in a trial, and a query is never in its own
support set. Trials hold rows, not pictures, so that a scorer can prepare every drawing once.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from siamese.data.characters import CharacterSet

VALIDATION_SEED = 20150710
"""Seed of the trials on which every run is validated, so that runs can be compared."""


@dataclasses.dataclass(frozen=True)
class Trials:
    """One-shot trials. query: int (trials,), support: int (trials, ways, shots), answer: int (trials,) in [0, ways)."""

    query: np.ndarray
    support: np.ndarray
    answer: np.ndarray

    def __len__(self) -> int:
        return len(self.query)


def sample_trials(
    characters: CharacterSet,
    rng: np.random.Generator,
    trials: int,
    ways: int = 20,
    shots: int = 1,
    across: bool = False,
) -> Trials:
    """Trials within one alphabet each, chosen evenly among those with enough characters, or across all of them.

    The support set is by `shots` drawers and the query by another, as in Lake's runs. Characters may have different
    drawers: those with too few are left out, and where one lacks a drawer of the support set, its next one stands in.
    Raises ValueError if no alphabet has `ways` characters with enough drawers.
    """
    if ways < 2 or shots < 1:
        raise ValueError(f"{ways}-way {shots}-shot: a trial needs at least 2 ways and 1 shot.")
    groups = [group for group in _groups(characters, shots, across) if len(group) >= ways]
    if not groups:
        raise ValueError(_too_few(characters, ways, shots))
    query, support, answer = (
        np.zeros(trials, int),
        np.zeros((trials, ways, shots), int),
        rng.integers(ways, size=trials),
    )
    for t in range(trials):
        shown = rng.choice(groups[rng.integers(len(groups))], size=ways, replace=False)
        query[t], support[t] = sample_rows(characters, shown, int(answer[t]), shots, rng)
    return Trials(query, support, answer)


def sample_rows(
    characters: CharacterSet, shown: np.ndarray, answer: int, shots: int, rng: np.random.Generator
) -> tuple[int, np.ndarray]:
    """Query and support set, int (ways, shots), of a trial with the characters `shown` (ways,); `answer` is a position.

    Raises ValueError if a character has too few drawings.
    """
    fewest = min(len(characters.rows(int(character))) for character in shown)
    if fewest <= shots:
        raise ValueError(
            f"{shots}-shot trials need more than {shots} drawers per character; {characters.name} has {fewest}."
        )
    rows = characters.rows(int(shown[answer]))
    drawers = rng.permutation(characters.drawer_of[rows])
    query = rows[np.flatnonzero(characters.drawer_of[rows] == drawers[0])[0]]
    others, mine = drawers[1 : shots + 1].tolist(), int(drawers[0])
    support = [characters.rows_by(int(character), others, mine) for character in shown]
    return int(query), np.array(support)


def _groups(characters: CharacterSet, shots: int, across: bool) -> list[np.ndarray]:
    """The characters that a trial is drawn from, by alphabet or all together: those with more than `shots` drawings."""
    members = (
        [range(len(characters.characters))] if across else [characters.members(a.name) for a in characters.alphabets]
    )
    return [np.array([c for c in own if len(characters.rows(c)) > shots], int) for own in members]


def _too_few(characters: CharacterSet, ways: int, shots: int) -> str:
    """Why there are no trials: too few characters, or too few drawings of them."""
    drawings = [len(characters.rows(c)) for c in range(len(characters.characters))]
    if drawings and max(drawings) <= shots:
        return (
            f"{shots}-shot trials need more than {shots} drawers per character; {characters.name} has {max(drawings)}."
        )
    enough = f" with more than {shots} drawings" if drawings and min(drawings) <= shots else ""
    return f"No alphabet of {characters.name} has {ways} characters{enough}: ask for fewer ways."
