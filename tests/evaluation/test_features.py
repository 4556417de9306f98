from __future__ import annotations

import threading

import numpy as np

from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.features import CHUNK, Features
from tests.scorers import Oracle


def test_missing_rows_come_once_and_in_order(scribbles):
    features = Features(Oracle(scribbles), scribbles)
    features.look(np.array([5, 3]))
    assert features.missing(np.array([[9, 3], [2, 9]])).tolist() == [9, 2]


def test_each_drawing_is_looked_at_once_whoever_asks(scribbles):
    oracle = Oracle(scribbles)
    features = Features(oracle, scribbles)
    threads = [threading.Thread(target=features.look, args=(np.arange(start, start + 60),)) for start in (0, 20, 40, 0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert oracle.looked == 100


def test_steps_report_how_far_they_are(scribbles):
    oracle = Oracle(scribbles)
    features = Features(oracle, scribbles)
    features.look(np.arange(10))
    rows = np.arange(len(scribbles))
    steps = list(features.look_in_steps(np.concatenate([rows, rows])))
    total = len(scribbles) - 10
    assert steps[-1] == (total, total)
    assert [done for done, _ in steps[:-1]] == list(range(CHUNK, total, CHUNK))
    assert oracle.looked == len(scribbles)
    assert list(features.look_in_steps(rows)) == []


def test_scores_are_the_scorers_own(scribbles):
    scorer, queries, support = PixelNearest(), np.array([4, 0]), np.array([7, 3, 4])
    expected = scorer.compare(scorer.prepare(scribbles.drawings(queries)), scorer.prepare(scribbles.drawings(support)))
    assert np.array_equal(Features(scorer, scribbles).compare(queries, support), expected)
