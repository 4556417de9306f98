"""JPEG: a list of segments, some followed by entropy-coded data (ITU-T T.81, annex B)."""

from __future__ import annotations

import dataclasses
import re
import struct

from siamese.data.ink import InkError
from siamese.data.pictures.container import Container, too_many_parts, unreadable
from siamese.data.pictures.orientation import read_orientation

MAX_SEGMENTS = 2_000
BYTES_PER_BLOCK = 128
"""Of the 64 coefficients that a progressive picture keeps of each block of 8x8 px until its last scan."""

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_STANDALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a segment
_FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive: all with Huffman codes
_OTHER_FRAMES = {0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
_TABLES = {0xC4, 0xDB, 0xDD}  # Huffman codes, quantisation, restart interval
_EXIF, _ADOBE = 0xE1, 0xEE
_PADDING = re.compile(rb"\xff+")
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class _Frame:
    """blocks: of 8x8 px, by the number of each component."""

    width: int
    height: int
    progressive: bool
    blocks: dict[int, int]


def read(content: bytes) -> Container:
    """Walk the segments of a JPEG. Raises InkError when it is damaged, has too many, or is of a rare kind."""
    kept = [b"\xff\xd8"]
    frame: _Frame | None = None
    orientation, visits, scans, buffered, adobe = 1, 0, 0, False, False
    position = 2
    for _ in range(MAX_SEGMENTS):
        padding = _PADDING.match(content, position)
        if padding is None or padding.end() >= len(content):
            break
        marker, start = content[padding.end()], padding.end() + 1
        if marker == _END:
            kept.append(b"\xff\xd9")
            break
        if marker in _STANDALONE:
            position = start
            continue
        position = start + _length(content, start)
        segment = content[start:position]
        if marker in _FRAMES:
            if frame is not None:
                raise unreadable()
            frame = _read_frame(segment, progressive=marker == 0xC2)
        elif marker in _OTHER_FRAMES:
            raise InkError("This is a rare kind of JPEG; save it again as an ordinary JPEG or PNG.")
        elif marker == _EXIF and segment[2:8] == b"Exif\x00\x00" and orientation == 1:
            orientation = read_orientation(segment, 8, len(segment))
        elif marker == _SCAN:
            if frame is None:
                raise unreadable()
            components = _scan_components(segment)
            scans += 1
            visits += sum(frame.blocks.get(component, 0) for component in components)
            buffered = frame.progressive or buffered or len(components) < len(frame.blocks)
            following = _NEXT_MARKER.search(content, position)
            position = following.start() if following else len(content)
        if marker in _FRAMES | _TABLES or marker == _SCAN or (marker == _ADOBE and not adobe):
            kept.append(b"\xff" + bytes([marker]) + content[start:position])
            adobe = adobe or marker == _ADOBE
    else:
        raise too_many_parts()
    if frame is None or not scans:
        raise unreadable()
    memory = BYTES_PER_BLOCK * sum(frame.blocks.values()) if buffered else 0
    memory += frame.width * frame.height // 4  # its reduced picture: a sixteenth of the pixels, 4 bytes each
    return Container("JPEG", frame.width, frame.height, b"".join(kept), memory, orientation, visits, scans)


def _length(content: bytes, start: int) -> int:
    """Length of the segment, itself included."""
    if start + 2 > len(content):
        raise unreadable()
    (length,) = struct.unpack_from(">H", content, start)
    if length < 2 or start + length > len(content):
        raise unreadable()
    return length


def _read_frame(segment: bytes, progressive: bool) -> _Frame:
    if len(segment) < 8:
        raise unreadable()
    height, width, count = struct.unpack_from(">HHB", segment, 3)
    if not height or not width or not 1 <= count <= 4 or len(segment) != 8 + 3 * count:
        raise unreadable()
    sampling = {segment[8 + 3 * i]: (segment[9 + 3 * i] >> 4, segment[9 + 3 * i] & 15) for i in range(count)}
    if len(sampling) != count or any(not 1 <= factor <= 4 for pair in sampling.values() for factor in pair):
        raise unreadable()
    across, down = (max(pair[axis] for pair in sampling.values()) for axis in (0, 1))
    units = -(-width // (8 * across)) * -(-height // (8 * down))
    return _Frame(width, height, progressive, {number: units * h * v for number, (h, v) in sampling.items()})


def _scan_components(segment: bytes) -> list[int]:
    """Numbers of the components that a scan visits."""
    if len(segment) < 3 or len(segment) < 3 + 2 * segment[2]:
        raise unreadable()
    return [segment[3 + 2 * i] for i in range(segment[2])]
