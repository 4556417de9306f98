"""Picture files from users -> grey values, within limits of memory and time.

A file is read in three steps. Its container (PNG, JPEG or WEBP) is walked without decoding anything, and everything but
the pixel data is dropped (`png.py`, `jpeg.py`, `webp.py`). The cost of decoding is computed from sizes and counts, and
a file that costs too much is refused. The rest is decoded at a reduced size (`decoder.py`): in this process when the
computed cost is low and certain, otherwise in a separate process with limits of its own (`sandbox.py`).
"""

from __future__ import annotations

import numpy as np

from siamese.data.ink import InkError
from siamese.data.pictures import decoder, jpeg, png, sandbox, webp
from siamese.data.pictures.container import Container, unreadable

MAX_BYTES = 15_000_000
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
MAX_MEMORY_BYTES = 155_000_000
"""Of the decoder, in addition to the file and the 20 MB of a Python process: 200 MB in all."""
MAX_SCANS = 100
"""Of a progressive JPEG. Encoders write about 10."""
MAX_BLOCK_VISITS = 15_000_000
"""Blocks of 8x8 px times the scans of a JPEG that visit them, 25 ns each.

A progressive photograph of 50 megapixels has 12 million.
"""
DIRECT_MEMORY_BYTES, DIRECT_BYTES, DIRECT_BLOCK_VISITS = 32_000_000, 1_000_000, 4_000_000
"""Up to these limits a PNG or JPEG is decoded in this process; starting another one takes 0.1 s."""

_READERS = {b"\x89PNG\r\n\x1a\n": png.read, b"\xff\xd8\xff": jpeg.read, b"RIFF": webp.read}


def open_grey(content: bytes, side: int) -> np.ndarray:
    """Grey values uint8 (height, width) of a PNG, JPEG or WEBP file, upright, transparent parts as paper.

    A picture larger than twice `side` is reduced while it is decoded; its longest side keeps at least `side` px. Of an
    animation, the first picture is used. Raises InkError for a file that is not a picture or is too large.
    """
    container = inspect(content)
    decode = decoder.decode if _is_cheap(container) else sandbox.decode
    try:
        width, height, grey = decode(container.content, container.format, container.orientation, side)
    except decoder.DecodingError as error:
        raise unreadable() from error
    return np.frombuffer(grey, np.uint8).reshape(height, width)


def inspect(content: bytes) -> Container:
    """The file's container, without decoding it. Raises InkError if it is not a picture, or too costly to decode."""
    if len(content) > MAX_BYTES:
        raise InkError(
            f"This picture has {len(content) / 1e6:.1f} MB; send one of at most {MAX_BYTES // 1_000_000} MB."
        )
    for magic, read in _READERS.items():
        if content.startswith(magic):
            container = read(content)
            break
    else:
        raise unreadable()
    width, height = container.width, container.height
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise InkError(
            f"This picture has {width}x{height} pixels; send one of at most {MAX_PIXELS // 1_000_000} megapixels "
            f"and {MAX_SIDE} pixels a side."
        )
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


def _is_cheap(container: Container) -> bool:
    """Whether its sizes bound the time and memory of decoding, and both are small."""
    if container.format == "WEBP":  # tables in the file can multiply memory by a thousand, which shows only in decoding
        return False
    if container.memory_bytes > DIRECT_MEMORY_BYTES:
        return False
    if container.format == "PNG":  # empty deflate blocks cost time, but no pixels
        return len(container.content) <= DIRECT_BYTES
    return container.block_visits <= DIRECT_BLOCK_VISITS
