"""A trial as one picture, as in the articles: the query on the left, the support set as a grid on the right."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from siamese.config import SIDE

GAP = 6
"""Paper between drawings, px."""
COLUMNS = 5


def picture(query: np.ndarray, support: np.ndarray) -> bytes:
    """PNG of a query (105, 105) beside a support set (n, 105, 105), hairlines around each."""
    cell = SIDE + GAP
    rows, columns = -(-len(support) // COLUMNS), min(COLUMNS, len(support))
    paper = np.zeros((rows * cell + GAP, (columns + 1) * cell + 3 * GAP), np.float32)
    _lay(paper, query, (rows * cell + GAP - SIDE) // 2, GAP)
    for place, drawing in enumerate(support):
        _lay(paper, drawing, GAP + place // COLUMNS * cell, 3 * GAP + (1 + place % COLUMNS) * cell)
    file = io.BytesIO()
    Image.fromarray(np.rint(255 * (1 - paper)).astype(np.uint8)).save(file, "PNG", optimize=True)
    return file.getvalue()


def _lay(paper: np.ndarray, drawing: np.ndarray, top: int, left: int) -> None:
    paper[top - 1 : top + SIDE + 1, left - 1 : left + SIDE + 1] = 0.2
    paper[top : top + SIDE, left : left + SIDE] = drawing
