"""The shipped network: its figure on Lake's runs, and its recorded embeddings of a few built-in drawings.

No change of weights, of normalising or of the network passes unnoticed. After an intended change, record them again:

    python -m tests.network.test_shipped
"""

from __future__ import annotations

import dataclasses
import pathlib

import numpy as np
import pytest

from siamese.data import builtin
from siamese.evaluation.lake import measure_lake
from siamese.network.device import Precision
from siamese.network.matcher import Matcher

RECORD = pathlib.Path(__file__).with_name("shipped.npz")
DRAWINGS = (("Kannada", 17, 1), ("Kannada", 17, 3), ("Kannada", 35, 3), ("Kannada", 46, 3))
"""Alphabet, position in it, drawer: a query, and one example each of its character and of two similar ones."""


def drawings() -> np.ndarray:
    alphabets = builtin.load()
    rows = [alphabets.row(alphabets.members(alphabet)[place], drawer) for alphabet, place, drawer in DRAWINGS]
    return alphabets.drawings(rows)


def test_lakes_runs(lake_runs):
    answers = measure_lake(Matcher.load(), lake_runs)
    assert answers.accuracy.right >= 395
    assert answers.joint_accuracy.right >= 399


def test_embeddings_in_the_precision_of_this_machine():
    with np.load(RECORD) as recorded:
        assert np.abs(Matcher.load().prepare(drawings()) - recorded["embeddings"]).max() < 0.02


def test_embeddings_and_answers_in_float32_are_the_recorded_ones(monkeypatch):
    in_float32(monkeypatch)
    matcher, shown = Matcher.load(), drawings()
    with np.load(RECORD) as recorded:
        assert np.abs(matcher.prepare(shown) - recorded["embeddings"]).max() < 1e-4
        match = matcher.match(shown[0], shown[1:, None])
        assert match.logit == pytest.approx(recorded["logit"], abs=1e-3)
        assert match.share == pytest.approx(recorded["share"], abs=1e-3)
    assert (match.best, match.none) == (0, False)


def in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let networks compute in float32, which differs from processor to processor by 1e-6 only."""
    precise = dataclasses.replace(Precision.of_this_machine(), serving="float32")
    monkeypatch.setattr(Precision, "of_this_machine", lambda: precise)


def record() -> None:
    """Write the embeddings and answers of the shipped network."""
    with pytest.MonkeyPatch.context() as patch:
        in_float32(patch)
        matcher, shown = Matcher.load(), drawings()
        match = matcher.match(shown[0], shown[1:, None])
        np.savez_compressed(RECORD, embeddings=matcher.prepare(shown), logit=match.logit, share=match.share)


if __name__ == "__main__":
    record()
