"""Measure the size and position of Omniglot's drawings, and what `ink.fit`, which enforces that range, contributes.

    python tools/measure_ink.py                  # percentiles, the source of the constants in siamese/data/ink.py
    python tools/measure_ink.py --accuracy       # accuracy with and without `fit`; about five minutes on two cores

The accuracy is 20-way 1-shot on the ten validation alphabets, drawers 1 to 4 (Koch's split). Queries are thinned,
scaled or moved, and redrawn with the pen, with and without `fit`; support sets are Omniglot's pictures.
"""

from __future__ import annotations

import argparse
import dataclasses
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from siamese.config import SIDE
from siamese.data import episodes, ink, omniglot, pen, splits
from siamese.data.characters import CharacterSet
from siamese.data.photograph import centre_lines
from siamese.evaluation.trials import Accuracy, Scorer, choose

PERCENTILES = (0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100)
DRAWERS = (1, 2, 3, 4)
SCALES = (0.15, 0.3, 0.5, 0.7, 1.3, 1.6)
SHIFTS = (10, 20, 40)


def boxes(drawings: np.ndarray) -> dict[str, np.ndarray]:
    """Measurements, each (n,), of the box around the ink of drawings (n, 105, 105), in px."""
    columns, rows = drawings.any(axis=1), drawings.any(axis=2)
    left, right = columns.argmax(axis=1), SIDE - columns[:, ::-1].argmax(axis=1)
    top, bottom = rows.argmax(axis=1), SIDE - rows[:, ::-1].argmax(axis=1)
    return {
        "longest side": np.maximum(right - left, bottom - top),
        "shortest side": np.minimum(right - left, bottom - top),
        "middle x": (left + right) / 2,
        "middle y": (top + bottom) / 2,
        "ink, % of px": drawings.mean(axis=(1, 2)) * 100,
    }


def print_range(characters: CharacterSet) -> None:
    """Print the table of percentiles."""
    print(
        f"{characters.name}, {len(characters):,} drawings\n{'percentile':16}" + "".join(f"{p:8}" for p in PERCENTILES)
    )
    for name, values in boxes(characters.drawings()).items():
        print(f"{name:16}" + "".join(f"{v:8.1f}" for v in np.percentile(values, PERCENTILES)))


def by_drawers(characters: CharacterSet, drawers: tuple[int, ...]) -> CharacterSet:
    """The drawings of these drawers only."""
    kept = np.isin(characters.drawer_of, drawers)
    return dataclasses.replace(
        characters,
        bits=characters.bits[kept],
        character_of=characters.character_of[kept],
        drawer_of=characters.drawer_of[kept],
    )


def moved(strokes: list[np.ndarray], scale: float, shift: float, rng: np.random.Generator) -> list[np.ndarray]:
    """Strokes scaled about the middle, then shifted in a random direction as far as they stay on the paper."""
    strokes = [(stroke - SIDE / 2) * scale + SIDE / 2 for stroke in strokes]
    angle = rng.uniform(0, 2 * np.pi)
    points = np.concatenate(strokes)
    room = np.minimum(0, -points.min(axis=0)), np.maximum(0, SIDE - 1 - points.max(axis=0))
    return [stroke + np.clip(shift * np.array([np.cos(angle), np.sin(angle)]), *room) for stroke in strokes]


def print_accuracy(scorer: Scorer, characters: CharacterSet, count: int, rng: np.random.Generator) -> None:
    """Print the 20-way 1-shot accuracy for drawings that were scaled or moved, without and with `fit`."""
    trials = episodes.sample_trials(characters, rng, count)
    support = scorer.prepare(characters.drawings())
    queries = characters.drawings(trials.query)
    traced = [centre_lines.trace(drawing > 0.5) for drawing in queries]

    def accuracy(drawings: np.ndarray) -> str:
        features = scorer.prepare(drawings)
        scores = np.concatenate(
            [scorer.compare(features[t : t + 1], support[trials.support[t, :, 0]]) for t in range(count)]
        )
        result = Accuracy(int((choose(scores, rng) == trials.answer).sum()), count)
        low, high = result.interval()
        return f"{100 * result.accuracy:5.1f} ({100 * low:.1f}-{100 * high:.1f})"

    print(f"\n{characters.name}, drawers {DRAWERS}: 20-way 1-shot, {count} trials, % (95 % interval)")
    print(f"{'query':24}{'without fit':>20}{'with fit':>20}")
    print(f"{'Omniglot picture':24}{accuracy(queries):>20}")
    changes = [
        ("thinned and redrawn", 1.0, 0.0),
        *((f"scaled by {s}", s, 0.0) for s in SCALES),
        *((f"shifted by {s} px", 1.0, s) for s in SHIFTS),
    ]
    changes.append(("scaled and shifted", 0.3, 40.0))
    for name, scale, shift in changes:
        changed = [moved(strokes, scale, shift, rng) for strokes in traced]
        drawn, fitted = (np.stack([pen.draw(place(strokes)) for strokes in changed]) for place in (list, ink.fit))
        print(f"{name:24}{accuracy(drawn):>20}{accuracy(fitted):>20}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accuracy", action="store_true", help="measure the accuracy of the shipped network, too")
    parser.add_argument("--trials", type=int, default=1000)
    chosen = parser.parse_args()
    everything = omniglot.load()
    print_range(splits.subset("background", everything))
    if chosen.accuracy:
        from siamese.network.matcher import Matcher  # takes seconds, and the table does not need it

        validation = by_drawers(splits.subset("validation", everything), DRAWERS)
        print_accuracy(Matcher.load(), validation, chosen.trials, np.random.default_rng(20))


if __name__ == "__main__":
    main()
