"""Pixel data -> grey values, by Pillow.

Also a program, which reads a picture from stdin and writes its grey values to stdout. It imports nothing of this
project, so that it starts in 0.1 s: `python decoder.py PNG ORIENTATION SIDE MEMORY_BYTES CPU_SECONDS`.
"""

from __future__ import annotations

import io
import struct
import sys

from PIL import Image, ImageStat

EXIT_UNREADABLE, EXIT_MEMORY = 3, 4
STRIP_PIXELS = 1_000_000
"""Pixels of a large picture that are converted at once."""
SIZE = struct.Struct("<II")
"""Width and height, before the grey values in the program's output."""
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


class DecodingError(Exception):
    """Pillow cannot decode this data."""


def decode(content: bytes, kind: str, orientation: int, side: int) -> tuple[int, int, bytes]:
    """Width, height and grey values, row by row, of a picture file.

    `kind` is Pillow's name of the format. A large picture is reduced, its longest side to `side` px or somewhat more.
    Raises DecodingError, or MemoryError.
    """
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as image:
            scale = side / max(image.size)
            image.draft("L", tuple(max(1, int(length * scale)) for length in image.size))
            image.load()
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # Pillow's errors for damaged data
        raise DecodingError(str(error)) from error
    grey = _grey(image, max(1, max(image.size) // side))
    if orientation in _TRANSPOSED:
        grey = grey.transpose(_TRANSPOSED[orientation])
    return *grey.size, grey.tobytes()


def _grey(image: Image.Image, factor: int) -> Image.Image:
    """Mode L, each side divided by `factor`, transparent parts as paper."""
    image = _reduced(image, factor) if factor > 1 else _plain(image)
    if image.mode == "L":
        return image
    grey, alpha = image.convert("L"), image.getchannel("A")
    paper = Image.new("L", image.size, 0 if _is_light_ink(grey, alpha) else 255)
    paper.paste(grey, mask=alpha)
    return paper


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """The picture with each side divided by `factor`, in a plain mode; strip by strip, since conversions are copies."""
    rows = max(1, STRIP_PIXELS // (image.width * factor)) * factor
    result: Image.Image | None = None
    for top in range(0, image.height, rows):
        strip = _plain(image.crop((0, top, image.width, min(top + rows, image.height)))).reduce(factor)
        if result is None:
            result = Image.new(strip.mode, tuple(-(-side // factor) for side in image.size))
        result.paste(strip, (0, top // factor))
    return result


def _plain(image: Image.Image) -> Image.Image:
    """The same picture in mode L, or RGBA if it has transparent parts."""
    if image.mode.startswith("I"):  # 16 bits; Pillow would cut them off at 255
        image = image.point(lambda value: value * (1 / 257) + 0.5)
    return image.convert("RGBA" if image.has_transparency_data else "L")


def _is_light_ink(grey: Image.Image, alpha: Image.Image) -> bool:
    """Whether most of the picture is transparent and the rest is light, so that it would be invisible on white."""
    if ImageStat.Stat(alpha).mean[0] >= 128:
        return False
    opaque = alpha.point(lambda value: 255 if value >= 128 else 0)
    stat = ImageStat.Stat(grey, opaque)
    return stat.count[0] > 0 and stat.mean[0] >= 128


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


def main(kind: str, orientation: str, side: str, memory_bytes: str, cpu_seconds: str) -> int:
    """Decode stdin to stdout; the exit code is 0, EXIT_UNREADABLE or EXIT_MEMORY."""
    content = sys.stdin.buffer.read()
    _limit(int(memory_bytes), float(cpu_seconds))
    try:
        width, height, grey = decode(content, kind, int(orientation), int(side))
    except DecodingError as error:
        print(error, file=sys.stderr)
        return EXIT_UNREADABLE
    except MemoryError:
        return EXIT_MEMORY
    sys.stdout.buffer.write(SIZE.pack(width, height) + grey)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
