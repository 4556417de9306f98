"""A font's glyph -> its strokes, in px of a drawing."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from siamese.config import SIDE
from tools.glyphs.sources import FONTS, Source
from tools.glyphs.trace import Traced, trace

EM = 400  # px of the em square of a rendered glyph
MEDIAN_SIDE = 63.0
"""Px of the longest side of an alphabet's median character, between centre lines; 68 with the pen, as in Omniglot."""
KEEP_PROPORTION = 0.6  # 0: all characters of an alphabet have one size; 1: the sizes of the font
SMALLEST, LARGEST = 16.0, 84.0  # px of the longest side


def render(source: Source, point: int) -> np.ndarray:
    """Ink (height, width) bool of one code point, upright, with a margin of one em square on each side."""
    picture = Image.new("L", (3 * EM, 3 * EM))
    ImageDraw.Draw(picture).text((EM, 2 * EM), chr(point), fill=255, font=_font(source.font), anchor="ls")
    ink = np.asarray(picture) > 127
    return np.rot90(ink, -1) if source.quarter_turn else ink


@functools.lru_cache(maxsize=4)
def _font(name: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / name, EM, layout_engine=ImageFont.Layout.BASIC)


def trace_glyph(source: Source, point: int) -> Traced:
    """Strokes of one code point, in pixels of `render`. Raises ValueError for a glyph without ink."""
    ink = render(source, point)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        raise ValueError(f"{source.font} has no ink for U+{point:04X}.")
    corner = np.array([columns[0], rows[0]])
    traced = trace(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    return Traced(tuple(stroke + corner for stroke in traced.strokes), traced.meetings, traced.width)


def bounds(strokes: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Upper left and lower right corners of strokes."""
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


def lay_out(alphabet: Sequence[Traced], fixed: bool) -> list[list[np.ndarray]]:
    """The strokes of an alphabet's characters in px of a drawing, centred and of the size of Omniglot's drawings.

    With `fixed`, all characters keep their positions relative to each other, as Braille's dots must.
    """
    middle = (SIDE - 1) / 2
    corners = [bounds(traced.strokes) for traced in alphabet]
    if fixed:
        low, high = np.min([c[0] for c in corners], axis=0), np.max([c[1] for c in corners], axis=0)
        scale = MEDIAN_SIDE / (high - low).max()
        return [[(stroke - (low + high) / 2) * scale + middle for stroke in traced.strokes] for traced in alphabet]
    sides = np.array([(high - low).max() for low, high in corners])
    usual = float(np.median(sides))
    laid_out = []
    for traced, (low, high), side in zip(alphabet, corners, sides, strict=True):
        wanted = np.clip(MEDIAN_SIDE * (side / usual) ** KEEP_PROPORTION, SMALLEST, LARGEST)
        laid_out.append([(stroke - (low + high) / 2) * (wanted / max(side, 1.0)) + middle for stroke in traced.strokes])
    return laid_out
