"""Synthetic drawers: each copies a character's strokes one by one, in its own style.

A drawer has one style (slant, proportions, size, precision) for all characters. Within a character, each stroke is bent
and stretched piece by piece, turned and moved. Then strokes that meet are joined again, as exactly as by a person in a
hurry.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import ndimage

from siamese.config import SIDE
from tools.glyphs.graph import at_length, length

SEED = 20
POINT_SPACING = 2.0  # px between the points of a stroke
DOT_LENGTH = 1.5  # px, standard deviation: a dot drawn by hand is a tiny stroke
BEND_SPACING = 16.0  # px between the points at which the bend and the stretch of a stroke change


@dataclasses.dataclass(frozen=True)
class Style:
    """How one drawer draws. Angles are in radians, lengths in px."""

    slant: float
    turn: float
    size: float  # factor
    tall: float  # factor on height, its inverse on width
    bend: float  # standard deviation of the angle by which pieces of a stroke deviate
    stretch: float  # standard deviation of the log factor on the length of pieces
    place: float  # standard deviation of a stroke's own shift
    gap: float  # standard deviation of the distance between strokes that should meet
    rounding: float  # how far corners are rounded
    middle: tuple[float, float]


def style_of(drawer: int) -> Style:
    """The style of a drawer, the same in every call."""
    rng = np.random.default_rng((SEED, drawer))
    return Style(
        slant=rng.normal(0, 0.09),
        turn=rng.normal(0, 0.03),
        size=float(np.exp(rng.normal(0, 0.11))),
        tall=float(np.exp(rng.normal(0, 0.06))),
        bend=rng.uniform(0.08, 0.18),
        stretch=rng.uniform(0.08, 0.19),
        place=rng.uniform(0.5, 2.0),
        gap=rng.uniform(0.4, 1.6),
        rounding=rng.uniform(0.3, 1.6),
        middle=(rng.normal(-1, 3), rng.normal(-1, 3)),
    )


def copy(
    strokes: list[np.ndarray], meetings: tuple[tuple[tuple[int, int], ...], ...], point: int, drawer: int
) -> list[np.ndarray]:
    """Strokes (points, 2), in px of a drawing, as `drawer` copies them from print.

    meetings: as in `trace.Traced`. Equal `point` (the code point) and `drawer` give equal strokes.
    """
    style, rng = style_of(drawer), np.random.default_rng((SEED, drawer, point))
    joints = _joints(strokes, meetings)
    even = [
        at_length(s, np.linspace(0, length(s), max(3, round(length(s) / POINT_SPACING) + 1)))
        if len(s) > 1
        else s.copy()
        for s in strokes
    ]
    warped = _warp(even, rng)
    drawn = [_bend(stroke, style, rng) for stroke in warped]
    drawn = _meet(drawn, joints, style.gap, rng)
    return _place(drawn, style, rng)


def _joints(
    strokes: list[np.ndarray], meetings: tuple[tuple[tuple[int, int], ...], ...]
) -> list[list[tuple[int, float]]]:
    """Meetings with shares of a stroke's points instead of point numbers; first the stroke that the others move to."""
    joints = []
    for group in meetings:
        shares = [(s, i / max(len(strokes[s]) - 1, 1)) for s, i in group]
        joints.append(sorted(shares, key=lambda joint: (joint[1] in (0.0, 1.0), -length(strokes[joint[0]]))))
    return joints


def _warp(strokes: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """Change the proportions: the paper is stretched smoothly, more in some places than in others."""
    field = rng.normal(0, 2.6, (2, 4, 4))
    moved = []
    for stroke in strokes:
        where = np.clip(stroke[:, ::-1].T / (SIDE - 1), 0, 1) * 3
        shift = [ndimage.map_coordinates(f, where, order=1, mode="nearest") for f in field]
        moved.append(stroke + np.stack(shift, axis=-1))
    return moved


def _bend(stroke: np.ndarray, style: Style, rng: np.random.Generator) -> np.ndarray:
    """One stroke, turned and stretched piece by piece, then moved."""
    shift = rng.normal(0, style.place, 2)
    if len(stroke) == 1:
        return stroke + shift + [[0.0, 0.0], rng.normal(0, DOT_LENGTH, 2)]
    total = length(stroke)
    knots = max(2, round(total / BEND_SPACING) + 1)
    place = np.linspace(0, knots - 1, len(stroke) - 1)
    angle = np.interp(place, np.arange(knots), rng.normal(0, style.bend, knots)) + rng.normal(0, 0.04)
    factor = np.exp(np.interp(place, np.arange(knots), rng.normal(0, style.stretch, knots)))
    steps = np.diff(stroke, axis=0) * factor[:, None]
    turned = np.stack(
        [
            steps[:, 0] * np.cos(angle) - steps[:, 1] * np.sin(angle),
            steps[:, 0] * np.sin(angle) + steps[:, 1] * np.cos(angle),
        ],
        axis=-1,
    )
    bent = np.concatenate([[[0.0, 0.0]], np.cumsum(turned, axis=0)])
    if np.allclose(stroke[0], stroke[-1]):  # close a ring again, nearly
        bent -= np.linspace(0, 1, len(bent))[:, None] * (bent[-1] - rng.normal(0, style.gap, 2))
    if len(bent) >= 5:
        bent[1:-1] = ndimage.gaussian_filter1d(bent, style.rounding, axis=0, mode="nearest")[1:-1]
    return bent - bent.mean(axis=0) + stroke.mean(axis=0) + shift


def _meet(
    strokes: list[np.ndarray], joints: list[list[tuple[int, float]]], gap: float, rng: np.random.Generator
) -> list[np.ndarray]:
    """Join strokes that meet again: a stroke moves most at the meeting, and less the further away."""
    misses = [[rng.normal(0, gap, 2) for _ in group] for group in joints]
    for _ in range(3):
        for group, miss in zip(joints, misses, strict=True):
            anchor, share = group[0]
            target = strokes[anchor][round(share * (len(strokes[anchor]) - 1))].copy()
            for (stroke, share), offset in zip(group[1:], miss[1:], strict=True):
                points = strokes[stroke]
                at = round(share * (len(points) - 1))
                near = (
                    1 - np.abs(np.linspace(0, 1, len(points)) - share) / max(share, 1 - share)
                    if len(points) > 1
                    else np.ones(1)
                )
                strokes[stroke] = points + near[:, None] * (target + offset - points[at])
    return strokes


def _place(strokes: list[np.ndarray], style: Style, rng: np.random.Generator) -> list[np.ndarray]:
    """Apply the drawer's slant, proportions and size, and a position near the middle; all stays on the paper."""
    turn = style.turn + rng.normal(0, 0.03)
    size = style.size * np.exp(rng.normal(0, 0.06))
    shear = np.array([[1.0, -style.slant - rng.normal(0, 0.03)], [0.0, 1.0]])
    rotate = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = rotate @ np.diag([size / style.tall, size * style.tall]) @ shear
    middle = (SIDE - 1) / 2
    placed = [(stroke - middle) @ matrix.T for stroke in strokes]
    low, high = np.concatenate(placed).min(axis=0), np.concatenate(placed).max(axis=0)
    shrink = min(1.0, 98.0 / max(float((high - low).max()), 1.0))
    shift = middle + np.array(style.middle) + rng.normal(0, 3.5, 2)
    shift = np.clip(shift, 3 - low * shrink, SIDE - 4 - high * shrink)
    return [stroke * shrink + shift for stroke in placed]
