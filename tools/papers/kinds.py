"""All kinds of made pictures, by name; the order decides which random numbers each of them gets."""

from __future__ import annotations

from tools.papers import formats, printed, sheets, surroundings
from tools.papers.making import Make

KINDS: dict[str, Make] = sheets.KINDS | printed.KINDS | surroundings.KINDS | formats.KINDS
