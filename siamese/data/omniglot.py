"""Omniglot (Lake et al., 2015; MIT licence): import, download, and reading it with Lake's 20 runs.

It is kept as two packed files in the user's data folder, which are made once from the files that people have
(`archives.py`, `lake_files.py`) and read in a tenth of a second. Either of its two sets may be missing.
"""

from __future__ import annotations

import dataclasses
import functools
import pathlib

import numpy as np

from siamese import paths
from siamese.config import SIDE
from siamese.data import archives, downloads, lake_files
from siamese.data.archives import OmniglotError, Progress
from siamese.data.characters import PACKED, Alphabet, Character, CharacterSet, unpack
from siamese.data.file_tree import DAMAGED, FileTree
from siamese.data.packed_files import Stamp, delete_remains, one_at_a_time, stamp, write
from siamese.data.splits import EVALUATION, SCRIPTS
from siamese.errors import UserError

MISSING = (
    "Omniglot is not installed: download it with `python -m siamese data download`, or import a folder or a zip by "
    "`python -m siamese data import PATH`."
)
NO_RUNS = (
    "Lake's runs are not installed: import all_runs.zip by `python -m siamese data import PATH`, or download Omniglot "
    "again; everything else works without them."
)
RUNS_ARCHIVE = "all_runs.zip"

_failures: dict[Stamp, str] = {}
"""Why the import from `OMNIGLOT_DIR` failed, by what was there."""


@dataclasses.dataclass(frozen=True)
class LakeRuns:
    """Lake's 20 runs of 20 trials, 20-way within an alphabet.

    support, query: float32 (20, 20, 105, 105); answer: int (20, 20), the index in the run's support set.
    """

    support: np.ndarray
    query: np.ndarray
    answer: np.ndarray


@dataclasses.dataclass(frozen=True)
class State:
    """What can be read of Omniglot. problem: why nothing can be read, in one sentence, or "".

    imported: whether it is packed; otherwise the first use imports it from `OMNIGLOT_DIR`, which takes seconds.
    alphabets: names of those that are there, once imported. missing: names of the archives that are not there.
    """

    problem: str = ""
    imported: bool = False
    alphabets: frozenset[str] = frozenset()
    characters: int = 0
    missing: tuple[str, ...] = ()


def packed_file() -> pathlib.Path:
    """The file of the packed data set."""
    return paths.data() / "omniglot.npz"


def runs_file() -> pathlib.Path:
    """The file of Lake's packed runs."""
    return paths.data() / "lake_runs.npz"


def state() -> State:
    """What can be read: content is opened, not only looked for. Fast unless a file has changed since the last call."""
    if packed_file().is_file():
        return _packed_state(stamp(packed_file()), stamp(runs_file()))
    source = paths.omniglot_source()
    if source is None:
        return State(MISSING)
    now = stamp(source)
    return State(_failures[now]) if now in _failures else _source_state(now, source)


def available() -> bool:
    """Whether it can be loaded without a download, as far as its files can be told without decoding drawings."""
    return not state().problem


@functools.lru_cache(maxsize=4)
def _packed_state(packed: Stamp, runs: Stamp) -> State:
    try:
        characters = _load_packed()
    except OmniglotError as error:
        return State(str(error))
    names = frozenset(alphabet.name for alphabet in characters.alphabets)
    present = {"images_background": bool(names - set(EVALUATION)), "images_evaluation": bool(names & set(EVALUATION))}
    missing = [f"{name}.zip" for name, there in present.items() if not there]
    if not runs_file().is_file():
        missing.append(RUNS_ARCHIVE)
    return State("", True, names, len(characters.characters), tuple(missing))


@functools.lru_cache(maxsize=4)
def _source_state(now: Stamp, source: pathlib.Path) -> State:
    try:
        with FileTree(source) as tree:
            names = archives.list_sets(tree)
    except UserError as error:
        return State(_of_environment(source, error))
    if not names:
        return State(_of_environment(source, _nothing(source)))
    return State(missing=tuple(f"{name}.zip" for name in archives.SETS if name not in names))


