"""Recorded results, made on drawings in code by a scorer in the network's place."""

from __future__ import annotations

import json

import numpy as np
import pytest

from siamese.data.omniglot import LakeRuns
from siamese.evaluation.baselines import PixelNearest
from tests import drawn
from tools.make_results import measure_all

SCORERS = {"network", "nearest", "normalised", "hausdorff", "chance"}


@pytest.fixture(scope="module")
def everything():
    """Scribbles in place of every data source."""
    return drawn.character_set(3, 20, 3)


@pytest.fixture
def load(everything, monkeypatch):
    monkeypatch.setattr("siamese.data.splits.subset", lambda group, characters: characters.subset(GROUPS[group], group))
    return lambda source: everything


GROUPS = {"validation": ["Alphabet 0", "Alphabet 1"], "background": ["Alphabet 2"]}


def runs_of(characters) -> LakeRuns:
    """Two runs of one alphabet: the support set by the first drawer, the queries by the second."""
    support = characters.drawings([characters.row(c, 1) for c in characters.members("Alphabet 0")])
    query = characters.drawings([characters.row(c, 2) for c in characters.members("Alphabet 0")])
    return LakeRuns(
        *(drawings[None].repeat(2, axis=0) for drawings in (support, query)), answer=np.tile(np.arange(20), (2, 1))
    )


def test_everything_the_page_shows_is_recorded(everything, load):
    measured = measure_all(PixelNearest(), list(GROUPS), runs_of(everything), 30, 60, load)
    record = json.loads(json.dumps(measured, allow_nan=False))
    for name in GROUPS:
        rows = record["curves"][name]["rows"]
        assert {row["scorer"] for row in rows} == SCORERS
        assert {row["ways"] for row in rows} == set(range(2, 21))
        by_scorer = {s: [row["right"] for row in rows if row["scorer"] == s] for s in ("network", "nearest")}
        assert by_scorer["network"] == by_scorer["nearest"]  # the same scorer on the same trials
        assert record["failures"][name]["trials"] == 30
        assert record["verification"][name]["trials"] == 60
    assert record["verification"]["validation"]["threshold"] == record["verification"]["background"]["threshold"]
    assert set(record["lake_runs"]) == SCORERS
    network = record["lake_runs"]["network"]
    assert network["right"] > 20
    assert network["joint_right"] >= network["right"]
    assert np.shape(network["chosen"]) == np.shape(network["jointly"]) == (2, 20)


def test_without_lakes_group_his_runs_are_not_measured(load):
    assert "lake_runs" not in measure_all(PixelNearest(), ["background"], None, 4, 40, load)
