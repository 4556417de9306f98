"""Omniglot in any layout that people have: its archives, the folders they unpack to, copies of them, a clone.

Nothing depends on the names of archives and folders above an alphabet's: the content decides. Each of the two sets has
964 or 659 characters, 20 drawings of each, 105x105. Drawings that were saved again with 256 greys or inverted are
accepted when all of a set's drawings show which of their two colours is ink.
"""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable

import numpy as np
from PIL import Image

from siamese.config import SIDE
from siamese.data.file_tree import FileTree
from siamese.data.ink import InkError
from siamese.data.pictures import png
from siamese.data.splits import EVALUATION, SCRIPTS
from siamese.errors import UserError

SETS = {"images_background": 964, "images_evaluation": 659}
"""Number of characters in each set."""
DRAWERS = 20
MAX_DRAWING_BYTES = 100_000
"""Omniglot's have 300 bytes."""
INK_SHARE = (0.01, 0.25)
"""Mean share of ink in a set's drawings; Omniglot has 0.08."""
MAX_GREYS_SHARE = 0.02
"""Share of pixels between dark and light: a drawing that was only saved again has none."""
_DARK, _LIGHT = 64, 191

Progress = Callable[[int, int], None]
"""Called with (done, total)."""
Key = tuple[str, str, int]
"""Alphabet, character and drawer of a drawing."""
Drawings = dict[Key, np.ndarray]
"""Packed bits (1379,) of drawings."""


class OmniglotError(UserError):
    """Omniglot is missing or wrong; the text says what is wrong and what to do."""


_DRAWING_PATH = re.compile(
    r"(.*/)?([^/\x00-\x1f\x7f]{1,100})/(character[0-9]{1,3})/[0-9]{1,6}_([0-9]{2})\.png", re.IGNORECASE
)


@dataclasses.dataclass
class _Copy:
    """One copy of a set: the files of its drawings below a folder, and a file that has a drawing a second time."""

    root: str
    names: dict[Key, str] = dataclasses.field(default_factory=dict)
    doubled: str = ""

    @property
    def characters(self) -> int:
        return len({key[:2] for key in self.names})


def read_drawings(tree: FileTree, progress: Progress | None = None) -> dict[str, Drawings]:
    """The drawings of each set that the tree has, by the set's name; a set of which there is no trace is left out.

    Raises OmniglotError for a set that is incomplete or damaged.
    """
    copies = _complete_copies(tree)
    total = sum(len(copy.names) for copy in copies.values())
    sets: dict[str, Drawings] = {}
    for name, copy in copies.items():
        before = sum(map(len, sets.values()))
        sets[name] = _read_copy(tree, copy, lambda done, before=before: progress and progress(before + done, total))
    return sets


def list_sets(tree: FileTree) -> list[str]:
    """The sets that the tree has, judged by the names of the drawings. Raises OmniglotError for an incomplete one."""
    return list(_complete_copies(tree))


def is_omniglot(tree: FileTree) -> bool:
    """Whether anything in the tree is Omniglot's by its name: an archive or folder, or an alphabet in its layout."""
    marks = (*SETS, "all_runs", "omniglot")
    if any(mark in name for mark in marks for name in (tree.path.name.lower(), *tree.folders)):
        return True
    layout = (_DRAWING_PATH.fullmatch(file) for file in tree.files)
    return any(match.group(2) in (*EVALUATION, *SCRIPTS) for match in layout if match)


def set_of(alphabet: str) -> str:
    """The set that an alphabet belongs to."""
    return "images_evaluation" if alphabet in EVALUATION else "images_background"


def _complete_copies(tree: FileTree) -> dict[str, _Copy]:
    every = _copies(tree)
    copies = {name: copy for name in SETS if (copy := _best_copy(tree, name, every))}
    for name, copy in copies.items():
        _check_complete(name, copy)
    return copies


def _best_copy(tree: FileTree, name: str, every: list[tuple[str, _Copy]]) -> _Copy | None:
    """The copy of a set to read: a complete one if there is one. None if there is no trace of the set."""
    copies = [copy for owner, copy in every if owner == name]
    if copies:
        return min(copies, key=lambda copy: (copy.characters != SETS[name], len(copy.root)))
    for archive, reason in tree.unread.items():
        if name in archive:
            raise OmniglotError(reason)
    if name in tree.path.name or any(name in folder for folder in tree.folders):
        raise OmniglotError(f"{tree.path} has no drawings of {name}; fetch {name}.zip again.")
    return None


