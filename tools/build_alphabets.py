"""Build assets/alphabets.npz, the built-in alphabets, from Noto fonts.

    python tools/build_alphabets.py     # about two minutes on one core

Needs Debian's fonts-noto-core and fonts-noto-cjk (SIL Open Font License 1.1). Drawer 1 is print; drawers 2 to 20 are
synthetic. The same fonts give the same file, byte for byte.
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
from tools.glyphs import drawer
from tools.glyphs.alike import distinct
from tools.glyphs.glyph import lay_out, trace_glyph
from tools.glyphs.sources import SOURCES, Source, available_points

DRAWERS = 20


def build_alphabet(source: Source) -> tuple[list[Character], np.ndarray]:
    """Characters of one alphabet without look-alikes, and their packed drawings by character, then drawer."""
    points = available_points(source)
    traced = [trace_glyph(source, point) for point in points]
    laid_out = lay_out(traced, source.fixed)
    characters, drawings = [], []
    for index in distinct(laid_out):
        point, print_strokes, meetings = points[index], laid_out[index], traced[index].meetings
        characters.append(Character(source.alphabet, f"U+{point:04X}", chr(point), unicodedata.name(chr(point))))
        copies = [drawer.copy(print_strokes, meetings, point, number) for number in range(PRINT + 1, DRAWERS + 1)]
        drawings.append(pack(np.stack([draw(strokes) for strokes in [print_strokes, *copies]])))
    return characters, np.concatenate(drawings)


def build(sources: Sequence[Source], progress: Callable[[str], None] = lambda text: None) -> CharacterSet:
    """The character set of these alphabets; `progress` gets a line per alphabet."""
    characters: list[Character] = []
    bits = []
    for number, source in enumerate(sources, start=1):
        own, drawings = build_alphabet(source)
        characters += own
        bits.append(drawings)
        progress(f"{number}/{len(sources)} {source.alphabet}: {len(own)} characters")
    return CharacterSet(
        builtin.NAME,
        tuple(Alphabet(source.alphabet, source.script) for source in sources),
        tuple(characters),
        np.concatenate(bits),
        np.repeat(np.arange(len(characters), dtype=np.int32), DRAWERS),
        np.tile(np.arange(PRINT, PRINT + DRAWERS, dtype=np.int32), len(characters)),
    )


def write(characters: CharacterSet, target: pathlib.Path) -> None:
    """Write a file for `CharacterSet.load`, compressed by LZMA, which is 40 % smaller than deflate.

    It has no time stamps, so equal sets give equal bytes.
    """
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
    """Build all alphabets and write the file."""
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
