"""Recorded results of the shipped weights, which the Evaluate page shows before anything is measured.

One small JSON file, written by tools/make_results.py:

    made            date, command, sha256 of the weights, device
    curves          by group of alphabets: the protocol, and rows as in `curve.table`
    lake_runs       by scorer: accuracy, and the ways chosen in the 20 x 20 trials: `chosen` each on its own,
                    `jointly` by run
    verification    by group: threshold, accuracy, and points of the ROC curve, including those of PAGE_THRESHOLDS
    failures        by group: the most confused pairs of characters, alphabets and drawers, the hardest first
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from siamese import paths
from siamese.data.characters import CharacterSet
from siamese.evaluation import failures
from siamese.evaluation.curve import Answers, table
from siamese.evaluation.lake import LakeAnswers
from siamese.evaluation.probability import logit
from siamese.evaluation.protocol import Protocol
from siamese.evaluation.trials import Choices
from siamese.evaluation.verification import Roc, accuracy_at, roc

FILE = paths.ASSETS / "results.json"
ROC_POINTS = 101
PAGE_THRESHOLDS = np.arange(1, 100) / 100
"""Similarities that the page offers as thresholds."""
CONFUSED_PAIRS, HARDEST_DRAWERS = 20, 10


def load(file: pathlib.Path | None = None) -> dict[str, Any] | None:
    """The recorded results, or None when there are none."""
    file = file or FILE
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def curve_record(protocol: Protocol, answers: Mapping[str, Answers]) -> dict[str, Any]:
    """Curves of scorers on the same nested trials, for every N."""
    return {
        "protocol": dataclasses.asdict(protocol),
        "words": protocol.words,
        "rows": table(answers, range(2, protocol.ways + 1)),
    }


def recorded_protocol(protocol: Protocol, recorded: Mapping[str, Any] | None) -> Protocol | None:
    """The protocol of the recorded curve that can stand in for this protocol, or None.

    It differs in seed and trials only, and may continue to a larger N.
    """
    curve = (recorded or {}).get("curves", {}).get(protocol.group)
    if curve is None:
        return None
    known = Protocol(**{**curve["protocol"], "alphabets": tuple(curve["protocol"]["alphabets"])})
    same = dataclasses.replace(protocol, ways=known.ways, trials=known.trials, seed=known.seed) == known
    return known if same and protocol.ways <= known.ways else None


def lake_record(answers: LakeAnswers) -> dict[str, Any]:
    """A scorer's answers to Lake's runs."""
    return {
        **answers.accuracy.figures(),
        "chosen": answers.chosen.tolist(),
        "joint_right": answers.joint_accuracy.right,
        "jointly": answers.jointly.tolist(),
    }


def lake_answers(record: Mapping[str, Any], answer: np.ndarray) -> LakeAnswers:
    """The answers in a record of `lake_record`; `answer`: the right ways of the runs, int (20, 20)."""
    return LakeAnswers(np.array(record["chosen"]), np.array(record["jointly"]), answer)


def verification_record(
    characters: CharacterSet, logits: np.ndarray, same: np.ndarray, threshold: float
) -> dict[str, Any]:
    """Same or different at a threshold (a logit), and the ROC curve with fewer points.

    It includes the points of PAGE_THRESHOLDS, so the page shows the measured rates at each of its thresholds.
    """
    curve = roc(logits, same)
    offered = np.searchsorted(-curve.threshold, -logit(PAGE_THRESHOLDS), side="right") - 1
    evenly = np.linspace(0, len(curve.threshold) - 1, ROC_POINTS).round().astype(int)
    kept = np.unique(np.append(evenly, offered))
    points = {name: getattr(curve, name)[kept] for name in ("threshold", "false_positive", "true_positive")}
    return {
        "words": f"{characters.name}, pairs by two drawers, half of them same",
        **accuracy_at(logits, same, threshold).figures(),
        "threshold": round(threshold, 4),
        "area": round(curve.area, 5),
        # JSON has no infinity: the first threshold, above every score, is null
        "roc": {
            name: [round(float(v), 6) if np.isfinite(v) else None for v in values] for name, values in points.items()
        },
    }


def recorded_roc(record: Mapping[str, Any]) -> Roc:
    """The ROC curve of a record of `verification_record`, with similarities for thresholds."""
    points = record["roc"]
    thresholds = np.array([np.inf, *points["threshold"][1:]])
    rates = (np.array(points[name]) for name in ("false_positive", "true_positive"))
    return Roc(thresholds, *rates, record["area"], record["trials"]).as_similarity()


def failures_record(characters: CharacterSet, choices: Choices) -> dict[str, Any]:
    """Where a scorer fails, by name; characters as [alphabet, name]."""

    def names(character: int) -> list[str]:
        return [characters.characters[character].alphabet, characters.characters[character].name]

    drawers = list(failures.by_drawer(characters, choices).items())[:HARDEST_DRAWERS]
    return {
        "trials": len(choices.trials),
        "ways": choices.trials.support.shape[1],
        "confused": [
            {"characters": [names(c) for c in pair.characters], "wrong": pair.wrong, "met": pair.met}
            for pair in failures.confused(characters, choices, CONFUSED_PAIRS)
        ],
        "alphabets": [
            {"alphabet": name, **accuracy.figures()}
            for name, accuracy in failures.by_alphabet(characters, choices).items()
        ],
        "drawers": [
            {"alphabet": alphabet, "drawer": drawer, **accuracy.figures()} for (alphabet, drawer), accuracy in drawers
        ],
    }
