"""Reading what comes from users: only regular files of a limited size, and JSON with plain values."""

from __future__ import annotations

import errno
import json
import math
import os
import pathlib
import stat
from typing import Any, BinaryIO, NoReturn

MAX_INTEGER = 2**53
"""Larger integers in JSON are refused: a float cannot hold them exactly."""


def open_regular(file: pathlib.Path, max_bytes: int) -> BinaryIO:
    """Open a regular file of at most `max_bytes`. Raises OSError, also for a pipe, a device or a larger file.

    A pipe without a writer would block, a device may never end, and a sparse file takes as much memory as it claims.
    """
    try:
        opened = open(file, "rb", opener=_open_without_waiting)  # noqa: SIM115 (the caller closes it)
    except ValueError as error:  # a null character in the name
        raise OSError(errno.EINVAL, "not a possible name of a file", str(file)) from error
    status = os.fstat(opened.fileno())
    if stat.S_ISREG(status.st_mode) and status.st_size <= max_bytes:
        return opened
    opened.close()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(file))
    raise _too_large(file, max_bytes)


def read_regular(file: pathlib.Path, max_bytes: int) -> bytes:
    """Content of a regular file of at most `max_bytes`. Raises OSError as `open_regular` does."""
    with open_regular(file, max_bytes) as opened:
        content = opened.read(max_bytes + 1)
    if len(content) > max_bytes:  # it has grown meanwhile
        raise _too_large(file, max_bytes)
    return content


def _too_large(file: pathlib.Path, max_bytes: int) -> OSError:
    return OSError(errno.EFBIG, f"larger than {max_bytes:,} bytes", str(file))


def _open_without_waiting(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def parse_json(content: bytes) -> Any:
    """JSON with finite numbers only, none beyond what a float can hold. Raises ValueError."""
    try:
        return json.loads(content.decode(), parse_constant=_refuse, parse_float=_finite, parse_int=_exact)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"it contains the value {text[:20]}")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _exact(text: str) -> int:
    """An integer; the length is checked first, since converting thousands of digits takes long."""
    return int(text) if len(text) <= 17 and abs(int(text)) <= MAX_INTEGER else _refuse(text)
