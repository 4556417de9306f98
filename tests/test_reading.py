from __future__ import annotations

import os
import pathlib

import pytest

from siamese.reading import read_regular

posix_only = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")


def test_a_file_up_to_the_limit_is_read(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"\r\n\x1a12345")
    assert read_regular(file, 8) == b"\r\n\x1a12345"
    with pytest.raises(OSError, match="larger than 7 bytes"):
        read_regular(file, 7)


def test_a_sparse_file_is_not_read(tmp_path):
    file = tmp_path / "sparse"
    with file.open("wb") as opened:
        opened.truncate(3_000_000_000)
    with pytest.raises(OSError, match="larger than 1,000 bytes"):
        read_regular(file, 1000)


@posix_only
def test_pipes_devices_and_folders_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zeros").symlink_to("/dev/zero")
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path, 1000)
    for name in ("pipe", "zeros"):
        with pytest.raises(OSError, match="not a regular file"):
            read_regular(tmp_path / name, 1000)


def test_names_that_no_file_can_have_are_errors_of_the_system(tmp_path):
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for file in (tmp_path / "nowhere", tmp_path / "dangling", tmp_path / ("x" * 300), pathlib.Path("a\0b")):
        with pytest.raises(OSError):  # noqa: PT011
            read_regular(file, 1000)
