"""Sheets: many drawings in one picture, so that a page of an alphabet loads one picture and not a hundred."""

from __future__ import annotations

import base64
import dataclasses
import html
import io
import math
import threading
from collections.abc import Sequence

import numpy as np
from cachetools import LRUCache, cached
from PIL import Image

from siamese.config import SIDE
from siamese.data.characters import CharacterSet

GAP_PX = 3
"""Paper round each drawing: pictures that a browser scales must not show a neighbour's ink."""
MAX_SHEETS = 400
"""Sheets kept for all visitors, some 15 kB each: all alphabets of both sources, and a few by other drawers."""


@dataclasses.dataclass(frozen=True)
class Sheet:
    """url: data URI of the picture; columns, rows: how the drawings lie on it, row by row."""

    url: str
    columns: int
    rows: int

    def rule(self, name: str) -> str:
        """CSS: cards of this name show a drawing of the sheet."""
        return (
            f".card.{name}{{background-image:url({self.url});background-size:{100 * self.columns}% {100 * self.rows}%}}"
        )

    def card(self, name: str, place: int, alt: str = "") -> str:
        """HTML of the drawing at a place, for a page with this rule; without `alt` where a text beside it says it."""
        row, column = divmod(place, self.columns)
        x, y = 100 * column / max(1, self.columns - 1), 100 * row / max(1, self.rows - 1)
        described = f'role="img" aria-label="{html.escape(alt)}"' if alt else 'aria-hidden="true"'
        return f'<span class="card {name}" style="background-position:{x:.3f}% {y:.3f}%" {described}></span>'

    def strip_rule(self, name: str) -> str:
        """CSS: cards of this name show a row of drawings of the sheet."""
        return (
            f".card.{name}{{background-image:url({self.url});background-size:100% {100 * self.rows}%;"
            f"aspect-ratio:{self.columns}}}"
        )

    def strip(self, name: str, row: int, alt: str) -> str:
        """HTML of a row of drawings, for a page with its rule."""
        y = 100 * row / max(1, self.rows - 1)
        style = f"background-position:0 {y:.3f}%"
        return f'<span class="card {name}" style="{style}" role="img" aria-label="{html.escape(alt)}"></span>'


def _key(characters: CharacterSet, rows: Sequence[int], columns: int = 0) -> tuple[str, int, bytes]:
    return characters.digest, columns, np.asarray(rows, np.int64).tobytes()


@cached(LRUCache(MAX_SHEETS), key=_key, condition=threading.Condition())
def sheet(characters: CharacterSet, rows: Sequence[int], columns: int = 0) -> Sheet:
    """The sheet of these rows of a character set, made once for all visitors. A row of -1 leaves its place empty.

    columns: drawings side by side; 0: about as many as one below the other.
    """
    columns = columns or math.ceil(math.sqrt(len(rows)))
    lines, cell = -(-len(rows) // columns), SIDE + 2 * GAP_PX
    paper = np.full((lines * cell, columns * cell), 255, np.uint8)
    for place, drawing in enumerate(characters.drawings(rows)):  # for -1 some drawing, which is not shown
        line, column = divmod(place, columns)
        top, left = line * cell + GAP_PX, column * cell + GAP_PX
        if rows[place] >= 0:
            paper[top : top + SIDE, left : left + SIDE] = np.where(drawing >= 0.5, 0, 255)
    content = io.BytesIO()
    Image.fromarray(paper).save(content, "WEBP", lossless=True, method=0)  # a PNG of this size takes 30 times as long
    return Sheet("data:image/webp;base64," + base64.b64encode(content.getvalue()).decode("ascii"), columns, lines)
