"""What the readers of picture files report, and their errors."""

from __future__ import annotations

import dataclasses

from siamese.data.ink import InkError

MAX_PARTS = 10_000
"""Segments or chunks of one file. A PNG of 15 MB in chunks of 8 KB has 1,900, a JPEG from a telephone about 100."""


@dataclasses.dataclass(frozen=True)
class Container:
    """A picture file before it is decoded.

    format: Pillow's name of it. content: the same file with its pixel data only: no texts, colour profiles, thumbnails,
    further pictures. animation: of a file with several pictures, all of them; else empty. orientation: Exif's 1 to 8.
    memory_bytes: an upper bound of the decoder's memory, in addition to the file. block_visits, scans: of a JPEG,
    blocks of 8x8 px times the scans that visit them, and the number of scans.
    """

    format: str
    width: int
    height: int
    content: bytes
    memory_bytes: int
    orientation: int = 1
    block_visits: int = 0
    scans: int = 0
    animation: bytes = b""


def unreadable() -> InkError:
    """The error for a file that is not a picture, or a damaged one."""
    return InkError("This file cannot be read as a picture; send a photograph, or a JPEG, PNG or HEIC file.")


def too_large(size: str, max_pixels: int) -> InkError:
    """The error for a picture of too many pixels. `size` is WIDTHxHEIGHT."""
    return InkError(f"This picture has {size} pixels; send one of at most {max_pixels // 1_000_000} megapixels.")


def too_many_parts() -> InkError:
    """The error for a file of thousands of segments, which cost time and memory but have no pixels."""
    return InkError("This file has too many parts for a picture; save it again as a PNG or JPEG.")
