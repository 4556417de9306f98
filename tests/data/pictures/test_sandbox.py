"""The decoder in a process of its own: the same answers, and limits that hold."""

from __future__ import annotations

import concurrent.futures
import io
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from PIL import Image

from siamese.data.decoding import frames, program
from siamese.data.ink import InkError
from siamese.data.pictures import MAX_PIXELS, sandbox
from tests.hostile.bits import lossless_webp, zlib_of_empty_blocks
from tests.hostile.pictures import colour, encoded, png

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="the system has no such limits")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_it_answers_as_the_decoder_here(kind: str, orientation: int) -> None:
    content = encoded(colour(200).crop((0, 0, 200, 150)), kind)
    assert sandbox.decode(content, kind, orientation, 90, MAX_PIXELS) == frames.decode(
        io.BytesIO(content), kind, orientation, 90, MAX_PIXELS
    )


def test_damaged_data_is_no_picture() -> None:
    with pytest.raises(InkError, match="cannot be read as a picture"):
        sandbox.decode(b"\x89PNG\r\n\x1a\n", "PNG", 1, 640, MAX_PIXELS)


@posix_only
def test_processor_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "CPU_SECONDS", 0.3)
    start = time.monotonic()
    with pytest.raises(InkError, match="takes too long"):
        sandbox.decode(png(200, 200, compressed=zlib_of_empty_blocks(14_000_000)), "PNG", 1, 640, MAX_PIXELS)
    assert time.monotonic() - start < 5


@posix_only
def test_memory_is_limited() -> None:
    with pytest.raises(InkError, match=r"cannot be read|too much memory"):
        sandbox.decode(lossless_webp(1024, 65_536), "WEBP", 1, 640, MAX_PIXELS)
    large = encoded(Image.new("RGB", (7000, 7000)), "TIFF", compression="tiff_lzw")
    with pytest.raises(InkError, match="too much memory"):
        sandbox.decode(large, "TIFF", 1, 640, MAX_PIXELS)


def test_a_process_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "CLOCK_SECONDS", 0.01)
    with pytest.raises(InkError, match="takes too long"):
        sandbox.decode(encoded(colour(200)), "PNG", 1, 640, MAX_PIXELS)


def test_a_fault_of_the_program_is_reported_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="invalid literal"):
        sandbox.decode(encoded(colour(200)), "PNG", "upright", 640, MAX_PIXELS)  # type: ignore[arg-type]


@posix_only
def test_a_crash_is_logged_and_refused(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    crash = subprocess.CompletedProcess([], -11, b"", b"")
    monkeypatch.setattr(sandbox.subprocess, "run", lambda *_, **__: crash)
    with pytest.raises(InkError, match="cannot be read"):
        sandbox.decode(b"", "WEBP", 1, 640, MAX_PIXELS)
    assert "crashed with signal 11" in caplog.text


def test_two_processes_run_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def run(*_: object, **__: object) -> subprocess.CompletedProcess:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1
        return subprocess.CompletedProcess([], 0, program.SIZE.pack(1, 1) + b"\0", b"")

    monkeypatch.setattr(sandbox.subprocess, "run", run)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: sandbox.decode(b"", "PNG", 1, 640, MAX_PIXELS), range(8)))
    assert answers == [(1, 1, b"\0")] * 8
    assert most == 2


def test_a_jpeg_is_read_piece_by_piece() -> None:
    """At the limits, a progressive JPEG's 150 MB of coefficients leave no room for its file."""
    largest = 0

    class File(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            nonlocal largest
            piece = super().read(size)
            largest = max(largest, len(piece))
            return piece

    noise = np.random.default_rng(8).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    content = encoded(noise, "JPEG", quality=100, progressive=True)
    here = frames.decode(File(content), "JPEG", 1, 640, MAX_PIXELS)
    assert 0 < largest <= len(content) / 3
    assert sandbox.decode(content, "JPEG", 1, 640, MAX_PIXELS) == here
