"""PNG: a list of chunks of length, name, content and checksum (PNG specification, third edition, section 5.3)."""

from __future__ import annotations

import struct

from siamese.data.decoding import png_strips
from siamese.data.pictures.container import MAX_PARTS, Container, too_many_parts, unreadable
from siamese.data.pictures.orientation import read_orientation

SIGNATURE_BYTES = 8
PIXEL_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
"""The chunks that a still picture needs; of an animation, they are its default picture."""
FRAME_CHUNKS = {b"acTL", b"fcTL", b"fdAT"}
MAX_EXPANSION = 1.1
"""Size of the pixel data over that of the pixels. Deflate adds 0.03 %; more than this costs time and has no pixels."""
STRIP_MEMORY_BYTES = 40_000_000
"""For a PNG that is decoded in strips."""
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples per pixel by colour type."""
_GREY, _PALETTE = 0, 3  # colour types; the others are RGB, grey with alpha and RGB with alpha


def read(content: bytes) -> Container:
    """Walk the chunks of a PNG. Raises InkError when it is damaged or has too many."""
    kept, names, orientation = [content[:SIGNATURE_BYTES]], [], 1
    frames = kept.copy()
    position = SIGNATURE_BYTES
    while position + 8 <= len(content):
        length, name = struct.unpack_from(">I4s", content, position)
        end = position + 12 + length
        if name in PIXEL_CHUNKS:
            kept.append(content[position:end])
        if name in PIXEL_CHUNKS | FRAME_CHUNKS:
            frames.append(content[position:end])
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
    still = b"".join(kept)
    if len(still) > 100_000 + MAX_EXPANSION * width * height * depth * _SAMPLES.get(colour, 4) / 8:
        raise unreadable()
    memory = (
        STRIP_MEMORY_BYTES if png_strips.reads_in_strips(still) else width * height * _bytes_per_pixel(depth, colour)
    )
    animation = b"".join(frames) if len(frames) > len(kept) else b""
    return Container("PNG", width, height, still, memory, orientation, animation=animation)


def _bytes_per_pixel(depth: int, colour: int) -> int:
    """Memory of Pillow's picture, in which colours take 4 bytes. Conversions are done in strips."""
    if colour in (_GREY, _PALETTE):
        return 2 if depth == 16 else 1
    return 4
