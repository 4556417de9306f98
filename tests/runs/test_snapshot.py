"""What the page shows of a validation: fixed drawings, another drawer's query for each, figures of the scorer that is asked."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.data.episodes import VALIDATION_SEED, sample_trials
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.trials import measure
from siamese.runs import snapshot
from siamese.runs.snapshot import Fixed
from tests import drawn
from tests.scorers import Oracle


@pytest.fixture(scope="module")
def characters():
    return drawn.character_set(alphabets=2, characters=22, drawers=4)


def test_the_same_drawings_every_time_each_query_by_another_drawer(characters):
    fixed, again = Fixed(characters), Fixed(characters)
    assert all(np.array_equal(a, b) for a, b in zip(vars(fixed).values(), vars(again).values(), strict=True))
    character, drawer = characters.character_of, characters.drawer_of
    assert len(set(character[fixed.support])) == 20
    assert len({characters.characters[c].alphabet for c in character[fixed.support]}) == 1
    assert (character[fixed.support] == character[fixed.query]).all()
    assert (drawer[fixed.support] != drawer[fixed.query]).all()
    first, second = fixed.pairs.T
    assert ((character[first] == character[second]) == np.repeat([True, False], snapshot.PAIRS)).all()
    assert (first != second).all()


def test_similarities_are_those_of_the_scorer(characters):
    taken = snapshot.take(Oracle(characters), np.zeros((10, 10, 1, 4)), characters)
    yes, no = 1 / (1 + np.exp(-1.0)), 0.5  # the oracle's scores are 1 and 0
    assert taken["trial.similarity"] == pytest.approx(np.where(np.eye(20, dtype=bool), yes, no))
    assert taken["pairs.similarity"] == pytest.approx([yes] * snapshot.PAIRS + [no] * snapshot.PAIRS)
    assert np.array_equal(taken["trial.query"], Fixed(characters).query)
    assert taken["conv1.kernel"].dtype == np.float16


def test_nearest_neighbour_is_measured_on_the_trials_of_the_validations(characters):
    found = snapshot.yardstick(characters, 40)
    trials = sample_trials(characters, np.random.default_rng(VALIDATION_SEED), 40)
    assert found == measure(PixelNearest(), characters, trials, np.random.default_rng(VALIDATION_SEED)).figures()
    assert found["trials"] == 40