def _of_environment(source: pathlib.Path, error: UserError) -> str:
    return f"Omniglot cannot be read from the folder that OMNIGLOT_DIR names, {source}: {error}"


def _nothing(path: pathlib.Path) -> OmniglotError:
    return OmniglotError(
        f"{path} has no drawings of Omniglot; give a folder or a zip with images_background and images_evaluation."
    )


def load(progress: Progress | None = None) -> CharacterSet:
    """All alphabets that are installed, imported from `OMNIGLOT_DIR` first if necessary.

    Raises OmniglotError if there are none.
    """
    if not packed_file().is_file():
        _import_from_environment(progress)
    return _load_packed()


def _load_packed() -> CharacterSet:
    try:
        return CharacterSet.load(packed_file())
    except ValueError as error:
        raise OmniglotError(f"{packed_file()} is damaged; delete it and import Omniglot again.") from error


def load_runs() -> LakeRuns:
    """Lake's 400 trials. Raises OmniglotError when they are missing or damaged."""
    if not runs_file().is_file() and not packed_file().is_file():
        _import_from_environment(None)
    if not runs_file().is_file():
        raise OmniglotError(NO_RUNS)
    shape = (lake_files.RUNS, lake_files.WAYS, SIDE, SIDE)
    try:
        with np.load(runs_file(), allow_pickle=False) as arrays:
            support, query = (unpack(arrays[key].reshape(-1, PACKED)).reshape(shape) for key in ("support", "query"))
            return LakeRuns(support, query, arrays["answer"].reshape(shape[:2]))
    except (*DAMAGED, AttributeError, KeyError, TypeError) as error:
        raise OmniglotError(f"{runs_file()} is damaged; delete it and import Omniglot again.") from error


def _import_from_environment(progress: Progress | None) -> None:
    source = paths.omniglot_source()
    if source is None:
        raise OmniglotError(MISSING)
    before = stamp(source)
    with one_at_a_time("omniglot.lock", OmniglotError):
        if packed_file().is_file():  # another process was faster
            return
        try:
            _import(source, progress)
        except OmniglotError as error:
            _failures[before] = _of_environment(source, error)
            raise OmniglotError(_failures[before]) from error


def import_folder(path: pathlib.Path, progress: Progress | None = None) -> State:
    """Pack Omniglot, or a part of it, from a folder or a zip archive in any layout; what was installed before stays.

    The content is checked first, and the packed files appear only once they are complete; imports at the same time wait
    for each other. Returns what is installed afterwards. Raises OmniglotError, and then changes nothing.
    """
    with one_at_a_time("omniglot.lock", OmniglotError):
        _import(path, progress)
    return state()


def download(progress: Progress | None = None) -> None:
    """Download the three official archives, then import them as `import_folder` does."""
    with one_at_a_time("download.lock", OmniglotError):
        folder = paths.data() / "omniglot-archives"
        folder.mkdir(exist_ok=True)
        downloads.fetch(folder, progress)
        import_folder(folder)


def _import(path: pathlib.Path, progress: Progress | None) -> None:
    delete_remains(paths.data())
    try:
        with FileTree(path) as tree:
            sets, runs = archives.read_drawings(tree, progress), lake_files.read_runs(tree)
    except UserError as error:
        raise error if isinstance(error, OmniglotError) else OmniglotError(str(error)) from error
    if not sets and runs is None:
        raise _nothing(path)
    if sets:
        drawings = _installed_drawings(set(archives.SETS) - set(sets))
        for own in sets.values():
            drawings |= own
        write(packed_file(), _character_set(drawings).save)
    if runs is not None:
        write(runs_file(), lambda file: np.savez_compressed(file, **runs))


def _installed_drawings(names: set[str]) -> archives.Drawings:
    """The drawings of these sets that are installed already."""
    try:
        characters = _load_packed()
    except OmniglotError:
        return {}
    owners = [characters.characters[character] for character in characters.character_of]
    return {
        (owner.alphabet, owner.name, int(drawer)): bits
        for owner, drawer, bits in zip(owners, characters.drawer_of, characters.bits, strict=True)
        if archives.set_of(owner.alphabet) in names
    }


def _character_set(bits: archives.Drawings) -> CharacterSet:
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
