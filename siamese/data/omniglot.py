"""Omniglot (Lake et al., 2015; MIT licence): import, download, and reading it with Lake's 20 runs.

It is kept as two packed files in the user's data folder, which are made once from the archives (`archives.py`) and read
in a tenth of a second.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import pathlib
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator

import filelock
import numpy as np

from siamese import paths
from siamese.config import SIDE
from siamese.data import archives, downloads
from siamese.data.archives import OmniglotError, Progress
from siamese.data.characters import PACKED, Alphabet, Character, CharacterSet, unpack
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

_INCOMPLETE = ".incomplete-"
MISSING = (
    "Omniglot is not installed: download it with `python -m siamese data download`, or import a folder with its "
    "archives by `python -m siamese data import FOLDER`."
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
    """The file of the packed data set."""
    return paths.data() / "omniglot.npz"


def runs_file() -> pathlib.Path:
    """The file of Lake's packed runs."""
    return paths.data() / "lake_runs.npz"


def available() -> bool:
    """Whether it can be loaded without a download: it is packed already, or `OMNIGLOT_DIR` names an existing folder."""
    source = paths.omniglot_source()
    return packed_file().is_file() or (source is not None and source.is_dir())


def load(progress: Progress | None = None) -> CharacterSet:
    """All 50 alphabets, imported from `OMNIGLOT_DIR` first if necessary.

    Raises OmniglotError if it is not installed.
    """
    if not packed_file().is_file():
        _import_from_environment(progress)
    try:
        return CharacterSet.load(packed_file())
    except ValueError as error:
        raise OmniglotError(f"{packed_file()} is damaged; delete it and import Omniglot again.") from error


def load_runs() -> LakeRuns:
    """Lake's 400 trials. Raises OmniglotError when they are missing or damaged."""
    if not runs_file().is_file():
        _import_from_environment(None)
    if not runs_file().is_file():
        raise OmniglotError(
            "Lake's runs are missing: put all_runs.zip into the folder with the other archives and import it again."
        )
    shape = (archives.RUNS, archives.WAYS, SIDE, SIDE)
    try:
        with np.load(runs_file(), allow_pickle=False) as arrays:
            support, query = (unpack(arrays[key].reshape(-1, PACKED)).reshape(shape) for key in ("support", "query"))
            return LakeRuns(support, query, arrays["answer"].reshape(shape[:2]))
    except (
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        OSError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise OmniglotError(f"{runs_file()} is damaged; delete it and import Omniglot again.") from error


def _import_from_environment(progress: Progress | None) -> None:
    source = paths.omniglot_source()
    if source is None:
        raise OmniglotError(MISSING)
    with _one_at_a_time("omniglot.lock"):
        if not (packed_file().is_file() and runs_file().is_file()):  # another process may have been faster
            _import(source, progress)


def import_folder(folder: pathlib.Path, progress: Progress | None = None) -> None:
    """Pack a folder with Omniglot's archives (images_background.zip, ...), or with the folders they unpack to.

    The content is checked first, and the packed files appear only once they are complete; imports at the same time wait
    for each other. Raises OmniglotError, and then changes nothing.
    """
    with _one_at_a_time("omniglot.lock"):
        _import(folder, progress)


def download(progress: Progress | None = None) -> None:
    """Download the three official archives, then import them as `import_folder` does."""
    with _one_at_a_time("download.lock"):
        folder = paths.data() / "omniglot-archives"
        folder.mkdir(exist_ok=True)
        downloads.fetch(folder, progress)
        import_folder(folder)


@contextlib.contextmanager
def _one_at_a_time(lock: str) -> Iterator[None]:
    """Hold a lock in the data folder. Raises OmniglotError when that folder cannot be written."""
    try:
        paths.data().mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(paths.data() / lock):
            yield
    except OSError as error:
        raise OmniglotError(f"{paths.data()} cannot be written: {error.strerror or error}.") from error


def _import(folder: pathlib.Path, progress: Progress | None) -> None:
    if not os.path.isdir(folder):
        raise OmniglotError(
            f"{folder} is not a folder: give the one with images_background.zip and images_evaluation.zip in it."
        )
    for remains in paths.data().glob(f"*{_INCOMPLETE}*"):  # of an import that was killed
        remains.unlink(missing_ok=True)
    drawings, runs = archives.read_drawings(folder, progress), archives.read_runs(folder)
    _write(packed_file(), _character_set(drawings).save)
    if runs is not None:
        _write(runs_file(), lambda file: np.savez_compressed(file, **runs))


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


def _write(target: pathlib.Path, save: Callable[[io.BytesIO], None]) -> None:
    """Write a file under another name, then rename it: the target is complete or absent."""
    content = io.BytesIO()
    save(content)
    draft = target.with_name(f"{target.stem}{_INCOMPLETE}{uuid.uuid4().hex[:8]}.npz")
    try:
        with draft.open("wb") as file:
            file.write(content.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
