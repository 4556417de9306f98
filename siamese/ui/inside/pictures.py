"""Numbers as pictures: feature maps in grey, weights in two colours, grids of both, a frame on a picture."""

from __future__ import annotations

import base64
import html
import io
import math

import numpy as np
from PIL import Image

POSITIVE, NEGATIVE = (0, 114, 178), (213, 94, 0)
"""RGB of the largest positive and negative number; zero is white. The colour-blind tell them apart."""
INK = (22, 24, 29)
GAP_PX = 1


def url(values: np.ndarray, largest: float = 0.0) -> str:
    """Numbers (h, w) as a picture, a pixel each, as a data URI: in grey where none is negative, else in two colours.

    largest: the number that gets the full colour; 0: the largest of these.
    """
    return _encoded(_coloured(values, largest, bool((values < 0).any())))


def square(values: np.ndarray) -> np.ndarray:
    """Numbers (n,) row by row in the smallest square that holds them; what is left of it is 0."""
    side = math.ceil(math.sqrt(len(values)))
    return np.pad(values, (0, side * side - len(values))).reshape(side, side)


def grid_url(maps: np.ndarray, columns: int, signed: bool = False) -> str:
    """Pictures (h, w, n) side by side in this many columns, with lines between them, on one scale, as a data URI."""
    height, width, count = maps.shape
    rows = -(-count // columns)
    shown = _coloured(maps.transpose(2, 0, 1), 0.0, signed)
    sheet = np.full((rows * (height + GAP_PX) - GAP_PX, columns * (width + GAP_PX) - GAP_PX, 3), 225, np.uint8)
    for number, picture in enumerate(shown):
        top, left = number // columns * (height + GAP_PX), number % columns * (width + GAP_PX)
        sheet[top : top + height, left : left + width] = picture
    return _encoded(sheet)


def card(picture: str, alt: str, caption: str, frame: tuple[float, float, float, float] | None = None) -> str:
    """HTML of a picture as a card with its caption. frame: top, left, bottom, right of a mark, as shares."""
    mark = ""
    if frame is not None:
        top, left, bottom, right = (f"{100 * share:.2f}%" for share in frame)
        place = f"top:{top};left:{left};height:calc({bottom} - {top});width:calc({right} - {left})"
        mark = f'<i class="frame" style="{place}"></i>'
    return (
        f'<figure><span class="card pixelated" style="background-image:url({picture})" role="img" '
        f'aria-label="{html.escape(alt)}">{mark}</span><figcaption>{caption}</figcaption></figure>'
    )


def _coloured(values: np.ndarray, largest: float, signed: bool) -> np.ndarray:
    """Colours uint8 (..., 3) of numbers (...)."""
    values = np.asarray(values, np.float32)
    shares = np.clip(values / (largest or float(np.abs(values).max(initial=0)) or 1.0), -1, 1)[..., None]
    towards = np.where(shares >= 0, POSITIVE, NEGATIVE) if signed else np.array(INK)
    return (255 + np.abs(shares) * (towards - 255.0)).round().astype(np.uint8)


def _encoded(picture: np.ndarray) -> str:
    content = io.BytesIO()
    Image.fromarray(picture).save(content, "PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode("ascii")
