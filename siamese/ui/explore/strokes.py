"""Strokes in their order: of drawings in own sets that were kept with them, as an SVG that draws itself."""

from __future__ import annotations

import functools
import html
from collections.abc import Hashable

import numpy as np

from siamese.config import SIDE
from siamese.data import ink, own, pen
from siamese.data.own.file_format import OwnSet, Points
from siamese.ui import datasets

MAX_KEPT = 16
"""Own sets whose strokes are kept in memory."""
PX_PER_SECOND, SHORTEST_SECONDS, PAUSE_SECONDS = 120.0, 0.3, 0.25
"""Of the pen: a character of five strokes takes some four seconds."""


def strokes_of(source: str, alphabet: str, character: str, drawer: int) -> tuple[Points, ...]:
    """The strokes of a drawing, in px of the drawing; none where it was kept as a picture, or is in no own set."""
    if not own.is_key(source):
        return ()
    for each in _load(source, datasets.version(source)).alphabets:
        for named in each.characters if each.name == alphabet else ():
            for drawing in named.drawings if named.name == character else ():
                if drawing.drawer == drawer:
                    return drawing.strokes
    return ()


def svg(strokes: tuple[Points, ...], alt: str, played: int) -> str:
    """The strokes one after the other, each with its number where it begins.

    played: another number plays them again. Where people want less motion, all strokes are there from the start.
    """
    parts, numbers, begins = [], [], PAUSE_SECONDS
    for number, stroke in enumerate(ink.fit([np.array(points) for points in strokes]), start=1):
        length = float(np.hypot(*np.diff(stroke, axis=0).T).sum())
        seconds = max(SHORTEST_SECONDS, length / PX_PER_SECOND)
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (stroke if len(stroke) > 1 else [*stroke, *stroke]))
        parts.append(
            f'<polyline points="{points}" pathLength="1" style="--begin:{begins:.2f}s;--time:{seconds:.2f}s"/>'
        )
        x, y = stroke[0]
        numbers.append(f'<text x="{x:.1f}" y="{y:.1f}">{number}</text>')
        begins += seconds + PAUSE_SECONDS
    return (
        f'<svg class="strokes" viewBox="0 0 {SIDE} {SIDE}" role="img" aria-label="{html.escape(alt)}" '
        f'data-played="{played}" stroke-width="{pen.WIDTH}">{"".join(parts)}{"".join(numbers)}</svg>'
    )


@functools.lru_cache(maxsize=MAX_KEPT)
def _load(source: str, version: Hashable) -> OwnSet:
    return own.load(source)
