"""Omniglot (Lake et al., 2015; MIT licence): archives or folders in, one packed file out; Lake's 20 runs.

Whatever the drawings come from, they are judged by content: 964 + 659 characters, 20 drawings each, 105x105, one bit.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import pathlib
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator

import filelock
import numpy as np
from PIL import Image

from siamese import paths
from siamese.config import SIDE
from siamese.data.characters import Alphabet, Character, CharacterSet, pack, unpack

SETS = {"images_background": 964, "images_evaluation": 659}
DRAWERS = 20

LAKE_TEN = (
    "Atlantean",
    "Ge_ez",
    "Glagolitic",
    "Gurmukhi",
    "Kannada",
    "Malayalam",
    "Manipuri",
    "Old_Church_Slavonic_(Cyrillic)",
    "Tengwar",
    "Tibetan",
)
"""Alphabets of Lake's 20 runs: for the final figure only, nothing is ever chosen on them."""

VALIDATION_TEN = (
    "Angelic",
    "Atemayar_Qelisayer",
    "Aurek-Besh",
    "Avesta",
    "Keble",
    "Mongolian",
    "Oriya",
    "Sylheti",
    "Syriac_(Serto)",
    "ULOG",
)
"""The other ten of the evaluation set: every choice is made on these."""

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

Progress = Callable[[int, int], None]
"""Called with (done, total) while drawings are read."""


class OmniglotError(Exception):
    """Omniglot is absent or wrong; the text says what and what to do."""


MISSING = (
    "Omniglot is not here yet: download it with `python -m siamese data download`, or import a folder with its archives by "
    "`python -m siamese data import FOLDER`."
)

_DRAWING_PATH = re.compile(r"(?:^|/)(images_background|images_evaluation)/([^/]+)/(character\d+)/\d+_(\d+)\.png$")


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
        raise OmniglotError("Lake's runs are missing: put all_runs.zip beside the other archives and import the folder again.")
    with np.load(runs_file(), allow_pickle=False) as arrays:
        shape = (20, 20, SIDE, SIDE)
        support, query = (unpack(arrays[k].reshape(400, -1)).reshape(shape) for k in ("support", "query"))
        return LakeRuns(support, query, arrays["answer"])


def background(omniglot: CharacterSet) -> CharacterSet:
    """The 30 alphabets of images_background: Lake's and Koch's background set."""
    evaluation = {*LAKE_TEN, *VALIDATION_TEN}
    return omniglot.subset([a.name for a in omniglot.alphabets if a.name not in evaluation], "Omniglot background, 30 alphabets")


def validation(omniglot: CharacterSet) -> CharacterSet:
    """The ten validation alphabets (Koch 30/10/10)."""
    return omniglot.subset(VALIDATION_TEN, "Omniglot validation, 10 alphabets")


def lake_ten(omniglot: CharacterSet) -> CharacterSet:
    """Lake's ten evaluation alphabets."""
    return omniglot.subset(LAKE_TEN, "Omniglot evaluation, Lake's 10 alphabets")


def _import_from_environment(progress: Progress | None) -> None:
    source = paths.omniglot_source()
    if source is None:
        raise OmniglotError(MISSING)
    import_folder(source, progress)


def import_folder(folder: pathlib.Path, progress: Progress | None = None) -> None:
    """Read a folder that holds the archives (images_background.zip, ...) or the folders they unpack to, check it by content, pack it.

    The packed files are renamed into place when whole; starters at the same time wait for the first. Raises OmniglotError.
    """
    if not folder.is_dir():
        raise OmniglotError(f"{folder} is not a folder: give the one with images_background.zip and images_evaluation.zip in it.")
    paths.data().mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(paths.data() / "omniglot.lock"):
        packed = _read_drawings(folder, progress)
        _write_whole(packed_file(), packed.save)
        if (runs := _read_runs(folder)) is not None:
            _write_whole(runs_file(), lambda file: np.savez_compressed(file, **runs))


def _write_whole(target: pathlib.Path, write: Callable[[pathlib.Path], None]) -> None:
    """Let `write` make the file under another name, then rename it: the target is whole or absent."""
    draft = target.with_name(f"{target.stem}.incomplete-{uuid.uuid4().hex[:8]}.npz")
    try:
        write(draft)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def _open_source(folder: pathlib.Path, name: str) -> Iterator[tuple[list[str], Callable[[str], bytes]]]:
    """Names of the files below `name` (a zip or a folder) and a way to read one."""
    archive, unpacked = folder / f"{name}.zip", folder / name
    if archive.is_file():
        try:
            with zipfile.ZipFile(archive) as zipped:
                yield [n for n in zipped.namelist() if not n.endswith("/")], zipped.read
        except zipfile.BadZipFile as error:
            raise OmniglotError(f"{archive} is not a whole zip archive; fetch it again.") from error
    elif unpacked.is_dir():
        names = [p.relative_to(folder).as_posix() for p in unpacked.rglob("*.png")]
        yield names, lambda n: (folder / n).read_bytes()
    else:
        raise OmniglotError(f"{folder} holds neither {name}.zip nor a folder {name}.")


