"""Decoding in a separate process with limits of memory and time, for files whose cost only decoding shows."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import tempfile
import threading

from siamese import paths
from siamese.data.decoding import program
from siamese.data.ink import InkError
from siamese.data.pictures.container import too_large, unreadable

MEMORY_BYTES = 190_000_000
"""Of the process, in addition to the file and Python itself."""
CPU_SECONDS = 1.1
"""The largest accepted pictures take 0.3 to 0.9 s on a laptop (`python -m tools.hostile pictures`)."""
CLOCK_SECONDS = 10
"""For systems without a limit of processor time, and for a process that is blocked."""

MAX_PROCESSES = 2
"""At a time, so that a class that uploads together takes 400 MB and not 6 GB."""

_turns = threading.BoundedSemaphore(MAX_PROCESSES)
_log = logging.getLogger(__name__)


def decode(content: bytes, kind: str, orientation: int, side: int, max_pixels: int) -> tuple[int, int, bytes]:
    """As `frames.decode`, in another process.

    Raises InkError for damaged data and when a limit is exceeded, RuntimeError for a fault of our own.
    """
    arguments = [kind, *map(str, (orientation, side, max_pixels, MEMORY_BYTES, CPU_SECONDS))]
    try:
        with _turns, tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            done = subprocess.run(
                [sys.executable, "-E", "-s", "-m", program.__name__, *arguments],
                stdin=file,
                capture_output=True,
                cwd=paths.ASSETS.parent,
                timeout=CLOCK_SECONDS,
                start_new_session=True,  # Ctrl+C in the terminal is for the server
            )
    except subprocess.TimeoutExpired as error:
        raise _too_slow() from error
    if done.returncode == 0:
        width, height = program.SIZE.unpack_from(done.stdout)
        return width, height, done.stdout[program.SIZE.size :]
    if done.returncode == program.EXIT_UNREADABLE:
        raise unreadable()
    if done.returncode == program.EXIT_PIXELS:
        raise too_large(done.stderr.decode(errors="replace").strip(), max_pixels)
    if done.returncode == program.EXIT_MEMORY:
        raise InkError("Decoding this picture takes too much memory; save it again as a JPEG or PNG.")
    if hasattr(signal, "SIGPROF") and done.returncode == -signal.SIGPROF:
        raise _too_slow()
    message = done.stderr.decode(errors="replace")[-2000:]
    if done.returncode < 0:  # a signal: the decoder itself crashed
        _log.error(
            "The picture decoder crashed with signal %d on a %s of %d bytes", -done.returncode, kind, len(content)
        )
        raise unreadable()
    raise RuntimeError(f"The picture decoder failed with exit code {done.returncode}: {message}")


def _too_slow() -> InkError:
    return InkError("Decoding this picture takes too long; save it again, smaller, as a JPEG or PNG.")
