"""Drawings on top of one another: two in colours, many in greys. Made once for all visitors."""

from __future__ import annotations

import base64
import functools
import io

import numpy as np
from PIL import Image

from siamese.data.characters import PACKED, CharacterSet, unpack

BOTH, FIRST, SECOND = (22, 24, 29), (0, 114, 178), (213, 94, 0)
"""RGB of ink in both drawings, and in one of them alone. The colour-blind tell them apart."""
MAX_KEPT = 4096
"""Pictures of each kind, 2 to 6 kB each."""


def two(characters: CharacterSet, first: int, second: int) -> str:
    """Data URI of two drawings, by their rows, in three colours."""
    return _two(characters.bits[[first, second]].tobytes())


def many(characters: CharacterSet, rows: np.ndarray) -> str:
    """Data URI of the mean of drawings: the darker, the more of them have ink there."""
    return _many(characters.bits[rows].tobytes())


@functools.lru_cache(maxsize=MAX_KEPT)
def _two(bits: bytes) -> str:
    one, other = _drawings(bits) >= 0.5
    shown = np.full((*one.shape, 3), 255, np.uint8)
    shown[one & ~other], shown[other & ~one], shown[one & other] = FIRST, SECOND, BOTH
    return _encoded(shown)


@functools.lru_cache(maxsize=MAX_KEPT)
def _many(bits: bytes) -> str:
    return _encoded((255 * (1 - _drawings(bits).mean(axis=0))).round().astype(np.uint8))


def _drawings(bits: bytes) -> np.ndarray:
    return unpack(np.frombuffer(bits, np.uint8).reshape(-1, PACKED))


def _encoded(pixels: np.ndarray) -> str:
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode("ascii")
