"""Importing an own set from whatever a person has: its JSON file, or a folder or zip archive of pictures."""

from __future__ import annotations

import dataclasses
import errno
import pathlib

from siamese.data.archives import Progress
from siamese.data.file_tree import FileTree
from siamese.data.own.file_format import MAX_FILE_BYTES, checked_name
from siamese.data.own.pictures import Import, plain_name, read_tree
from siamese.data.own.reader import read
from siamese.errors import UserError
from siamese.reading import read_regular


def import_path(path: pathlib.Path, name: str = "", progress: Progress | None = None) -> Import:
    """The own set in a file or folder; nothing is kept yet.

    name: the set's, in place of the one that the file has. Raises UserError for a name or content that cannot be used.
    """
    name = checked_name(name, "the set") if name else ""
    if path.suffix.lower() == ".json":
        own = read(_content(path), path.name)
        return Import(dataclasses.replace(own, name=name or own.name), ())
    with FileTree(path) as tree:
        return read_tree(tree, name or plain_name(path.stem) or "Own alphabets", progress)


def _content(path: pathlib.Path) -> bytes:
    try:
        return read_regular(path, MAX_FILE_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise UserError(
                f"{path} has more than {MAX_FILE_BYTES // 1_000_000} MB: leave out some drawings, or put some of its "
                "alphabets into another file."
            ) from error
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
