"""Near misses for training: a character, and others made from it by adding a mark or removing a part (ours).

These are the mistakes of a trained network: in 95 of 100 20-way trials the right character is among its first two
answers, often next to one with an additional dot, hook or bar. Alphabets have few such pairs; these batches have many.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from siamese.config import SIDE
from siamese.data.strokes import Lines

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
"""Marks, each a line (points, 2) in units of the character's longer side: bars, dot, loop, arch, bowl, hook."""
PLACES = tuple((x, y) for x in (-0.12, 0.2, 0.5, 0.8, 1.12) for y in (-0.12, 0.2, 0.5, 0.8, 1.12))
"""Positions of marks in the character's box of 1 x 1: inside, on its outline and outside."""

_CUT_SHARE = 0.35  # share of the near misses that lack a part
_CUT_HALF_SIDE = (0.2, 0.4)  # range of half the side of the square that is cut
_CUT_INK = (0.1, 0.45)  # range of the share of the ink that is removed: visible, but not most of the character
_EXTENT_PX = 80.0  # longer side of the drawing that is made
_MIN_SIDE_PX = 20.0  # longer side below which a character counts as a dot and is not enlarged to the full extent
_ANGLE_SPREAD, _SIZE_SPREAD = 0.12, 0.12  # standard deviations of a mark's angle in radians and of its log size
_MARK_SPREAD = 0.035  # standard deviation of a mark's position, in units of the longer side
_CUT_SPREAD, _CUT_SIZE_SPREAD = 0.03, 0.06  # standard deviations of a cut's position and of its log size


@dataclasses.dataclass(frozen=True)
class Mark:
    """A mark to add: its index into SHAPES and its position in the character's box of 1 x 1."""

    shape: int
    place: tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Cut:
    """A part to remove: the square with this centre and half side in the character's box of 1 x 1."""

    place: tuple[float, float]
    half: float


Edit = Mark | Cut | None


def choose_edits(lines: Lines, wanted: int, rng: np.random.Generator) -> list[Edit]:
    """`wanted` different edits of a character, given one of its drawings; the first is None, the character itself."""
    tried = [Cut(tuple(rng.uniform(0, 1, 2)), rng.uniform(*_CUT_HALF_SIDE)) for _ in range(2 * wanted)]
    useful = [cut for cut in tried if _CUT_INK[0] < _inside(lines.points, cut).mean() < _CUT_INK[1]]
    # Of cuts at about the same position only one, since they would leave the same.
    cuts = list({tuple(np.round(3 * np.array(cut.place))): cut for cut in useful}.values())[
        : round(_CUT_SHARE * wanted)
    ]
    marks = rng.choice(len(SHAPES) * len(PLACES), size=wanted - 1 - len(cuts), replace=False)
    return [None, *cuts, *(Mark(int(m) % len(SHAPES), PLACES[int(m) // len(SHAPES)]) for m in marks)]


def vary(lines: Lines, edit: Edit, rng: np.random.Generator) -> Lines:
    """The edited lines, to `render` with PEN_PX. Marks and cuts vary a little, as they do in handwriting."""
    points, joins = lines.points.astype(np.float64), lines.joins
    low, high = points.min(axis=0), points.max(axis=0)
    if isinstance(edit, Cut):
        place = np.array(edit.place) + rng.normal(0, _CUT_SPREAD, 2)
        stays = ~_inside(points, Cut(tuple(place), edit.half * np.exp(rng.normal(0, _CUT_SIZE_SPREAD))))
        left = joins[stays[joins].all(axis=1)]
        joins = left if len(left) else joins
    elif isinstance(edit, Mark):
        side = max(*(high - low), _MIN_SIDE_PX)
        size = np.exp(rng.normal(0, _SIZE_SPREAD, 2))
        shape = SHAPES[edit.shape] * size @ _rotation(rng.normal(0, _ANGLE_SPREAD)) * side
        middle = low + np.array(edit.place) * (high - low) + rng.normal(0, _MARK_SPREAD, 2) * side
        after = len(points) + np.arange(len(shape) - 1)
        points, joins = (
            np.concatenate([points, shape + middle]),
            np.concatenate([joins, np.column_stack([after, after + 1])]),
        )
    used = points[np.unique(joins)]
    low, high = used.min(axis=0), used.max(axis=0)
    scale = _EXTENT_PX / max(*(high - low), _MIN_SIDE_PX)
    return Lines((points - (low + high) / 2) * scale + (SIDE - 1) / 2, joins)


def _inside(points: np.ndarray, cut: Cut) -> np.ndarray:
    """Which points are removed: bool (n,)."""
    low, high = points.min(axis=0), points.max(axis=0)
    return np.abs((points - low) / np.maximum(high - low, 1.0) - cut.place).max(axis=1) < cut.half


def _rotation(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