def _copies(tree: FileTree) -> list[tuple[str, _Copy]]:
    """Every copy of every set, with the set's name."""
    copies: dict[tuple[str, str], _Copy] = {}
    for file in sorted(tree.files):
        match = _DRAWING_PATH.fullmatch(file)
        if match:
            root, alphabet, character, drawer = match.group(1) or "", match.group(2), match.group(3), match.group(4)
            copy = copies.setdefault((set_of(alphabet), root), _Copy(root))
            key = (alphabet, character, int(drawer))
            copy.doubled = file if key in copy.names else copy.doubled
            copy.names[key] = file
    return [(name, copy) for (name, _), copy in copies.items()]


def _check_complete(name: str, copy: _Copy) -> None:
    """Raise OmniglotError unless a copy has all characters of its set, each by drawers 1 to 20."""
    if copy.doubled:
        raise OmniglotError(f"{name} has {copy.doubled} twice; fetch it again.")
    if copy.characters != SETS[name]:
        raise OmniglotError(f"{name} has {copy.characters} characters instead of {SETS[name]}; fetch it again.")
    drawers: dict[tuple[str, str], set[int]] = {}
    for alphabet, character, drawer in copy.names:
        drawers.setdefault((alphabet, character), set()).add(drawer)
    for (alphabet, character), present in drawers.items():
        if wrong := present ^ set(range(1, DRAWERS + 1)):
            place = f"{alphabet}/{character}"
            raise OmniglotError(f"{name} lacks a drawing of {place} or has one too many: see drawer {min(wrong)}.")


def _read_copy(tree: FileTree, copy: _Copy, progress: Callable[[int], object]) -> Drawings:
    """The drawings of a complete copy, with ink as 1."""
    keys = list(copy.names)
    bits, shares = np.empty((len(keys), (SIDE * SIDE + 7) // 8), np.uint8), np.empty(len(keys))
    for i, key in enumerate(keys):
        dark = read_dark(tree, copy.names[key])
        bits[i], shares[i] = np.packbits(dark), dark.mean()
        if i % 500 == 499 or i == len(keys) - 1:
            progress(i + 1)
    if ink_is_light(shares, copy.root or str(tree.path)):
        bits = np.packbits(1 - np.unpackbits(bits, axis=1, count=SIDE * SIDE), axis=1)
    return dict(zip(keys, bits, strict=True))


def ink_is_light(dark_shares: np.ndarray, place: str) -> bool:
    """Whether drawings with these shares of dark pixels are inverted. Raises OmniglotError where that is uncertain."""
    low, high = INK_SHARE
    inverted = dark_shares > 0.5
    if inverted.any() and not inverted.all():
        raise OmniglotError(
            f"{place}: {inverted.sum():,} of {len(inverted):,} drawings are inverted, the others are not; "
            "fetch the official archive."
        )
    share = float((1 - dark_shares if inverted.all() else dark_shares).mean())
    if not low <= share <= high:
        raise OmniglotError(
            f"{place}: {share:.1%} of the pixels are ink, in Omniglot 8 %; these are other drawings: fetch the "
            "official archive."
        )
    return bool(inverted.all())


def read_dark(tree: FileTree, name: str) -> np.ndarray:
    """Dark pixels as bool (105, 105) of a PNG with two colours. Raises OmniglotError for any other picture."""
    try:
        content = tree.read(name, MAX_DRAWING_BYTES)
    except UserError as error:
        raise OmniglotError(str(error)) from error
    try:
        container = png.read(content)
        if (container.width, container.height) != (SIDE, SIDE):
            size = f"{container.width}x{container.height}"
            raise OmniglotError(f"{name} is {size}; Omniglot's drawings are 105x105, with two colours.")
        with Image.open(io.BytesIO(container.content), formats=("PNG",)) as image:
            grey = np.asarray(image.convert("L"))
    except (InkError, OSError, SyntaxError, ValueError) as error:
        raise OmniglotError(f"{name} cannot be read as a PNG; fetch the archive again.") from error
    if grey.min() == grey.max():
        raise OmniglotError(f"{name} is blank; fetch the archive again.")
    if ((grey >= _DARK) & (grey <= _LIGHT)).mean() > MAX_GREYS_SHARE:
        raise OmniglotError(f"{name} has many greys; Omniglot's drawings are 105x105, with two colours.")
    return grey < 128
