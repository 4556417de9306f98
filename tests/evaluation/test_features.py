from __future__ import annotations

import numpy as np

from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.features import Features
from tests import drawn
from tests.scorers import Oracle
from tests.threads import Slow, at_once


def test_missing_rows_come_once_and_in_order(scribbles):
    features = Features(Oracle(scribbles), scribbles)
    features.prepare(np.array([5, 3]))
    assert features.missing(np.array([[9, 3], [2, 9]])).tolist() == [9, 2]


def test_each_drawing_is_prepared_once_across_threads(scribbles, monkeypatch):
    oracle = Oracle(scribbles)
    monkeypatch.setattr(oracle, "prepare", Slow(oracle.prepare))
    features = Features(oracle, scribbles)
    at_once(lambda: features.prepare(np.arange(60)))
    assert (oracle.prepared, oracle.prepare.calls) == (60, 1)


def test_steps_of_128_drawings_report_their_progress():
    many = drawn.character_set(alphabets=2, characters=15, drawers=10)
    oracle = Oracle(many)
    features = Features(oracle, many)
    features.prepare(np.arange(10))
    rows = np.arange(300)
    assert list(features.prepare_in_steps(np.concatenate([rows, rows]))) == [(128, 290), (256, 290), (290, 290)]
    assert oracle.prepared == 300
    assert list(features.prepare_in_steps(rows)) == []


def test_scores_are_the_scorers_own(scribbles):
    scorer, queries, support = PixelNearest(), np.array([4, 0]), np.array([7, 3, 4])
    expected = scorer.compare(scorer.prepare(scribbles.drawings(queries)), scorer.prepare(scribbles.drawings(support)))
    assert np.array_equal(Features(scorer, scribbles).compare(queries, support), expected)
