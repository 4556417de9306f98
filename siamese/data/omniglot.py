"""Omniglot (Lake et al., 2015; MIT licence): where it is kept, its alphabets and splits, Lake's 20 runs.

Kept as two packed files in the user's data folder, made once from the archives (archives.py), read in a tenth of a second.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import uuid
from collections.abc import Callable

import filelock
import numpy as np

from siamese import paths
from siamese.config import SIDE
from siamese.data import archives
from siamese.data.archives import OmniglotError, Progress
from siamese.data.characters import Alphabet, Character, CharacterSet, unpack
from siamese.data.splits import EVALUATION

SCRIPTS = {
    "Anglo-Saxon_Futhorc": "Runic",
    "Armenian": "Armenian",
    "Asomtavruli_(Georgian)": "Georgian",
    "Avesta": "Avestan",
    "Balinese": "Balinese",
    "Bengali": "Bengali",
    "Blackfoot_(Canadian_Aboriginal_Syllabics)": "Canadian Aboriginal",
    "Braille": "Braille",
    "Burmese_(Myanmar)": "Myanmar",
    "Cyrillic": "Cyrillic",
    "Early_Aramaic": "Imperial Aramaic",
    "Ge_ez": "Ethiopic",
    "Glagolitic": "Glagolitic",
    "Grantha": "Grantha",
    "Greek": "Greek",
    "Gujarati": "Gujarati",
    "Gurmukhi": "Gurmukhi",
    "Hebrew": "Hebrew",
    "Inuktitut_(Canadian_Aboriginal_Syllabics)": "Canadian Aboriginal",
    "Japanese_(hiragana)": "Hiragana",
    "Japanese_(katakana)": "Katakana",
    "Kannada": "Kannada",
    "Korean": "Hangul",
    "Latin": "Latin",
    "Malay_(Jawi_-_Arabic)": "Arabic",
    "Malayalam": "Malayalam",
    "Manipuri": "Meetei Mayek",
    "Mkhedruli_(Georgian)": "Georgian",
    "Mongolian": "Mongolian",
    "N_Ko": "Nko",
    "Ojibwe_(Canadian_Aboriginal_Syllabics)": "Canadian Aboriginal",
    "Old_Church_Slavonic_(Cyrillic)": "Cyrillic",
    "Oriya": "Oriya",
    "Sanskrit": "Devanagari",
    "Sylheti": "Syloti Nagri",
    "Syriac_(Estrangelo)": "Syriac",
    "Syriac_(Serto)": "Syriac",
    "Tagalog": "Tagalog",
    "Tibetan": "Tibetan",
    "Tifinagh": "Tifinagh",
}
"""Unicode script of each alphabet that has one; the others are invented or never encoded."""

MISSING = (
    "Omniglot is not here yet: download it with `python -m siamese data download`, or import a folder with its archives by "
    "`python -m siamese data import FOLDER`."
)


@dataclasses.dataclass(frozen=True)
class LakeRuns:
    """Lake's 20 runs of 20 trials, 20-way within an alphabet.

    support, query: float32 (20, 20, 105, 105); answer: int (20, 20), the index in the run's support set.
    """

    support: np.ndarray
    query: np.ndarray
    answer: np.ndarray


def packed_file() -> pathlib.Path:
    """Where the packed data set is kept."""
    return paths.data() / "omniglot.npz"


def runs_file() -> pathlib.Path:
    """Where Lake's runs are kept, packed."""
    return paths.data() / "lake_runs.npz"


def available() -> bool:
    """Whether a load would succeed without a download: packed already, or `OMNIGLOT_DIR` names a folder that is there."""
    source = paths.omniglot_source()
    return packed_file().is_file() or (source is not None and source.is_dir())


def load(progress: Progress | None = None) -> CharacterSet:
    """All 50 alphabets. Imports them from `OMNIGLOT_DIR` when that is needed. Raises OmniglotError when there is nothing to read."""
    if not packed_file().is_file():
        _import_from_environment(progress)
    try:
        return CharacterSet.load(packed_file())
    except ValueError as error:
        raise OmniglotError(f"{packed_file()} is damaged; delete it and import Omniglot again.") from error


def load_runs() -> LakeRuns:
    """Lake's 400 trials. Raises OmniglotError when they are not there."""
    if not runs_file().is_file():
        _import_from_environment(None)
    if not runs_file().is_file():
        raise OmniglotError(
            "Lake's runs are missing: put all_runs.zip beside the other archives and import the folder again."
        )
    with np.load(runs_file(), allow_pickle=False) as arrays:
        shape = (20, 20, SIDE, SIDE)
        support, query = (unpack(arrays[k].reshape(400, -1)).reshape(shape) for k in ("support", "query"))
        return LakeRuns(support, query, arrays["answer"])


def _import_from_environment(progress: Progress | None) -> None:
    source = paths.omniglot_source()
    if source is None:
        raise OmniglotError(MISSING)
    with _importing():
        if not (packed_file().is_file() and runs_file().is_file()):  # another starter may have been faster
            _import(source, progress)


def import_folder(folder: pathlib.Path, progress: Progress | None = None) -> None:
    """Read a folder that holds the archives (images_background.zip, ...) or the folders they unpack to, check it by content, pack it.

    The packed files are renamed into place when whole; starters at the same time wait for each other. Raises OmniglotError.
    """
    with _importing():
        _import(folder, progress)


def _importing() -> filelock.FileLock:
    paths.data().mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(paths.data() / "omniglot.lock")


def _import(folder: pathlib.Path, progress: Progress | None) -> None:
    if not folder.is_dir():
        raise OmniglotError(
            f"{folder} is not a folder: give the one with images_background.zip and images_evaluation.zip in it."
        )
    packed = _character_set(archives.read_drawings(folder, progress))
    _write_whole(packed_file(), packed.save)
    if (runs := archives.read_runs(folder)) is not None:
        _write_whole(runs_file(), lambda file: np.savez_compressed(file, **runs))


def download(progress: Progress | None = None) -> None:
    """Fetch the three official archives, check and pack them. Raises OmniglotError; what was there before stays."""
    folder = paths.data() / "omniglot-archives"
    folder.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(paths.data() / "download.lock"):
        archives.fetch(folder, progress)
        import_folder(folder)


def _character_set(bits: dict[archives.Key, np.ndarray]) -> CharacterSet:
    """All drawings in order: alphabets by set and name, characters and drawers by number."""
    keys = sorted(bits, key=lambda key: (key[0] in EVALUATION, *key))
    alphabets = list(dict.fromkeys(alphabet for alphabet, _, _ in keys))
    classes = list(dict.fromkeys((alphabet, character) for alphabet, character, _ in keys))
    number = {key: i for i, key in enumerate(classes)}
    return CharacterSet(
        "Omniglot",
        tuple(Alphabet(name, SCRIPTS.get(name, "")) for name in alphabets),
        tuple(Character(alphabet, character) for alphabet, character in classes),
        np.stack([bits[key] for key in keys]),
        np.array([number[key[:2]] for key in keys], dtype=np.int32),
        np.array([key[2] for key in keys], dtype=np.int32),
    )


def _write_whole(target: pathlib.Path, write: Callable[[pathlib.Path], None]) -> None:
    """Let `write` make the file under another name, then rename it: the target is whole or absent."""
    draft = target.with_name(f"{target.stem}.incomplete-{uuid.uuid4().hex[:8]}.npz")
    try:
        write(draft)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
