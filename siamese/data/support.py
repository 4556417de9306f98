"""Support sets: which characters and drawings of a CharacterSet queries are compared with."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from siamese.data.characters import CharacterSet


@dataclasses.dataclass(frozen=True)
class Support:
    """A support set of n ways and k shots, as indices into one CharacterSet.

    characters: (n,); rows: int (n, k), the drawings; drawers: (k,), who drew the shots, or () where characters are
    drawn by different people.
    """

    characters: tuple[int, ...]
    rows: np.ndarray
    drawers: tuple[int, ...]


def choose_characters(members: Sequence[int], n: int, which: str, seed: int, picked: Sequence[int]) -> tuple[int, ...]:
    """Characters of an alphabet, by `which`: its "first" n, n "shuffled" with a seed, or those "picked" by position.

    Positions outside the alphabet are ignored, so "picked" may give fewer than two.
    """
    if which == "picked":
        return tuple(members[position] for position in picked if position < len(members))
    if which == "shuffled":
        return tuple(int(c) for c in np.random.default_rng(seed).permutation(np.array(members))[:n])
    return tuple(members[:n])


def possible_drawers(characters: CharacterSet, chosen: Sequence[int]) -> tuple[int, ...]:
    """Drawers who drew all of these characters, in ascending order; where there is none, those who drew any."""
    drew = [set(characters.drawers(c)) for c in chosen]
    return tuple(sorted(set.intersection(*drew) or set.union(*drew))) if drew else ()


def most_shots(characters: CharacterSet, chosen: Sequence[int]) -> int:
    """The largest number of shots: that of the drawings of the character that has the fewest."""
    return min((len(characters.rows(c)) for c in chosen), default=0)


def build(characters: CharacterSet, chosen: Sequence[int], drawer: int, shots: int) -> Support:
    """The support set of these characters: `shots` drawings each, by `drawer` and the drawers that follow.

    Drawers who drew all of the characters come first. Where a character has no drawing by one of these drawers, its
    next one stands in. Raises ValueError if a character has too few drawings.
    """
    most = most_shots(characters, chosen)
    if not 1 <= shots <= most:
        raise ValueError(
            f"{shots} shots: choose from 1 to {most}, the drawings that each of the {len(chosen)} characters has."
        )
    preferred = possible_drawers(characters, chosen)
    start = preferred.index(drawer) if drawer in preferred else 0
    wanted = [preferred[(start + i) % len(preferred)] if i < len(preferred) else 0 for i in range(shots)]
    rows = np.array([characters.rows_by(c, wanted) for c in chosen])
    drawers = characters.drawer_of[rows]
    same = (drawers == drawers[0]).all()
    return Support(tuple(chosen), rows, tuple(map(int, drawers[0])) if same else ())


def sample_query(characters: CharacterSet, support: Support, rng: np.random.Generator) -> tuple[int, int] | None:
    """(character, row) of a random drawing of one of the support set's characters, by a drawer who did not draw its
    examples.

    None if there is no such drawing.
    """
    examples = dict(zip(support.characters, support.rows, strict=True))
    for character in rng.permutation(support.characters):
        rows = characters.rows(int(character))
        others = rows[~np.isin(characters.drawer_of[rows], characters.drawer_of[examples[int(character)]])]
        if len(others):
            return int(character), int(rng.choice(others))
    return None
