"""A trial as one picture: the query on the left, the support set as a grid on the right."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from siamese.config import SIDE

GAP_PX = 6
"""Paper between drawings."""
COLUMNS = 5
"""Drawings in a row of the grid."""
HAIRLINE = 0.2
"""Ink, from 0 to 1, of the borders of drawings."""


def picture(query: np.ndarray, support: np.ndarray) -> bytes:
    """PNG of a query (105, 105) and a support set (n, 105, 105), each drawing with a hairline border."""
    cell = SIDE + GAP_PX
    rows, columns = -(-len(support) // COLUMNS), min(COLUMNS, len(support))
    paper = np.zeros((rows * cell + GAP_PX, (columns + 1) * cell + 3 * GAP_PX), np.float32)
    _place(paper, query, (rows * cell + GAP_PX - SIDE) // 2, GAP_PX)
    for number, drawing in enumerate(support):
        _place(paper, drawing, GAP_PX + number // COLUMNS * cell, 3 * GAP_PX + (1 + number % COLUMNS) * cell)
    file = io.BytesIO()
    Image.fromarray(np.rint(255 * (1 - paper)).astype(np.uint8)).save(file, "PNG", optimize=True)
    return file.getvalue()


def _place(paper: np.ndarray, drawing: np.ndarray, top: int, left: int) -> None:
    paper[top - 1 : top + SIDE + 1, left - 1 : left + SIDE + 1] = HAIRLINE
    paper[top : top + SIDE, left : left + SIDE] = drawing
