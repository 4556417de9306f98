"""The orientation in Exif data, the only value that is used.

Pillow's reader copies the data of every entry, so that 1 MB of Exif takes 3 GB of memory; this one reads 16 bits.
"""

from __future__ import annotations

import struct

_TAG, _SHORT = 0x0112, 3
_ENTRY_BYTES, _MAX_ENTRIES = 12, 1_000


def read_orientation(content: bytes, start: int, end: int) -> int:
    """1 to 8 (TIFF 6.0, section 8) of the TIFF structure at content[start:end]; 1, upright, when there is none."""
    order = {b"II": "<", b"MM": ">"}.get(content[start : start + 2])
    if order is None or end - start < 8:
        return 1
    (offset,) = struct.unpack_from(order + "I", content, start + 4)
    directory = start + offset
    if directory + 2 > end:
        return 1
    (entries,) = struct.unpack_from(order + "H", content, directory)
    for i in range(min(entries, _MAX_ENTRIES)):
        entry = directory + 2 + _ENTRY_BYTES * i
        if entry + _ENTRY_BYTES > end:
            return 1
        tag, kind, count, value = struct.unpack_from(order + "HHIH", content, entry)
        if tag == _TAG:
            return value if (kind, count) == (_SHORT, 1) and 1 <= value <= 8 else 1
    return 1