def _read_bits(content: bytes, name: str) -> np.ndarray:
    """Ink as bool (105, 105) of one of the data set's PNGs, in which ink is black."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            if image.size != (SIDE, SIDE) or image.mode != "1":
                raise OmniglotError(f"{name} is {image.size[0]}x{image.size[1]} in mode {image.mode}; Omniglot's drawings are 105x105, one bit.")
            return ~np.asarray(image)
    except (OSError, SyntaxError) as error:
        raise OmniglotError(f"{name} cannot be read as a PNG: {error}.") from error


def _read_drawings(folder: pathlib.Path, progress: Progress | None) -> CharacterSet:
    total = sum(SETS.values()) * DRAWERS
    bits: dict[tuple[str, str, int], np.ndarray] = {}
    alphabets: list[str] = []
    for archive, expected in SETS.items():
        before = len(bits)
        with _open_source(folder, archive) as (names, read):
            for name in sorted(names):
                match = _DRAWING_PATH.search(name)
                if not match or match.group(1) != archive or name.startswith("__MACOSX"):
                    continue
                key = (match.group(2), match.group(3), int(match.group(4)))
                if key in bits:
                    raise OmniglotError(f"{name} is in {archive} twice.")
                bits[key] = np.packbits(_read_bits(read(name), name))
                if progress and len(bits) % 500 == 0:
                    progress(len(bits), total)
        _check(archive, expected, [key for key in list(bits)[before:]])
        alphabets += sorted({alphabet for alphabet, _, _ in list(bits)[before:]})
    if progress:
        progress(total, total)
    order = {name: i for i, name in enumerate(alphabets)}
    keys = sorted(bits, key=lambda key: (order[key[0]], key[1], key[2]))
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


def _check(archive: str, expected: int, keys: list[tuple[str, str, int]]) -> None:
    drawers: dict[tuple[str, str], set[int]] = {}
    for alphabet, character, drawer in keys:
        drawers.setdefault((alphabet, character), set()).add(drawer)
    if len(drawers) != expected:
        raise OmniglotError(f"{archive} has {len(drawers)} characters where Omniglot has {expected}; fetch it again.")
    for (alphabet, character), found in drawers.items():
        if missing := set(range(1, DRAWERS + 1)) - found:
            raise OmniglotError(f"{archive}/{alphabet}/{character} lacks drawer {min(missing)}; fetch it again.")


def _read_runs(folder: pathlib.Path) -> dict[str, np.ndarray] | None:
    """Lake's runs, packed; None when the folder does not have them."""
    archive = folder / "all_runs.zip"
    if archive.is_file():
        try:
            with zipfile.ZipFile(archive) as zipped:
                return _collect_runs(zipped.read)
        except (zipfile.BadZipFile, KeyError) as error:
            raise OmniglotError(f"{archive} is not the archive of Lake's 20 runs ({error}); fetch it again.") from error
    root = folder / "all_runs"
    if root.is_dir():
        try:
            return _collect_runs(lambda name: (root / name).read_bytes())
        except FileNotFoundError as error:
            raise OmniglotError(f"{error.filename} is missing; fetch all_runs.zip again.") from error
    return None


def _collect_runs(read: Callable[[str], bytes]) -> dict[str, np.ndarray]:
    support, query, answer = np.zeros((2, 20, 20, SIDE, SIDE)), None, np.zeros((20, 20), np.int64)
    support, query = support[0], support[1]
    for run in range(20):
        labels = dict(line.split() for line in read(f"run{run + 1:02}/class_labels.txt").decode().splitlines() if line.strip())
        for i in range(20):
            item, shown = f"run{run + 1:02}/test/item{i + 1:02}.png", f"run{run + 1:02}/training/class{i + 1:02}.png"
            query[run, i] = _read_bits(read(item), item)
            support[run, i] = _read_bits(read(shown), shown)
            answer[run, i] = int(labels[item][-6:-4]) - 1
    return {"support": pack(support.reshape(400, SIDE, SIDE)), "query": pack(query.reshape(400, SIDE, SIDE)), "answer": answer}
