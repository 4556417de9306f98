"""How often the network is right on alphabets of ten unknown characters, taught as on the Teach page.

    OMNIGLOT_STROKES_DIR=FOLDER OMNIGLOT_DIR=FOLDER python tools/measure_own_alphabets.py

Characters of many alphabets are put together at random, ten at a time, and written to a file of an own set and read
again, as a class swaps them. Among the ten, a drawing is named from k examples of each, by other people than the
drawing's. Three sources: real pen strokes (of Omniglot's background set: the network has seen these characters in
training, in other alphabets), drawings of the ten validation alphabets, which it has never seen, and characters
invented by a script, each drawn twenty times with a hand that shakes.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
from collections.abc import Iterator

import numpy as np
from scipy.interpolate import CubicSpline

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from siamese.config import SIDE
from siamese.data import omniglot, own, splits
from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials, sample_trials
from siamese.data.own import editing, file_format, reader
from siamese.data.own.editing import Ink
from siamese.evaluation.features import Features
from siamese.evaluation.trials import Choices, choose
from siamese.network.matcher import Matcher
from tests import strokes

WAYS, MOST_SHOTS, DRAWERS = 10, 5, 20
INVENTED = 100
"""Characters that the script invents."""
Drawn = list[dict[int, Ink]]
"""For each character, its drawings by drawer."""


def pen_strokes() -> Drawn:
    """All characters of the archives of strokes."""
    drawn: dict[tuple[str, str], dict[int, Ink]] = {}
    for archive in strokes.archives():
        for alphabet, character, drawer, lines in strokes.load(archive):
            drawn.setdefault((alphabet, character), {})[drawer] = editing.ink_of(lines, None)
    return list(drawn.values())


def validation_drawings() -> Drawn:
    """All characters of the validation alphabets, as pixels."""
    characters = splits.subset("validation", omniglot.load())
    rows = [characters.rows(c) for c in range(len(characters.characters))]
    return [{int(characters.drawer_of[row]): characters.bits[row].tobytes() for row in own_rows} for own_rows in rows]


def invented(rng: np.random.Generator) -> Drawn:
    """Characters of one to three bent strokes through points on a grid."""
    return [
        {drawer: editing.ink_of(by_hand(shape, rng), None) for drawer in range(1, DRAWERS + 1)}
        for shape in (invent(rng) for _ in range(INVENTED))
    ]


def invent(rng: np.random.Generator) -> list[np.ndarray]:
    """The points (n, 2) that each stroke of a new character goes through, in px."""
    grid = np.stack(np.meshgrid(*[np.linspace(22, 83, 4)] * 2), axis=-1).reshape(-1, 2)
    return [rng.permutation(grid)[: rng.integers(2, 6)] for _ in range(rng.integers(1, 4))]


def by_hand(shape: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """One drawing: slanted, stretched and turned a little, points missed by 3 px or so, lines that shake."""
    turn, slant = rng.normal(0, 0.1), rng.normal(0, 0.12)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array([[1, slant], [0, 1]])
    matrix *= rng.normal(1, 0.12, (2, 1))
    lines = []
    for points in shape:
        missed = (points - SIDE / 2) @ matrix.T + SIDE / 2 + rng.normal(0, 3, points.shape) + rng.normal(0, 2, 2)
        along = np.linspace(0, len(points) - 1, 12 * len(points))
        line = CubicSpline(np.arange(len(points)), missed)(along) if len(points) > 2 else straight(missed, along)
        lines.append(np.clip(line + rng.normal(0, 0.35, line.shape), 2, SIDE - 3))
    return lines


def straight(points: np.ndarray, along: np.ndarray) -> np.ndarray:
    return np.stack([np.interp(along, np.arange(len(points)), points[:, axis]) for axis in (0, 1)], axis=1)


def regrouped(drawn: Drawn, rng: np.random.Generator) -> Iterator[CharacterSet]:
    """Alphabets of ten of these characters each, by way of a file; those that are left over are not used."""
    order = rng.permutation(len(drawn))
    for start in range(0, len(order) - WAYS + 1, WAYS):
        characters = [
            file_format.OwnCharacter(
                f"sign {n}",
                tuple(
                    file_format.OwnDrawing(drawer, bits=ink)
                    if isinstance(ink, bytes)
                    else file_format.OwnDrawing(drawer, ink)
                    for drawer, ink in sorted(drawn[c].items())
                ),
            )
            for n, c in enumerate(order[start : start + WAYS])
        ]
        alphabet = file_format.OwnAlphabet("Unknown", tuple(characters))
        content = file_format.write(file_format.OwnSet("Unknown", (alphabet,)))
        yield own.character_set(reader.read(content, "unknown.json"))


def measure(drawn: Drawn, matcher: Matcher, trials: int, seed: int) -> list[tuple[int, int]]:
    """(right, trials) for k = 1 to 5 examples."""
    rng = np.random.default_rng(seed)
    counts = np.zeros((MOST_SHOTS, 2), int)
    for characters in regrouped(drawn, rng):
        features = Features(matcher, characters)
        for shots in range(1, MOST_SHOTS + 1):
            asked: Trials = sample_trials(characters, rng, trials, WAYS, shots)
            right = Choices(asked, choose(features.score(asked), rng)).right
            counts[shots - 1] += right.sum(), len(right)
    return [(int(right), int(total)) for right, total in counts]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=100, help="of each alphabet and k (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    sources = {
        "pen strokes, regrouped": pen_strokes(),
        "validation alphabets, regrouped": validation_drawings() if omniglot.available() else [],
        "invented by script": invented(np.random.default_rng(arguments.seed)),
    }
    matcher = Matcher.load()
    print(
        f"Right among {WAYS}, % (trials for each k)".ljust(44) + "".join(f"   k={k}" for k in range(1, MOST_SHOTS + 1))
    )
    for name, drawn in sources.items():
        counts = measure(drawn, matcher, arguments.trials, arguments.seed)
        title = f"{name}: {len(drawn) // WAYS} alphabets ({counts[0][1]:,})"
        print(title.ljust(44) + "".join(f"{100 * right / max(1, total):6.1f}" for right, total in counts), flush=True)


if __name__ == "__main__":
    main()
