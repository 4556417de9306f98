"""Sentences for pages: paths of the server are replaced, since they are of no use to a student; the log has them.

Sentences about files come from modules that the command line uses too, where the path is what the user needs.
"""

from __future__ import annotations

import functools
import logging
import pathlib
import re
import tempfile

from siamese import paths

MAX_LOGGED = 256
"""Different sentences that are remembered: a page that runs again does not fill the log with the same one."""
_PART = r"[^\s/\\,;:'\"()<>]+"
_PATH = re.compile(rf"(?<![\w./\\:<])(?:[A-Za-z]:)?[/\\](?:{_PART}[/\\])+(?:{_PART})?")

_log = logging.getLogger(__name__)


def without_paths(text: str) -> str:
    """A sentence in which a file is named without its folders, and a folder of the server by what it is for.

    The sentence with its paths goes to the log.
    """
    return _replaced(text, tuple(_folders().items()))


def _folders() -> dict[str, str]:
    """What the folders of the server are called; those inside others come first."""
    known = {
        paths.data(): "the server's data folder",
        paths.runs(): "the server's folder of runs",
        paths.home(): "the server's data folder",
        paths.ASSETS: "the program's folder",
        pathlib.Path(tempfile.gettempdir()): "the server's folder for temporary files",
        pathlib.Path.home(): "a folder of the server",
    }
    if source := paths.omniglot_source():
        known[source] = "that folder"
    both = {str(form): name for folder, name in known.items() for form in (folder, folder.absolute(), folder.resolve())}
    return {folder: both[folder] for folder in sorted(both, key=len, reverse=True) if pathlib.Path(folder).name}


@functools.lru_cache(maxsize=MAX_LOGGED)
def _replaced(text: str, folders: tuple[tuple[str, str], ...]) -> str:
    words = text
    for folder, name in folders:
        below = rf"{re.escape(folder)}(?P<below>(?:[/\\]{_PART})*)[/\\]?(?![^\s/\\.,;:'\"()<>])"
        words = re.sub(below, lambda match, name=name: _last(match["below"]) or name, words)
    words = _PATH.sub(lambda match: _last(match[0]), words)
    if words == text:
        return text
    _log.warning("A page shows this sentence without its paths: %s", text)
    return words[0].upper() + words[1:] if words.startswith(tuple(name for _, name in folders)) else words


def _last(path: str) -> str:
    """The name of a file or folder, with the full stop of a sentence that it ends."""
    return re.split(r"[/\\]", path.rstrip("/\\"))[-1]
