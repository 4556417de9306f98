"""Recorded results of the shipped weights: what the evaluate page shows before anything is measured again.

One small JSON file, written by tools/make_results.py. Its parts:
  made            date, command, sha256 of the weights, device
  curves          by alphabets: protocol, and rows as in `curve.table`
  lake_runs       by scorer: accuracy and `chosen`, the way chosen in each of the 20 x 20 trials
  verification    by alphabets: threshold, accuracy, points of the ROC curve, among them those of SIMILARITIES, its area
  failures        by alphabets: most confused pairs of characters, alphabets and drawers from the hardest on
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from siamese import paths
from siamese.data.characters import CharacterSet
from siamese.evaluation import failures
from siamese.evaluation.curve import Answered, table
from siamese.evaluation.trials import Choices, LakeAnswers
from siamese.evaluation.verification import accuracy_at, roc

FILE = paths.ASSETS / "results.json"
POINTS = 101
SIMILARITIES = np.arange(1, 100) / 100
"""Thresholds that a visitor can choose."""
CONFUSED, HARDEST = 20, 10


def load(file: pathlib.Path = FILE) -> dict[str, Any] | None:
    """The recorded results, or None when there are none."""
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def curve_record(characters: CharacterSet, answered: Mapping[str, Answered]) -> dict[str, Any]:
    """Curves of scorers on the same nested trials, for every N."""
    most = max(so_far.scores.shape[1] for so_far in answered.values())
    return {
        "protocol": f"{characters.name}, within alphabets, all drawers",
        "rows": table(answered, range(2, most + 1)),
    }


def lake_record(answers: LakeAnswers) -> dict[str, Any]:
    """Lake's runs as one scorer answered them."""
    return {**answers.accuracy.figures(), "chosen": answers.chosen.tolist()}


def lake_answers(record: Mapping[str, Any], answer: np.ndarray) -> LakeAnswers:
    """What `lake_record` kept, with the right answers of the runs (20, 20) that are at hand."""
    return LakeAnswers(np.array(record["chosen"]), answer)


def verification_record(
    characters: CharacterSet, scores: np.ndarray, same: np.ndarray, threshold: float
) -> dict[str, Any]:
    """Same or different at a threshold (in the scores' unit, as are those of the curve), and the whole curve thinned out.

    Scores are logits where similarities matter, so that the page's thresholds give the very rates that were measured.
    """
    curve = roc(scores, same)
    chosen = np.searchsorted(-curve.threshold, -np.log(SIMILARITIES / (1 - SIMILARITIES)), side="right") - 1
    kept = np.unique(np.append(np.linspace(0, len(curve.threshold) - 1, POINTS).round().astype(int), chosen))
    points = {
        "threshold": curve.threshold,
        "false_positive": curve.false_positive,
        "true_positive": curve.true_positive,
    }
    return {
        "protocol": f"{characters.name}, pairs by two drawers, half of them same",
        **accuracy_at(scores, same, threshold).figures(),
        "threshold": round(threshold, 4),
        "area": round(curve.area, 5),
        # The first threshold, above every score, is infinite, which JSON has no word for.
        "roc": {
            name: [round(float(v), 6) if np.isfinite(v) else None for v in values[kept]]
            for name, values in points.items()
        },
    }


def failures_record(characters: CharacterSet, choices: Choices) -> dict[str, Any]:
    """Where it fails, by name: characters as (alphabet, name)."""

    def named(character: int) -> list[str]:
        return [characters.characters[character].alphabet, characters.characters[character].name]

    confused = failures.confused(characters, choices, CONFUSED)
    return {
        "trials": len(choices.trials),
        "ways": choices.trials.support.shape[1],
        "confused": [
            {"characters": [named(c) for c in found.characters], "wrong": found.wrong, "met": found.met}
            for found in confused
        ],
        "alphabets": [
            {"alphabet": name, **found.figures()} for name, found in failures.by_alphabet(characters, choices).items()
        ],
        "drawers": [
            {"alphabet": alphabet, "drawer": drawer, **found.figures()}
            for (alphabet, drawer), found in list(failures.by_drawer(characters, choices).items())[:HARDEST]
        ],
    }
