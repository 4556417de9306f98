"""WEBP: RIFF chunks, each with its name, length and content (RFC 9649)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from siamese.data.decoding.frames import LARGE_WEBP_PIXELS
from siamese.data.pictures.container import MAX_PARTS, Container, too_many_parts, unreadable
from siamese.data.pictures.orientation import read_orientation

BYTES_PER_PIXEL = 21
"""Pillow's decoder keeps several copies of the picture in four channels (measured)."""
LARGE_BYTES, LARGE_BYTES_PER_PIXEL = 30_000_000, 10
"""Of a large one, which OpenCV decodes: its libraries, and its copies (measured)."""
_FRAME_HEADER_BYTES = 16  # of an animation's picture, before its chunks
_ALPHA_FLAG = 0x10


def read(content: bytes) -> Container:
    """Walk the chunks of a WEBP; the content of an animation is its first picture.

    Raises InkError when it is damaged or has too many chunks.
    """
    if content[8:12] != b"WEBP":
        raise unreadable()
    pixels: dict[bytes, bytes] = {}
    orientation = 1
    frames: list[bytes] = []
    for name, start, end in _chunks(content, 12, len(content)):
        if name == b"EXIF":
            skip = 6 if content[start : start + 6] == b"Exif\x00\x00" else 0
            orientation = read_orientation(content, start + skip, end)
        elif name in (b"VP8X", b"ANIM", b"ANMF"):
            frames.append(_chunk(name, content[start:end]))
        if name == b"ANMF" and not pixels:
            pixels = {
                inner: content[first:last]
                for inner, first, last in _chunks(content, start + _FRAME_HEADER_BYTES, end)
                if inner in (b"ALPH", b"VP8 ", b"VP8L")
            }
        elif name in (b"ALPH", b"VP8 ", b"VP8L"):
            pixels.setdefault(name, content[start:end])
    width, height = _size(pixels)
    parts = [_chunk(name, pixels[name]) for name in (b"ALPH", b"VP8 ", b"VP8L") if name in pixels]
    if b"ALPH" in pixels:
        header = struct.pack("<I", _ALPHA_FLAG) + _three_bytes(width - 1) + _three_bytes(height - 1)
        parts.insert(0, _chunk(b"VP8X", header))
    memory = width * height * BYTES_PER_PIXEL
    if width * height >= LARGE_WEBP_PIXELS:
        memory = LARGE_BYTES + width * height * LARGE_BYTES_PER_PIXEL
    memory += len(content)  # unlike a JPEG, it is read as a whole
    animation = _file(frames) if len(frames) > 3 else b""
    return Container("WEBP", width, height, _file(parts), memory, orientation, animation=animation)


def _file(chunks: list[bytes]) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunks(content: bytes, position: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk's content."""
    for _ in range(MAX_PARTS):
        if position + 8 > end:
            return
        name, length = struct.unpack_from("<4sI", content, position)
        start = position + 8
        yield name, start, min(start + length, end)
        position = start + length + length % 2
    raise too_many_parts()


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)


def _three_bytes(number: int) -> bytes:
    return struct.pack("<I", number)[:3]


def _size(pixels: dict[bytes, bytes]) -> tuple[int, int]:
    """Width and height of the picture, from the header of its pixel data."""
    if (lossless := pixels.get(b"VP8L")) is not None and len(lossless) >= 5:
        (bits,) = struct.unpack_from("<I", lossless, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if (lossy := pixels.get(b"VP8 ")) is not None and len(lossy) >= 10:
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", lossy, 6))
        if width and height:
            return width, height
    raise unreadable()
