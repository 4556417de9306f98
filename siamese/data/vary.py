"""Near misses for training: a character, and others that differ from it by a mark more or a part less (ours).

This is what a trained network gets wrong: in 95 of 100 trials of twenty the right character is among its first two
answers, often beside one with a dot, a hook or a bar more. Alphabets hold few such pairs; a batch of these is full of them.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from siamese.config import SIDE
from siamese.data.strokes import Lines, render

_ANGLES = np.linspace(0, np.pi, 4, endpoint=False)
_ARC = np.linspace(0, np.pi, 15)
_ROUND = np.linspace(0, 2 * np.pi, 25)
SHAPES: tuple[np.ndarray, ...] = (
    *(0.28 * np.outer([-0.5, 0.5], [np.cos(angle), np.sin(angle)]) for angle in _ANGLES),
    0.03 * np.column_stack([np.cos(_ROUND), np.sin(_ROUND)]),
    0.12 * np.column_stack([np.cos(_ROUND), np.sin(_ROUND)]),
    0.16 * np.column_stack([np.cos(_ARC), -np.sin(_ARC)]),
    0.16 * np.column_stack([np.cos(_ARC), np.sin(_ARC)]),
    np.array([[-0.125, 0], [0.125, 0], [0.125, 0.12]]),
)
"""Marks, each a line (points, 2) in units of the character's longer side: bars, a dot, a loop, an arch, a bowl, a hook."""
PLACES = tuple((x, y) for x in (-0.12, 0.2, 0.5, 0.8, 1.12) for y in (-0.12, 0.2, 0.5, 0.8, 1.12))
"""Where marks stand, in the character's box of 1 x 1: inside, on its outline and beside it."""

_CUTS = 0.35  # share of the near misses that lack a part
_CUT_HALF = (0.2, 0.4)  # half the side of the square that is cut
_CUT_INK = (0.1, 0.45)  # share of the ink that goes: less would not be seen, more would leave too little
_EXTENT, _SMALLEST = 80.0, 20.0  # px: longer side of what is drawn, and of what counts as more than a dot
_PEN = 3.0  # px, Omniglot's own


@dataclasses.dataclass(frozen=True)
class Mark:
    """A mark more: index into SHAPES, and where, in the character's box of 1 x 1."""

    shape: int
    place: tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Cut:
    """A part less: what lies in a square, given by centre and half its side in the character's box of 1 x 1."""

    place: tuple[float, float]
    half: float


Edit = Mark | Cut | None


def choose_edits(lines: Lines, wanted: int, rng: np.random.Generator) -> list[Edit]:
    """As many different edits of a character, one of whose drawings is given; the first is None, the character itself."""
    tried = [Cut(tuple(rng.uniform(0, 1, 2)), rng.uniform(*_CUT_HALF)) for _ in range(2 * wanted)]
    useful = [cut for cut in tried if _CUT_INK[0] < _inside(lines.points, cut).mean() < _CUT_INK[1]]
    # Of cuts at about the same place only one, since they would leave the same.
    cuts = list({tuple(np.round(3 * np.array(cut.place))): cut for cut in useful}.values())[: round(_CUTS * wanted)]
    marks = rng.choice(len(SHAPES) * len(PLACES), size=wanted - 1 - len(cuts), replace=False)
    return [None, *cuts, *(Mark(int(m) % len(SHAPES), PLACES[int(m) // len(SHAPES)]) for m in marks)]


def vary(lines: Lines, edit: Edit, rng: np.random.Generator) -> np.ndarray:
    """A drawing (105, 105) of the edited lines; a hand never puts a mark twice in the same way, nor stops at the same point."""
    points, joins = lines.points.astype(np.float64), lines.joins
    low, high = points.min(axis=0), points.max(axis=0)
    if isinstance(edit, Cut):
        place = np.array(edit.place) + rng.normal(0, 0.03, 2)
        stays = ~_inside(points, Cut(tuple(place), edit.half * np.exp(rng.normal(0, 0.06))))
        left = joins[stays[joins].all(axis=1)]
        joins = left if len(left) else joins
    elif isinstance(edit, Mark):
        side = max(*(high - low), _SMALLEST)
        shape = SHAPES[edit.shape] * np.exp(rng.normal(0, 0.12, 2)) @ _rotation(rng.normal(0, 0.12)) * side
        middle = low + np.array(edit.place) * (high - low) + rng.normal(0, 0.035, 2) * side
        after = len(points) + np.arange(len(shape) - 1)
        points, joins = (
            np.concatenate([points, shape + middle]),
            np.concatenate([joins, np.column_stack([after, after + 1])]),
        )
    used = points[np.unique(joins)]
    low, high = used.min(axis=0), used.max(axis=0)
    scale = _EXTENT / max(*(high - low), _SMALLEST)
    return render(Lines((points - (low + high) / 2) * scale + (SIDE - 1) / 2, joins), _PEN)


def _inside(points: np.ndarray, cut: Cut) -> np.ndarray:
    """Which points are cut: bool (n,)."""
    low, high = points.min(axis=0), points.max(axis=0)
    return np.abs((points - low) / np.maximum(high - low, 1.0) - cut.place).max(axis=1) < cut.half


def _rotation(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
