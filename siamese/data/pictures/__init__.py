"""Picture files from users -> colours, within limits of memory and time.

A file is read in three steps. Its container (PNG, JPEG or WEBP) is walked without decoding anything, and everything but
the pixel data is dropped (`png.py`, `jpeg.py`, `webp.py`). The cost of decoding is computed from sizes and counts, and
a file that costs too much is refused. The rest is decoded at a reduced size (`siamese.data.decoding`): in this process
when the computed cost is low and certain, otherwise in a separate process with limits of its own (`sandbox.py`). Files
of other formats are not walked, and are always decoded in that process.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable

import numpy as np

from siamese.data.decoding import frames
from siamese.data.decoding.colours import INK_CONTRAST, DecodingError
from siamese.data.ink import InkError
from siamese.data.pictures import jpeg, png, sandbox, webp
from siamese.data.pictures.container import Container, too_large, unreadable

MAX_BYTES = 15_000_000
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
MAX_MEMORY_BYTES = 165_000_000
"""Of the decoder, in addition to its Python process (20 MB) and the pixel data in this one (15 MB): 200 MB in all."""
MAX_SCANS = 100
"""Of a progressive JPEG. Encoders write about 10."""
MAX_BLOCK_VISITS = 15_000_000
"""Blocks of 8x8 px times the scans of a JPEG that visit them, 25 ns each.

A progressive photograph of 50 megapixels has 12 million.
"""
Decode = Callable[[bytes, str, int, int, int], tuple[int, int, bytes]]
"""As `frames.decode`, of the content of a file."""
DIRECT_MEMORY_BYTES, DIRECT_BYTES, DIRECT_BLOCK_VISITS = 32_000_000, 1_000_000, 4_000_000
"""Up to these limits a PNG or JPEG is decoded in this process; starting another one takes 0.1 s."""

_READERS = {b"\x89PNG\r\n\x1a\n": png.read, b"\xff\xd8\xff": jpeg.read, b"RIFF": webp.read}
_OTHER_FORMATS = {b"GIF8": "GIF", b"BM": "BMP", b"II*\0": "TIFF", b"MM\0*": "TIFF"}
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")


def open_colours(content: bytes, side: int) -> np.ndarray:
    """Colours uint8 (height, width, 3) of a picture file: red, green, blue; upright, transparent parts as ground.

    PNG, JPEG, WEBP, GIF, BMP, TIFF, HEIC and AVIF are read. A picture larger than twice `side` is reduced while it is
    decoded; its longest side keeps at least `side` px. Of an animation, the first picture that is not blank is used.
    Raises InkError for a file that is not a picture or is too large.
    """
    container = inspect(content)
    decode = _decode_here if _is_cheap(container) else sandbox.decode
    colours = _decoded(decode, container.content, container, side)
    if container.animation and (np.ptp(colours, axis=(0, 1)) < INK_CONTRAST).all():
        with contextlib.suppress(InkError):  # the first picture is valid, and blank
            return _decoded(sandbox.decode, container.animation, container, side)
    return colours


def _decoded(decode: Decode, content: bytes, container: Container, side: int) -> np.ndarray:
    try:
        width, height, colours = decode(content, container.format, container.orientation, side, MAX_PIXELS)
    except DecodingError as error:
        raise unreadable() from error
    return np.frombuffer(colours, np.uint8).reshape(height, width, 3)


def _decode_here(content: bytes, kind: str, orientation: int, side: int, max_pixels: int) -> tuple[int, int, bytes]:
    return frames.decode(io.BytesIO(content), kind, orientation, side, max_pixels)


def inspect(content: bytes) -> Container:
    """The file's container, without decoding it. Raises InkError if it is not a picture, or too costly to decode.

    Of formats that are not walked, width, height and memory are 0.
    """
    if len(content) > MAX_BYTES:
        raise InkError(
            f"This picture has {len(content) / 1e6:.1f} MB; send one of at most {MAX_BYTES // 1_000_000} MB."
        )
    if other := _other_format(content):
        return Container(other, 0, 0, content, 0)
    for magic, read in _READERS.items():
        if content.startswith(magic):
            container = read(content)
            break
    else:
        raise unreadable()
    width, height = container.width, container.height
    if width * height > MAX_PIXELS:
        raise too_large(f"{width}x{height}", MAX_PIXELS)
    if max(width, height) > MAX_SIDE:
        raise InkError(f"This picture has {width}x{height} pixels; send one of at most {MAX_SIDE} pixels a side.")
    if container.memory_bytes > MAX_MEMORY_BYTES:
        raise InkError(
            f"Decoding this picture takes {container.memory_bytes // 1_000_000} MB of memory; send a smaller one, "
            "or an ordinary JPEG."
        )
    if container.scans > MAX_SCANS or container.block_visits > MAX_BLOCK_VISITS:
        raise InkError(
            f"This JPEG needs {container.scans} passes over its pixels; save it again as an ordinary JPEG or PNG."
        )
    return container


def _other_format(content: bytes) -> str:
    """Pillow's name of a format whose files are not walked, or an empty text."""
    if content[4:8] == b"ftyp":
        brands = {content[i : i + 4] for i in range(8, min(len(content), 64, _box_bytes(content)), 4)}
        if brands.intersection(_AVIF_BRANDS):
            return "AVIF"
        return "HEIF" if brands.intersection(_HEIF_BRANDS) else ""
    return next((name for magic, name in _OTHER_FORMATS.items() if content.startswith(magic)), "")


def _box_bytes(content: bytes) -> int:
    return int.from_bytes(content[:4], "big")


def _is_cheap(container: Container) -> bool:
    """Whether its sizes bound the time and memory of decoding, and both are small."""
    if container.format not in ("PNG", "JPEG"):  # tables in the file can multiply memory by a thousand
        return False
    if container.memory_bytes > DIRECT_MEMORY_BYTES:
        return False
    if container.format == "PNG":  # empty deflate blocks cost time, but no pixels
        return len(container.content) <= DIRECT_BYTES
    return container.block_visits <= DIRECT_BLOCK_VISITS
