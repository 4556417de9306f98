"""Reading files whose names come from users: only regular files of a limited size."""

from __future__ import annotations

import errno
import os
import pathlib
import stat


def read_regular(file: pathlib.Path, max_bytes: int) -> bytes:
    """Content of a regular file of at most `max_bytes`. Raises OSError, also for a pipe, a device or a larger file.

    A pipe without a writer would block, a device may never end, and a sparse file takes as much memory as it claims.
    """
    try:
        with open(file, "rb", opener=_open_without_waiting) as opened:
            status = os.fstat(opened.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "not a regular file", str(file))
            content = opened.read(max_bytes + 1) if status.st_size <= max_bytes else b""
    except ValueError as error:  # a null character in the name
        raise OSError(errno.EINVAL, "not a possible name of a file", str(file)) from error
    if status.st_size > max_bytes or len(content) > max_bytes:
        raise OSError(errno.EFBIG, f"larger than {max_bytes:,} bytes", str(file))
    return content


def _open_without_waiting(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
