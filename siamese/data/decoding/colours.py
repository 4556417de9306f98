"""A picture of any mode -> RGB, reduced, with transparent parts as ground: in strips, since conversions are copies."""

from __future__ import annotations

import contextlib
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, ImageStat

STRIP_PIXELS = 1_000_000
"""Pixels of a large picture that are converted at once."""
INK_CONTRAST = 24
"""Of 255: a picture with a smaller range in every channel is blank."""


class DecodingError(Exception):
    """Pillow cannot decode this data."""


@contextlib.contextmanager
def pillow_errors() -> Iterator[None]:
    """Raise DecodingError for what Pillow raises for damaged data."""
    try:
        yield
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError, struct.error, zlib.error) as error:
        if "allocat" in str(error):  # as libheif reports it
            raise MemoryError from error
        raise DecodingError(str(error)) from error


def reduced(image: Image.Image, factor: int) -> Image.Image:
    """The picture with each side divided by `factor`."""
    if factor == 1:
        return opaque(plain(image))
    rows = strip_rows(image.width, factor)
    strips = (image.crop((0, top, image.width, min(top + rows, image.height))) for top in range(0, image.height, rows))
    return joined(strips, image.size, factor)


def strip_rows(width: int, factor: int) -> int:
    """Rows of a strip, a multiple of `factor`."""
    return max(1, STRIP_PIXELS // (width * factor)) * factor


def joined(strips: Iterator[Image.Image], size: tuple[int, int], factor: int) -> Image.Image:
    """The picture of this size (width, height) in strips of `strip_rows` rows, each side divided by `factor`."""
    result: Image.Image | None = None
    top = 0
    for strip in strips:
        part = plain(strip).reduce(factor)
        if result is None:
            result = Image.new(part.mode, tuple(-(-side // factor) for side in size))
        result.paste(part, (0, top))
        top += part.height
    assert result is not None
    return opaque(result)


def plain(image: Image.Image) -> Image.Image:
    """The same picture in mode RGB, or RGBA if it has transparent parts."""
    if image.mode.startswith("I;16"):  # Pillow would cut them off at 255
        image = image.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    elif image.mode in ("I", "F"):
        low, high = image.getextrema()
        image = image.point(lambda value: (value - low) * (255 / max(high - low, 1e-9))).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def opaque(image: Image.Image) -> Image.Image:
    """An RGB or RGBA picture as RGB, on a ground that shows its ink.

    If most of it is opaque, it is a sheet with its ink, and the ground has the colour of the sheet; or, if the sheet is
    empty and the ink is what was cut out, the opposite lightness. Otherwise the opaque part is the ink itself.
    """
    if image.mode == "RGB":
        return image
    alpha, colours = image.getchannel("A"), image.convert("RGB")
    covered = alpha.point(lambda value: 255 if value >= 128 else 0)
    stat = ImageStat.Stat(colours, covered)
    if not stat.count[0]:
        return Image.new("RGB", image.size, "white")
    ground = (0, 0, 0) if ImageStat.Stat(colours.convert("L"), covered).mean[0] >= 128 else (255, 255, 255)
    is_sheet = ImageStat.Stat(covered).mean[0] >= 128
    if is_sheet and any(high - low >= INK_CONTRAST for low, high in stat.extrema):
        ground = tuple(stat.median)
    paper = Image.new("RGB", image.size, ground)
    paper.paste(colours, mask=alpha)
    return paper
