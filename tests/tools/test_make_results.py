"""Recorded results, made on drawings in code by a scorer in the network's place."""

from __future__ import annotations

import json

import numpy as np
import pytest

from siamese.data.omniglot import LakeRuns
from siamese.evaluation.baselines import PixelNearest
from tests import drawn
from tools.make_results import measure_all


@pytest.fixture(scope="module")
def groups():
    return {
        "validation": drawn.character_set(alphabets=2, characters=20, drawers=3),
        "background": drawn.character_set(1, 20, 3),
    }


def runs_of(characters) -> LakeRuns:
    """Two runs of one alphabet: the support set by the first drawer, the queries by the second."""
    support = characters.drawings([characters.row(c, 1) for c in characters.members("Alphabet 0")])
    query = characters.drawings([characters.row(c, 2) for c in characters.members("Alphabet 0")])
    return LakeRuns(
        *(drawings[None].repeat(2, axis=0) for drawings in (support, query)), answer=np.tile(np.arange(20), (2, 1))
    )


def test_everything_the_page_shows_is_recorded(groups):
    found = json.loads(
        json.dumps(
            measure_all(PixelNearest(), groups, groups["validation"], runs_of(groups["background"]), 30, 60),
            allow_nan=False,
        )
    )
    for name in groups:
        rows = found["curves"][name]["rows"]
        assert {row["scorer"] for row in rows} == {"network", "nearest", "normalised", "hausdorff", "chance"}
        assert {row["ways"] for row in rows} == set(range(2, 21))
        by_scorer = {s: [row["right"] for row in rows if row["scorer"] == s] for s in ("network", "nearest")}
        assert by_scorer["network"] == by_scorer["nearest"]  # the same scorer on the same trials
        assert found["failures"][name]["trials"] == 30
        assert found["verification"][name]["trials"] == 60
    assert found["verification"]["validation"]["threshold"] == found["verification"]["background"]["threshold"]
    assert set(found["lake_runs"]) == {"network", "nearest", "normalised", "hausdorff", "chance"}
    assert found["lake_runs"]["network"]["right"] > 20
    assert len(found["lake_runs"]["network"]["chosen"]) == 2


def test_without_lakes_group_his_runs_are_left_alone(groups):
    assert "lake_runs" not in measure_all(
        PixelNearest(), {"background": groups["background"]}, groups["validation"], None, 4, 40
    )
