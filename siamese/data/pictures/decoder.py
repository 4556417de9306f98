"""Pixel data -> colours, by Pillow.

Also a program, which reads a picture from stdin and writes its colours to stdout. It imports nothing of this project,
so that it starts in 0.1 s: `python decoder.py PNG ORIENTATION SIDE MAX_PIXELS MEMORY_BYTES CPU_SECONDS`.
"""

from __future__ import annotations

import contextlib
import io
import struct
import sys
import zlib
from collections.abc import Iterator

from PIL import AvifImagePlugin, Image, ImageStat

EXIT_UNREADABLE, EXIT_MEMORY, EXIT_PIXELS = 3, 4, 5
STRIP_PIXELS = 1_000_000
"""Pixels of a large picture that are converted at once."""
STRIPS_FROM_PIXELS = 12_000_000
"""A PNG of this size is decoded strip by strip if its pixels take 4 bytes each in Pillow."""
WEBP_PIXELS = 4_000_000
"""A still WEBP of this size is decoded by OpenCV."""
SIZE = struct.Struct("<II")
"""Width and height, before the colours in the program's output."""
MAX_FRAMES = 60
"""Frames of an animation, or pages of a document, that are searched for ink."""
INK_CONTRAST = 24
"""Of 255: a frame with a smaller range in every channel is blank."""
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
_SAMPLES = {0: 1, 2: 3, 4: 2, 6: 4}
"""Samples per pixel by a PNG's colour type; those of a palette and of less than 8 bits take 1 byte in Pillow."""


class DecodingError(Exception):
    """Pillow cannot decode this data."""


class SizeError(Exception):
    """The picture has too many pixels. The text is WIDTHxHEIGHT."""


def decode(content: bytes, kind: str, orientation: int, side: int, max_pixels: int) -> tuple[int, int, bytes]:
    """Width, height and colours (red, green, blue; row by row) of a picture file.

    `kind` is Pillow's name of the format. A large picture is reduced, its longest side to `side` px or somewhat more.
    Of several frames, the first that is not blank is decoded. Raises DecodingError, SizeError or MemoryError.
    """
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each takes memory of its own
    if kind == "HEIF":
        import pillow_heif  # takes 0.1 s to import

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener()
    if kind == "PNG" and reads_in_strips(content):
        colours = _joined_strips(content, side)
    else:
        with _pillow_errors():
            image = Image.open(io.BytesIO(content), formats=(kind,))
        with image:
            if image.width * image.height > max_pixels:
                raise SizeError(f"{image.width}x{image.height}")
            if kind == "WEBP" and _is_large_still(image):
                colours = _large_webp(content, image.size, side)
            else:
                colours = _first_with_ink(image, side)
    if orientation in _TRANSPOSED:
        colours = colours.transpose(_TRANSPOSED[orientation])
    return *colours.size, colours.tobytes()


@contextlib.contextmanager
def _pillow_errors() -> Iterator[None]:
    """Raise DecodingError for what Pillow raises for damaged data."""
    try:
        yield
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError, struct.error, zlib.error) as error:
        if "allocat" in str(error):  # as libheif reports it
            raise MemoryError from error
        raise DecodingError(str(error)) from error


def reads_in_strips(content: bytes) -> bool:
    """Whether a PNG is so large that it is decoded in strips, and of a kind that allows it."""
    width, height, depth, colour, interlaced = _png_header(content)
    return width * height >= STRIPS_FROM_PIXELS and depth >= 8 and colour in _SAMPLES and not interlaced


def _png_header(content: bytes) -> tuple[int, int, int, int, int]:
    with _pillow_errors():
        width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", content, 16)
    return width, height, depth, colour, interlaced


