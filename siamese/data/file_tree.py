"""The files of a folder or a zip archive, as people have them: under plain names, with archives inside as folders.

Names have slashes, whatever system made them. Files that Finder, Windows and others add are left out. Nothing is
unpacked. Archives and folders may be anything, so only regular files of a limited size are read.
"""

from __future__ import annotations

import io
import os
import pathlib
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from siamese.errors import UserError
from siamese.reading import open_regular, read_regular

MAX_FILES = 150_000
"""In a folder, or in all archives together. Omniglot's repository has 80,000 in its archives."""
MAX_DEPTH = 8
"""Folders below the one that is opened."""
MAX_ARCHIVE_BYTES = 250_000_000
"""Of an archive on disk: Omniglot's repository as a zip has about 110 MB."""
MAX_INNER_BYTES, MAX_ALL_INNER_BYTES = 60_000_000, 120_000_000
"""Of one archive inside another, and of all of them together, which are kept in memory."""
MAX_ARCHIVES = 100
"""Opened at the same time."""
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
"""What zipfile raises for damaged, encrypted and contradictory archives."""
_DIRECTORY_HEADER = b"PK\x01\x02"
_BLOCK_BYTES = 1 << 20
_JUNK = {"__MACOSX", "Thumbs.db", "desktop.ini", "$RECYCLE.BIN", "System Volume Information", "@eaDir"}

Reader = Callable[[int], bytes]
"""Reads one file of at most this many bytes."""


class FileTree:
    """The files below `path`. Raises UserError when it is neither a folder nor a zip archive, or has too many files.

    files: a reader of each file by its name; folders: names of all folders, also of empty ones; unread: the reason for
    each archive inside that cannot be read, by its name.
    """

    def __init__(self, path: pathlib.Path):
        self.path = path
        self.files: dict[str, Reader] = {}
        self.folders: set[str] = set()
        self.unread: dict[str, str] = {}
        self._entries = self._inner_bytes = 0
        self._open: list[zipfile.ZipFile | BinaryIO] = []
        try:
            if os.path.isdir(path):
                self._add_folder(path, "", 0)
            elif os.path.lexists(path):
                self._add_archive(_open_archive(path), "")
            else:
                raise UserError(f"{path} does not exist; give a folder or a zip archive.")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> FileTree:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the archives."""
        for opened in reversed(self._open):
            opened.close()

    def read(self, name: str, max_bytes: int) -> bytes:
        """Content of one file. Raises UserError when it is larger, damaged or no regular file."""
        try:
            return self.files[name](max_bytes)
        except DAMAGED as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is damaged"
            raise UserError(f"{name} in {self.path} cannot be read: {reason}.") from error

    def _add_folder(self, folder: pathlib.Path, prefix: str, depth: int) -> None:
        try:
            entries = sorted(self._scan(folder), key=lambda entry: entry.name)
        except OSError as error:
            raise UserError(f"{folder} cannot be read: {error.strerror}.") from error
        for entry in entries:
            name = prefix + _plain(entry.name)
            if entry.is_dir():
                self.folders.add(name)
                if depth < MAX_DEPTH:
                    self._add_folder(folder / entry.name, f"{name}/", depth + 1)
            elif name.lower().endswith(".zip"):
                self._add_inner(name, lambda path=folder / entry.name: _open_archive(path))
            else:
                self.files[name] = lambda most, path=folder / entry.name: read_regular(path, most)

    def _scan(self, folder: pathlib.Path) -> Iterator[os.DirEntry[str]]:
        with os.scandir(folder) as entries:
            for entry in entries:
                self._count(1)
                if not _is_junk(entry.name):
                    yield entry

    def _count(self, entries: int) -> None:
        self._entries += entries
        if self._entries > MAX_FILES:
            raise UserError(f"{self.path} has too many files (over {MAX_FILES:,}); give the folder with the drawings.")

    def _add_inner(self, name: str, opened: Callable[[], BinaryIO]) -> None:
        """Add the files of an archive inside as if it were a folder, or note why it cannot be read."""
        self.folders.add(name)
        if len(self._open) >= 2 * MAX_ARCHIVES:
            self.unread[name] = f"there are more than {MAX_ARCHIVES} archives"
            return
        try:
            self._add_archive(opened(), f"{name}/")
        except UserError as error:
            self.unread[name] = str(error)

    def _add_archive(self, file: BinaryIO, prefix: str) -> None:
        self._open.append(file)
        where = prefix.rstrip("/") or str(self.path)
        headers = _count_headers(file)  # before the directory is read, which takes more memory than the file
        if headers + self._entries > MAX_FILES:
            raise UserError(f"{where} has too many files (over {MAX_FILES:,}).")
        try:
            archive = zipfile.ZipFile(file)
        except DAMAGED as error:
            raise UserError(f"{where} is not a valid zip archive, or is damaged; fetch or make it again.") from error
        self._open.append(archive)
        self._count(len(archive.filelist))
        for entry in archive.filelist:
            name = prefix + _plain(entry.filename)
            if any(_is_junk(part) for part in name.split("/")):
                continue
            if name.endswith("/"):
                self.folders.add(name.rstrip("/"))
            elif name.lower().endswith(".zip") and not prefix:
                self._add_inner(name, lambda entry=entry, name=name: self._inner_archive(archive, entry, name))
            else:
                self.files[name] = lambda most, entry=entry: _read_entry(archive, entry, most)

    def _inner_archive(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> BinaryIO:
        self._inner_bytes += entry.file_size
        if self._inner_bytes > MAX_ALL_INNER_BYTES:
            raise UserError(f"{name} is too large to be read inside another archive; unpack the outer one first.")
        try:
            return io.BytesIO(_read_entry(archive, entry, MAX_INNER_BYTES))
        except DAMAGED as error:
            raise UserError(f"{name} in {self.path} is damaged; fetch or make it again.") from error


def _plain(name: str) -> str:
    """A name with slashes, in one form of Unicode, relative to the root."""
    parts = unicodedata.normalize("NFC", name.replace("\\", "/")).split("/")
    return "/".join(part for i, part in enumerate(parts) if part not in ("", ".") or i == len(parts) - 1)


def _is_junk(name: str) -> bool:
    """Whether a system added this file or folder: hidden ones included."""
    return name in _JUNK or (name.startswith(".") and name not in (".", ".."))


def _open_archive(path: pathlib.Path) -> BinaryIO:
    try:
        return open_regular(path, MAX_ARCHIVE_BYTES)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error


def _count_headers(file: BinaryIO) -> int:
    """How many files the archive's directory can have."""
    count, end = 0, b""
    file.seek(0)
    while block := file.read(_BLOCK_BYTES):
        count += (end + block).count(_DIRECTORY_HEADER)
        end = block[1 - len(_DIRECTORY_HEADER) :]
    file.seek(0)
    return count


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, max_bytes: int) -> bytes:
    """Content of an entry. Raises what zipfile raises, and OSError for a larger one."""
    if entry.flag_bits & 1:
        raise OSError(0, "it is encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise OSError(0, "it is compressed in an unusual way")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise OSError(0, "it is a link")
    if entry.file_size > max_bytes:
        raise OSError(0, f"it is larger than {max_bytes:,} bytes")
    with archive.open(entry) as opened:
        return opened.read(max_bytes)
