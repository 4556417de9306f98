"""Build assets/alphabets.npz, the built-in alphabets, from Noto fonts: `python tools/build_alphabets.py` (about two minutes of one core).

Needs Debian's fonts-noto-core and fonts-noto-cjk (SIL Open Font Licence 1.1). Drawer 1 is the clean print; drawers 2 to
20 are synthetic hands. The same fonts give the same file to the byte.
"""

from __future__ import annotations

import argparse
import io
import os
import pathlib
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Sequence

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))  # runs as a file, without being installed

from siamese.data import builtin
from siamese.data.builtin import PRINT
from siamese.data.characters import Alphabet, Character, CharacterSet, pack
from siamese.data.pen import draw
from tools.glyphs import hand
from tools.glyphs.alike import distinct
from tools.glyphs.glyph import lay_out, trace_glyph
from tools.glyphs.sources import SOURCES, Source, available_points

DRAWERS = 20


def build_alphabet(source: Source) -> tuple[list[Character], np.ndarray]:
    """Characters of one alphabet and their drawings, packed, those of a character side by side by drawer; look-alikes are left out."""
    points = available_points(source)
    traced = [trace_glyph(source, point) for point in points]
    laid_out = lay_out(traced, source.fixed)
    characters, drawings = [], []
    for index in distinct(laid_out):
        point, print_strokes, meetings = points[index], laid_out[index], traced[index].meetings
        characters.append(Character(source.alphabet, f"U+{point:04X}", chr(point), unicodedata.name(chr(point))))
        copies = [hand.copy(print_strokes, meetings, point, drawer) for drawer in range(PRINT + 1, DRAWERS + 1)]
        drawings.append(pack(np.stack([draw(strokes) for strokes in [print_strokes, *copies]])))
    return characters, np.concatenate(drawings)


def build(sources: Sequence[Source], progress: Callable[[str], None] = lambda text: None) -> CharacterSet:
    """The character set of these alphabets."""
    characters: list[Character] = []
    bits = []
    for number, source in enumerate(sources, start=1):
        found, drawn = build_alphabet(source)
        characters += found
        bits.append(drawn)
        progress(f"{number}/{len(sources)} {source.alphabet}: {len(found)} characters")
    return CharacterSet(
        builtin.NAME,
        tuple(Alphabet(source.alphabet, source.script) for source in sources),
        tuple(characters),
        np.concatenate(bits),
        np.repeat(np.arange(len(characters), dtype=np.int32), DRAWERS),
        np.tile(np.arange(PRINT, PRINT + DRAWERS, dtype=np.int32), len(characters)),
    )


def write(characters: CharacterSet, target: pathlib.Path) -> None:
    """Write what `CharacterSet.load` reads, packed by LZMA, which takes 40 % less than deflate; no time stamps, so equal sets give equal bytes."""
    plain = io.BytesIO()
    characters.save(plain)
    draft = target.with_suffix(".incomplete")
    try:
        with zipfile.ZipFile(plain) as source, zipfile.ZipFile(draft, "w") as packed:
            for name in source.namelist():
                entry = zipfile.ZipInfo(name)  # dated 1980
                entry.compress_type = zipfile.ZIP_LZMA
                packed.writestr(entry, source.read(name))
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def main() -> None:
    """Build all and write the file."""
    parser = argparse.ArgumentParser(description="Build the built-in alphabets from Noto fonts.")
    parser.add_argument("--out", type=pathlib.Path, default=builtin.file(), help="file to write (default: %(default)s)")
    target = parser.parse_args().out
    try:
        characters = build(SOURCES, lambda text: print(text, flush=True))
    except OSError as error:
        sys.exit(f"A font is missing ({error}): install Debian's fonts-noto-core and fonts-noto-cjk.")
    write(characters, target)
    scripts = len({alphabet.script for alphabet in characters.alphabets})
    print(f"{scripts} scripts, {len(characters.alphabets)} alphabets, {len(characters.characters)} characters")
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
