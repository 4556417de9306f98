"""A picture file -> the colours of its picture, or of the first of several that is not blank."""

from __future__ import annotations

from typing import BinaryIO

from PIL import AvifImagePlugin, Image

from siamese.data.decoding import png_strips
from siamese.data.decoding.colours import INK_CONTRAST, DecodingError, joined, pillow_errors, reduced, strip_rows

LARGE_WEBP_PIXELS = 4_000_000
"""A still WEBP of this size is decoded by OpenCV."""
MAX_FRAMES = 60
"""Frames of an animation, or pages of a document, that are searched for ink."""
_TRANSPOSED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that makes a picture of each Exif orientation upright."""


class SizeError(Exception):
    """The picture has too many pixels. The text is WIDTHxHEIGHT."""


def decode(file: BinaryIO, kind: str, orientation: int, side: int, max_pixels: int) -> tuple[int, int, bytes]:
    """Width, height and colours (red, green, blue; row by row) of a picture file.

    `kind` is Pillow's name of the format. A large picture is reduced, its longest side to `side` px or somewhat more.
    Of several frames, the first that is not blank is decoded. Raises DecodingError, SizeError or MemoryError.
    """
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each takes memory of its own
    if kind == "HEIF":
        import pillow_heif  # takes 0.1 s to import

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener()
    colours = _large_png(file, side) if kind == "PNG" else None
    if colours is None:
        colours = _decoded(file, kind, side, max_pixels)
    if orientation in _TRANSPOSED:
        colours = colours.transpose(_TRANSPOSED[orientation])
    return *colours.size, colours.tobytes()


def _large_png(file: BinaryIO, side: int) -> Image.Image | None:
    """A PNG that is decoded in strips; None for another one."""
    content = file.read()
    file.seek(0)
    return png_strips.read(content, side) if png_strips.reads_in_strips(content) else None


def _decoded(file: BinaryIO, kind: str, side: int, max_pixels: int) -> Image.Image:
    with pillow_errors():
        image = Image.open(file, formats=(kind,))
    with image:
        if image.width * image.height > max_pixels:
            raise SizeError(f"{image.width}x{image.height}")
        if kind == "WEBP" and _is_large_still(image):
            file.seek(0)
            return _large_webp(file.read(), image.size, side)
        return _first_with_ink(image, side)


def _first_with_ink(image: Image.Image, side: int) -> Image.Image:
    """The first frame that is not blank, or the first one, in RGB and reduced."""
    scale = side / max(image.size)
    image.draft("RGB", tuple(max(1, int(length * scale)) for length in image.size))
    first: Image.Image | None = None
    for number in range(MAX_FRAMES):
        try:
            with pillow_errors():
                image.seek(number)
                image.load()
        except DecodingError:
            if first is None:
                raise
            break
        colours = reduced(image, max(1, max(image.size) // side))
        if any(high - low >= INK_CONTRAST for low, high in colours.getextrema()):
            return colours
        first = first or colours
    assert first is not None
    return first


def _is_large_still(image: Image.Image) -> bool:
    return image.width * image.height >= LARGE_WEBP_PIXELS and not getattr(image, "is_animated", False)


def _large_webp(content: bytes, size: tuple[int, int], side: int) -> Image.Image:
    """A large WEBP, reduced, decoded by OpenCV: Pillow's decoder takes three times the memory."""
    import cv2
    import numpy as np

    try:
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise MemoryError if error.code == cv2.Error.StsNoMem else DecodingError(str(error)) from error
    if pixels is None or pixels.shape[1::-1] != size:
        raise DecodingError("OpenCV cannot decode this WEBP.")
    order, factor = [2, 1, 0, 3][: pixels.shape[2]], max(1, max(size) // side)
    rows = strip_rows(size[0], factor)
    strips = (Image.fromarray(pixels[top : top + rows][..., order]) for top in range(0, size[1], rows))
    return joined(strips, size, factor)
