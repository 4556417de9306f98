"""A program that reads a picture from stdin and writes its colours to stdout, within limits of memory and time.

    python -m siamese.data.decoding.program PNG ORIENTATION SIDE MAX_PIXELS MEMORY_BYTES CPU_SECONDS

stdin is a file. Pillow reads a JPEG from it piece by piece; other formats are in memory as a whole.
"""

from __future__ import annotations

import io
import struct
import sys

from PIL import Image

from siamese.data.decoding import frames
from siamese.data.decoding.colours import DecodingError

EXIT_UNREADABLE, EXIT_MEMORY, EXIT_PIXELS = 3, 4, 5
SIZE = struct.Struct("<II")
"""Width and height, before the colours in the output."""


def main(kind: str, orientation: str, side: str, max_pixels: str, memory_bytes: str, cpu_seconds: str) -> int:
    """Decode stdin to stdout; the exit code is 0, EXIT_UNREADABLE, EXIT_MEMORY or EXIT_PIXELS."""
    if kind == "WEBP":
        import cv2  # noqa: F401  # its libraries are not part of the limit
    Image.MAX_IMAGE_PIXELS = None  # `decode` has a limit of its own
    file = sys.stdin.buffer if kind == "JPEG" else io.BytesIO(sys.stdin.buffer.read())
    _limit(int(memory_bytes), float(cpu_seconds))
    try:
        width, height, colours = frames.decode(file, kind, int(orientation), int(side), int(max_pixels))
    except DecodingError as error:
        print(error, file=sys.stderr)
        return EXIT_UNREADABLE
    except frames.SizeError as error:
        print(error, file=sys.stderr)
        return EXIT_PIXELS
    except MemoryError:
        return EXIT_MEMORY
    sys.stdout.buffer.write(SIZE.pack(width, height) + colours)
    return 0


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


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
