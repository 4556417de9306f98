"""A large PNG, decoded in strips: its data is cut into PNGs of some rows each, which Pillow decodes one by one.

The rows of a PNG are stored as differences from the row above, so that each part begins with the last row of the one
before. Of samples of 16 bits only the upper byte is kept: differences are taken byte by byte.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from siamese.data.decoding.colours import DecodingError, joined, pillow_errors, strip_rows

STRIPS_FROM_PIXELS = 12_000_000
"""A PNG of this size is decoded strip by strip if its pixels take 4 bytes each in Pillow."""
_SAMPLES = {0: 1, 2: 3, 4: 2, 6: 4}
"""Samples per pixel by a PNG's colour type; those of a palette and of less than 8 bits take 1 byte in Pillow."""


def reads_in_strips(content: bytes) -> bool:
    """Whether a PNG is so large that it is decoded in strips, and of a kind that allows it."""
    width, height, depth, colour, interlaced = _header(content)
    return width * height >= STRIPS_FROM_PIXELS and depth >= 8 and colour in _SAMPLES and not interlaced


def read(content: bytes, side: int) -> Image.Image:
    """The picture in RGB, reduced, its longest side to `side` px or somewhat more. Raises DecodingError."""
    width, height, _, _, _ = _header(content)
    factor = max(1, max(width, height) // side)
    return joined(_strips(content, strip_rows(width, factor)), (width, height), factor)


def _header(content: bytes) -> tuple[int, int, int, int, int]:
    """Width, height, depth, colour type, and whether it is interlaced."""
    with pillow_errors():
        width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", content, 16)
    return width, height, depth, colour, interlaced


def _strips(content: bytes, rows: int) -> Iterator[Image.Image]:
    width, height, depth, colour, _ = _header(content)
    row_bytes = 1 + width * _SAMPLES[colour] * depth // 8
    transparency = b"".join(
        _chunk(name, body if depth == 8 else b"".join(b"\0" + body[i : i + 1] for i in range(0, len(body), 2)))
        for name, body in _chunks(content)
        if name == b"tRNS"
    )
    data = _Inflated(body for name, body in _chunks(content) if name == b"IDAT")
    above: bytes | None = None
    for top in range(0, height, rows):
        count = min(rows, height - top)
        filtered = data.read(count * row_bytes)
        if depth == 16:
            filtered = _upper_bytes(filtered, row_bytes)
        if above is not None:
            filtered = b"\0" + above + filtered
        lines = count + (above is not None)
        header = struct.pack(">IIBBBBB", width, lines, 8, colour, 0, 0, 0)
        part = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + transparency
        part += _chunk(b"IDAT", zlib.compress(filtered, 0)) + _chunk(b"IEND", b"")
        with pillow_errors(), Image.open(io.BytesIO(part), formats=("PNG",)) as strip:
            strip.load()
        above = strip.crop((0, lines - 1, width, lines)).tobytes()
        yield strip.crop((0, lines - count, width, lines)) if lines > count else strip


class _Inflated:
    """Reads a zlib stream, given as pieces, in parts of known size."""

    def __init__(self, pieces: Iterator[bytes]):
        self._pieces = pieces
        self._inflate = zlib.decompressobj()

    def read(self, count: int) -> bytes:
        """The next `count` bytes. Raises DecodingError when there are fewer."""
        parts: list[bytes] = []
        while count > 0:
            piece = self._inflate.unconsumed_tail or next(self._pieces, None)
            if piece is None or self._inflate.eof:
                raise DecodingError("The data ends too early.")
            with pillow_errors():
                part = self._inflate.decompress(piece, count)
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk."""
    position = 8
    while position + 12 <= len(content):
        length, name = struct.unpack_from(">I4s", content, position)
        yield name, content[position + 8 : position + 8 + length]
        position += 12 + length


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _upper_bytes(filtered: bytes, row_bytes: int) -> bytes:
    """Rows of samples of 16 bits, each after the byte of its filter, as rows of samples of 8 bits."""
    return b"".join(
        filtered[start : start + 1] + filtered[start + 1 : start + row_bytes : 2]
        for start in range(0, len(filtered), row_bytes)
    )
