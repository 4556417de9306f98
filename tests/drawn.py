"""Characters drawn in code, for tests that need drawings but not Omniglot."""

from __future__ import annotations

import dataclasses
import io
import pathlib
import zipfile

import numpy as np
from PIL import Image

from siamese.config import SIDE, TwinConfig
from siamese.data import omniglot, pen, splits
from siamese.data.characters import Alphabet, Character, CharacterSet, pack

TINY = TwinConfig(filters=(4, 4, 8, 8), embedding=32)


def scribble(character: int, drawer: int) -> np.ndarray:
    """A drawing (105, 105): a line of five points that belong to the character, moved a little by the drawer."""
    points = np.random.default_rng(character).uniform(20, 85, (5, 2))
    return pen.draw([points + np.random.default_rng((character, drawer)).normal(0, 2, points.shape)])


def character_set(alphabets: int, characters: int, drawers: int) -> CharacterSet:
    """Scribbles by alphabet, character and drawer (numbered from 1)."""
    names = [Alphabet(f"Alphabet {a}", f"Script {a}") for a in range(alphabets)]
    classes = [Character(alphabet.name, f"character{c + 1:02}") for alphabet in names for c in range(characters)]
    drawings = {(c, d): scribble(c, d) for c in range(len(classes)) for d in range(1, drawers + 1)}
    return from_drawings("scribbles", names, classes, drawings)


def from_drawings(
    name: str, alphabets: list[Alphabet], characters: list[Character], drawings: dict[tuple[int, int], np.ndarray]
) -> CharacterSet:
    """A character set of drawings keyed by (character index, drawer)."""
    keys = np.array(sorted(drawings), dtype=np.int32)
    bits = pack(np.stack([drawings[c, d] for c, d in keys]))
    return CharacterSet(name, tuple(alphabets), tuple(characters), bits, keys[:, 0].copy(), keys[:, 1].copy())


def png(drawing: np.ndarray, mode: str = "1") -> bytes:
    """A drawing as Omniglot stores it: a PNG with black ink."""
    content = io.BytesIO()
    Image.fromarray(np.where(drawing >= 0.5, 0, 255).astype(np.uint8)).convert(mode).save(content, "PNG")
    return content.getvalue()


def zipped(entries: dict[str, bytes]) -> bytes:
    """A zip archive of these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return content.getvalue()


def omniglot_home(home: pathlib.Path, characters: int = 6, drawers: int = 4) -> None:
    """Install scribbles as Omniglot in a home folder: its evaluation alphabets, three for training, and Lake's runs."""
    names = [*splits.LAKE_TEN, *splits.VALIDATION_TEN, "Futurama", "Greek", "Latin"]
    made = character_set(len(names), characters, drawers)
    alphabets = tuple(Alphabet(name, splits.SCRIPTS.get(name, "")) for name in names)
    classes = tuple(Character(names[i // characters], c.name) for i, c in enumerate(made.characters))
    (home / "data").mkdir(parents=True, exist_ok=True)
    dataclasses.replace(made, name="Omniglot", alphabets=alphabets, characters=classes).save(
        home / "data" / "omniglot.npz"
    )
    runs = lake_runs()
    packed = {
        "support": pack(runs.support.reshape(-1, SIDE, SIDE)),
        "query": pack(runs.query.reshape(-1, SIDE, SIDE)),
        "answer": runs.answer,
    }
    np.savez_compressed(home / "data" / "lake_runs.npz", **packed)


def lake_runs() -> omniglot.LakeRuns:
    """20 runs of scribbles, like Lake's."""
    answer = np.stack([np.random.default_rng(run).permutation(20) for run in range(20)])
    support = np.stack([[scribble(20 * run + way, 1) for way in range(20)] for run in range(20)])
    query = np.stack([[scribble(20 * run + way, 2) for way in answer[run]] for run in range(20)])
    return omniglot.LakeRuns(support, query, answer)
