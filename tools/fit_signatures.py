"""Fit the threshold for signatures, and write it into the record of the shipped weights: python tools/fit_signatures.py

Takes a minute on two cores. Signatures are initials: two letters of a built-in validation alphabet side by side. A
pair is by two drawers; half of the pairs show the same initials. Characters have a threshold of their own, fitted by
tools/ship_weights.py; applied to signatures, it accepts too many, because any two pairs of letters look more alike
than any two letters. Lake's ten alphabets are not used.
"""

from __future__ import annotations

import functools
import json
import os
import pathlib
import sys

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from siamese.data import office, sources
from siamese.data.characters import CharacterSet
from siamese.evaluation.probability import sigmoid
from siamese.evaluation.scorers import Scorer
from siamese.evaluation.verification import accuracy_at, fit_same_threshold

PAIRS = 2000
"""Pairs that the threshold is fitted on, and as many others that it is measured on."""
SEED = 20261125
PRINT = 1
"""The drawer whose drawings are print, which is no handwriting."""


def signature_pairs(
    characters: CharacterSet, rng: np.random.Generator, pairs: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signatures (pairs, 105, 105) by one drawer, by another, and whether both have the same initials, bool (pairs,).

    Every second pair has the same initials. The initials of a pair come from one alphabet.
    """
    firsts, seconds, same = [], [], np.arange(pairs) % 2 == 0
    for alike in same:
        alphabet = characters.alphabets[rng.integers(len(characters.alphabets))]
        members = np.array(characters.members(alphabet.name))
        initials = rng.choice(members, 2)
        others = initials
        while not alike and (others == initials).all():
            others = rng.choice(members, 2)
        drawers = [d for d in characters.drawers(int(members[0])) if d != PRINT]
        one, other = rng.choice(drawers, 2, replace=False)
        firsts.append(_signature(characters, initials, one, rng))
        seconds.append(_signature(characters, others, other, rng))
    return np.stack(firsts), np.stack(seconds), same


def _signature(characters: CharacterSet, initials: np.ndarray, drawer: int, rng: np.random.Generator) -> np.ndarray:
    rows = [characters.row(int(letter), int(drawer)) for letter in initials]
    return office.signature(characters.drawings(rows), rng)


def scores(scorer: Scorer, firsts: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Scores (n,) of pairs of drawings (n, 105, 105)."""
    pairs = zip(scorer.prepare(firsts), scorer.prepare(seconds), strict=True)
    return np.array([scorer.compare(first[None], second[None])[0, 0] for first, second in pairs])


def fit(scorer: Scorer, pairs: int = PAIRS) -> dict[str, object]:
    """The entries for the record: the threshold, and its figures on other pairs."""
    _, validation = sources.get("builtin").training_sets()
    sample = functools.partial(signature_pairs, validation, pairs=pairs)
    firsts, seconds, same = sample(np.random.default_rng((SEED, 1)))
    threshold = fit_same_threshold(scores(scorer, firsts, seconds), same)
    firsts, seconds, same = sample(np.random.default_rng((SEED, 2)))
    figures = accuracy_at(scores(scorer, firsts, seconds), same, threshold).figures()
    return {"signature_threshold": round(float(sigmoid(threshold)), 4), "signatures": figures}


def main() -> None:
    from siamese.network.matcher import SHIPPED, Matcher

    file = SHIPPED.with_suffix(".json")
    fitted = fit(Matcher.load())
    record = json.loads(file.read_text(encoding="utf-8"))
    record["signature_threshold"] = fitted["signature_threshold"]
    record["calibration"]["signatures"] = fitted["signatures"]
    file.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(fitted, indent=1))


if __name__ == "__main__":
    main()