def _first_with_ink(image: Image.Image, side: int) -> Image.Image:
    """The first frame that is not blank, or the first one, in RGB and reduced."""
    scale = side / max(image.size)
    image.draft("RGB", tuple(max(1, int(length * scale)) for length in image.size))
    first: Image.Image | None = None
    for number in range(MAX_FRAMES):
        try:
            with _pillow_errors():
                image.seek(number)
                image.load()
        except DecodingError:
            if first is None:
                raise
            break
        colours = _colours(image, max(1, max(image.size) // side))
        if any(high - low >= INK_CONTRAST for low, high in colours.getextrema()):
            return colours
        first = first or colours
    assert first is not None
    return first


def _colours(image: Image.Image, factor: int) -> Image.Image:
    """Mode RGB, each side divided by `factor`, transparent parts as ground."""
    image = _reduced(image, factor) if factor > 1 else _plain(image)
    return _on_ground(image) if image.mode == "RGBA" else image


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """The picture with each side divided by `factor`, in a plain mode; strip by strip, since conversions are copies."""
    rows = _strip_rows(image.width, factor)
    strips = (image.crop((0, top, image.width, min(top + rows, image.height))) for top in range(0, image.height, rows))
    return _joined(strips, image.size, factor)


def _is_large_still(image: Image.Image) -> bool:
    return image.width * image.height >= WEBP_PIXELS and not getattr(image, "is_animated", False)


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
    rows = _strip_rows(size[0], factor)
    strips = (Image.fromarray(pixels[top : top + rows][..., order]) for top in range(0, size[1], rows))
    reduced = _joined(strips, size, factor)
    return _on_ground(reduced) if reduced.mode == "RGBA" else reduced


def _strip_rows(width: int, factor: int) -> int:
    return max(1, STRIP_PIXELS // (width * factor)) * factor


def _joined(strips: Iterator[Image.Image], size: tuple[int, int], factor: int) -> Image.Image:
    """One picture of strips that have a multiple of `factor` rows each, except the last; reduced by `factor`."""
    result: Image.Image | None = None
    top = 0
    for strip in strips:
        reduced = _plain(strip).reduce(factor)
        if result is None:
            result = Image.new(reduced.mode, tuple(-(-side // factor) for side in size))
        result.paste(reduced, (0, top))
        top += reduced.height
    assert result is not None
    return result


def _joined_strips(content: bytes, side: int) -> Image.Image:
    """A large PNG, reduced. Its data is cut into PNGs of some rows each.

    The rows of a PNG are stored as differences from the row above, so that each part begins with the last row of the
    one before. Of samples of 16 bits only the upper byte is kept: differences are taken byte by byte.
    """
    width, height, depth, colour, _ = _png_header(content)
    factor = max(1, max(width, height) // side)
    rows, samples = _strip_rows(width, factor), _SAMPLES[colour]
    row_bytes = 1 + width * samples * depth // 8
    transparency = b"".join(
        _chunk(name, body if depth == 8 else b"".join(b"\0" + body[i : i + 1] for i in range(0, len(body), 2)))
        for name, body in _png_chunks(content)
        if name == b"tRNS"
    )
    data = _Inflated(body for name, body in _png_chunks(content) if name == b"IDAT")

    def strips() -> Iterator[Image.Image]:
        above: bytes | None = None
        for top in range(0, height, rows):
            count = min(rows, height - top)
            filtered = data.read(count * row_bytes)
            if depth == 16:
                filtered = _upper_bytes(filtered, row_bytes)
            if above is not None:
                filtered = b"\0" + above + filtered
            lines = count + (above is not None)
            header = struct.pack(">IIBBBBB", width, lines, 8, colour, 0, 0, 0)
            part = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + transparency
            part += _chunk(b"IDAT", zlib.compress(filtered, 0)) + _chunk(b"IEND", b"")
            with _pillow_errors(), Image.open(io.BytesIO(part), formats=("PNG",)) as strip:
                strip.load()
            above = strip.crop((0, lines - 1, width, lines)).tobytes()
            yield strip.crop((0, lines - count, width, lines)) if lines > count else strip

    reduced = _joined(strips(), (width, height), factor)
    return _on_ground(reduced) if reduced.mode == "RGBA" else reduced


class _Inflated:
    """Reads a zlib stream, given as pieces, in parts of known size."""

    def __init__(self, pieces: Iterator[bytes]):
        self._pieces = pieces
        self._inflate = zlib.decompressobj()

    def read(self, count: int) -> bytes:
        """The next `count` bytes. Raises DecodingError when there are fewer."""
        parts: list[bytes] = []
        while count > 0:
            piece = self._inflate.unconsumed_tail or next(self._pieces, None)
            if piece is None or self._inflate.eof:
                raise DecodingError("The data ends too early.")
            with _pillow_errors():
                part = self._inflate.decompress(piece, count)
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk."""
    position = 8
    while position + 12 <= len(content):
        length, name = struct.unpack_from(">I4s", content, position)
        yield name, content[position + 8 : position + 8 + length]
        position += 12 + length


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _upper_bytes(filtered: bytes, row_bytes: int) -> bytes:
    """Rows of samples of 16 bits, each after the byte of its filter, as rows of samples of 8 bits."""
    return b"".join(
        filtered[start : start + 1] + filtered[start + 1 : start + row_bytes : 2]
        for start in range(0, len(filtered), row_bytes)
    )


def _plain(image: Image.Image) -> Image.Image:
    """The same picture in mode RGB, or RGBA if it has transparent parts."""
    if image.mode.startswith("I;16"):  # Pillow would cut them off at 255
        image = image.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    elif image.mode in ("I", "F"):
        low, high = image.getextrema()
        image = image.point(lambda value: (value - low) * (255 / max(high - low, 1e-9))).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _on_ground(image: Image.Image) -> Image.Image:
    """An RGBA picture on a ground that shows its ink.

    If most of it is opaque, it is a sheet with its ink, and the ground has the colour of the sheet; or, if the sheet is
    empty and the ink is what was cut out, the opposite lightness. Otherwise the opaque part is the ink itself.
    """
    alpha, colours = image.getchannel("A"), image.convert("RGB")
    opaque = alpha.point(lambda value: 255 if value >= 128 else 0)
    stat = ImageStat.Stat(colours, opaque)
    if not stat.count[0]:
        return Image.new("RGB", image.size, "white")
    ground = (0, 0, 0) if ImageStat.Stat(colours.convert("L"), opaque).mean[0] >= 128 else (255, 255, 255)
    is_sheet = ImageStat.Stat(opaque).mean[0] >= 128
    if is_sheet and any(high - low >= INK_CONTRAST for low, high in stat.extrema):
        ground = tuple(stat.median)
    paper = Image.new("RGB", image.size, ground)
    paper.paste(colours, mask=alpha)
    return paper


def _limit(memory_bytes: int, cpu_seconds: float) -> None:
    """Let the system end this process if it takes more; on systems that cannot, the caller's time limit does."""
    try:
        import resource
        import signal
    except ImportError:
        return
    try:
        with open("/proc/self/statm") as statm:
            used = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory_bytes, used + memory_bytes))
    except (OSError, ValueError):
        pass
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)


def main(kind: str, orientation: str, side: str, max_pixels: str, memory_bytes: str, cpu_seconds: str) -> int:
    """Decode stdin to stdout; the exit code is 0, EXIT_UNREADABLE, EXIT_MEMORY or EXIT_PIXELS."""
    content = sys.stdin.buffer.read()
    if kind == "WEBP":
        import cv2  # noqa: F401  # its libraries are not part of the limit
    Image.MAX_IMAGE_PIXELS = None  # `decode` has a limit of its own
    _limit(int(memory_bytes), float(cpu_seconds))
    try:
        width, height, colours = decode(content, kind, int(orientation), int(side), int(max_pixels))
    except DecodingError as error:
        print(error, file=sys.stderr)
        return EXIT_UNREADABLE
    except SizeError as error:
        print(error, file=sys.stderr)
        return EXIT_PIXELS
    except MemoryError:
        return EXIT_MEMORY
    sys.stdout.buffer.write(SIZE.pack(width, height) + colours)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
