"""PNG: a list of chunks of length, name, content and checksum (PNG specification, third edition, section 5.3)."""

from __future__ import annotations

import struct

from siamese.data.pictures.container import MAX_PARTS, Container, too_many_parts, unreadable
from siamese.data.pictures.orientation import read_orientation

SIGNATURE_BYTES = 8
PIXEL_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
"""The chunks that a still picture needs; of an animation, they are its default picture."""
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGBA = 0, 2, 3, 4, 6  # colour types


def read(content: bytes) -> Container:
    """Walk the chunks of a PNG. Raises InkError when it is damaged or has too many."""
    kept, names, orientation = [content[:SIGNATURE_BYTES]], [], 1
    position = SIGNATURE_BYTES
    while position + 8 <= len(content):
        length, name = struct.unpack_from(">I4s", content, position)
        end = position + 12 + length
        if name in PIXEL_CHUNKS:
            kept.append(content[position:end])
        elif name == b"eXIf":
            orientation = read_orientation(content, position + 8, min(position + 8 + length, len(content)))
        names.append(name)
        if len(names) > MAX_PARTS:
            raise too_many_parts()
        if name == b"IEND":
            break
        position = end
    if names[:1] != [b"IHDR"] or len(kept[1]) != 25:
        raise unreadable()
    width, height, depth, colour = struct.unpack_from(">IIBB", kept[1], 8)
    if not width or not height or (colour == _PALETTE and b"PLTE" not in names):
        raise unreadable()
    memory = width * height * _bytes_per_pixel(depth, colour, b"tRNS" in names)
    return Container("PNG", width, height, b"".join(kept), memory, orientation)


def _bytes_per_pixel(depth: int, colour: int, transparent: bool) -> int:
    """Memory of Pillow's picture, in which colours take 4 bytes, and of its conversion to grey values."""
    if colour == _GREY:
        return 5 if depth == 16 else 9 if transparent else 2
    if colour == _PALETTE:
        return 5 if transparent else 2
    return 8 if colour == _RGB and transparent else 4
