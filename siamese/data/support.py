"""Support sets: which characters and drawings of a CharacterSet queries are compared with."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from siamese.data.characters import CharacterSet


@dataclasses.dataclass(frozen=True)
class Support:
    """A support set of n ways and k shots, as indices into one CharacterSet.

    characters: (n,); rows: int (n, k), the drawings; drawers: (k,), who drew the shots.
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


def common_drawers(characters: CharacterSet, chosen: Sequence[int]) -> tuple[int, ...]:
    """Drawers who drew all of these characters, in ascending order."""
    return tuple(sorted(set.intersection(*(set(characters.drawers(c)) for c in chosen)))) if chosen else ()


def build(characters: CharacterSet, chosen: Sequence[int], drawer: int, shots: int) -> Support:
    """The support set of these characters: `shots` drawings each, by `drawer` and the drawers that follow.

    Raises ValueError if too few drawers drew all the characters.
    """
    drawers = common_drawers(characters, chosen)
    if not 1 <= shots <= len(drawers):
        raise ValueError(
            f"{shots} shots: choose from 1 to {len(drawers)}, the drawers who drew all {len(chosen)} characters."
        )
    start = drawers.index(drawer) if drawer in drawers else 0
    shown = tuple(drawers[(start + i) % len(drawers)] for i in range(shots))
    rows = np.array([[characters.row(c, d) for d in shown] for c in chosen])
    return Support(tuple(chosen), rows, shown)


def sample_query(characters: CharacterSet, support: Support, rng: np.random.Generator) -> tuple[int, int] | None:
    """(character, row) of a random drawing of one of the support set's characters, by a drawer who is not in the set.

    None if there is no such drawing.
    """
    for character in rng.permutation(support.characters):
        rows = characters.rows(int(character))
        others = rows[~np.isin(characters.drawer_of[rows], support.drawers)]
        if len(others):
            return int(character), int(rng.choice(others))
    return None
