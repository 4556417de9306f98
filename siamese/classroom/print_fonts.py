"""Fonts for names in any script on a worksheet: those that come with matplotlib, else those of the system.

The standard fonts of PDF have the letters of Western Europe only. DejaVu Sans, which matplotlib installs, has Latin,
Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic. For other scripts the system may have a font.
"""

from __future__ import annotations

import functools
import logging
import pathlib

from fontTools.ttLib import TTFont, TTLibError

BASE = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
"""File names by style, in matplotlib's folder."""

_log = logging.getLogger(__name__)


def base_font(style: str) -> pathlib.Path:
    """The font of most scripts, for one of the styles of `BASE`."""
    import matplotlib  # takes a while to import, and most names do without it

    return pathlib.Path(matplotlib.get_data_path(), "fonts", "ttf", BASE[style])


def standard(text: str) -> bool:
    """Whether the standard fonts of PDF have all letters of a text."""
    return text.isprintable() and all(ord(letter) < 256 for letter in text)


def printable(text: str) -> bool:
    """Whether a text can be printed here."""
    return standard(text) or (text.isprintable() and (not _beyond_base(text) or further_font(text) is not None))


def further_font(text: str) -> pathlib.Path | None:
    """A font of the system with all letters of a text that the base font lacks; None where there is none."""
    return _covering(frozenset(_beyond_base(text)))


def _beyond_base(text: str) -> set[int]:
    return {ord(letter) for letter in text} - _letters(base_font(""))


@functools.lru_cache(maxsize=64)
def _covering(letters: frozenset[int]) -> pathlib.Path | None:
    return next((font for font in _system_fonts() if letters <= _letters(font)), None) if letters else None


@functools.lru_cache(maxsize=1)
def _system_fonts() -> tuple[pathlib.Path, ...]:
    """Plain upright fonts first."""
    from matplotlib.font_manager import findSystemFonts

    files = [pathlib.Path(file) for file in findSystemFonts()]
    return tuple(sorted(files, key=lambda file: ("Sans" not in file.stem, "Regular" not in file.stem, file.name)))


@functools.lru_cache(maxsize=1024)
def _letters(font: pathlib.Path) -> frozenset[int]:
    """The code points of a font file; of a collection, those of its first font. Empty where it cannot be read."""
    try:
        with TTFont(font, fontNumber=0, lazy=True) as opened:
            return frozenset(opened.getBestCmap() or ())
    except (TTLibError, OSError, ValueError, AssertionError) as error:
        _log.info("The font %s cannot be read: %s", font, error)
        return frozenset()
