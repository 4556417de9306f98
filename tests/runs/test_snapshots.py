"""Snapshots: fixed drawings, queries by another drawer, the similarities of the scorer."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.data.episodes import VALIDATION_SEED, sample_trials
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.trials import measure
from siamese.runs import snapshots
from siamese.runs.folder import RunError
from siamese.runs.snapshots import Fixed
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
    assert ((character[first] == character[second]) == np.repeat([True, False], 4)).all()
    assert (first != second).all()


def test_the_drawings_are_those_of_the_seed_of_all_validations(characters):
    trial = sample_trials(characters, np.random.default_rng(20150710), 1, ways=20)
    assert np.array_equal(Fixed(characters).support, trial.support[0, :, 0])


def test_similarities_are_those_of_the_scorer(characters):
    taken = snapshots.take(Oracle(characters), np.zeros((10, 10, 1, 4)), characters)
    yes, no = 1 / (1 + np.exp(-1.0)), 0.5  # the oracle's scores are 1 and 0
    assert taken["trial.similarity"] == pytest.approx(np.where(np.eye(20, dtype=bool), yes, no))
    assert taken["pairs.similarity"] == pytest.approx([yes] * 4 + [no] * 4)
    assert np.array_equal(taken["trial.query"], Fixed(characters).query)
    assert taken["conv1.kernel"].dtype == np.float16


def test_nearest_neighbour_is_measured_on_the_trials_of_the_validations(characters):
    nearest = snapshots.nearest_neighbour(characters, 40)
    trials = sample_trials(characters, np.random.default_rng(VALIDATION_SEED), 40)
    assert nearest == measure(PixelNearest(), characters, trials, np.random.default_rng(VALIDATION_SEED)).figures()
    assert nearest["trials"] == 40


def test_ties_of_nearest_neighbour_are_broken_by_the_seed_of_all_validations(characters, monkeypatch):
    states = []

    def measured(scorer, validation, trials, rng):
        states.append(rng.bit_generator.state)
        return measure(scorer, validation, trials, rng)

    monkeypatch.setattr(snapshots, "measure", measured)
    snapshots.nearest_neighbour(characters, 4)
    assert states == [np.random.default_rng(VALIDATION_SEED).bit_generator.state]


def test_a_snapshot_comes_back_and_later_ones_can_be_deleted(make, characters):
    run = make()
    run.snapshots.mkdir()
    taken = snapshots.take(Oracle(characters), np.ones((10, 10, 1, 4)), characters)
    for step in (5, 10, 15):
        snapshots.save(run, step, taken)
    (run.snapshots / "notes.safetensors").touch()
    assert snapshots.steps(run.id) == [5, 10, 15]
    assert all(np.array_equal(snapshots.load(run.id, 10)[name], tensor) for name, tensor in taken.items())
    snapshots.remove_after(run, 5)
    assert snapshots.steps(run.id) == [5]


def test_a_snapshot_that_is_missing_or_damaged_is_one_sentence(make):
    run = make()
    run.snapshots.mkdir()
    (run.snapshots / "00000005.safetensors").write_bytes(b"\xff" * 100)
    snapshots.save(run, 6, {"trial.support": np.zeros(20)})
    for step in (4, 5, 6):
        with pytest.raises(RunError, match=rf"no readable snapshot of step {step}: choose another"):
            snapshots.load(run.id, step)


def test_the_figures_of_nearest_neighbour_come_back_unless_they_are_damaged(make):
    run = make()
    assert snapshots.nearest(run.id) is None
    (run.folder / "nearest.json").write_text('{"accuracy": 0.4, "low": 0.3, "high": 0.5, "trials": 10, "right": 4}')
    assert snapshots.nearest(run.id)["accuracy"] == 0.4
    for damaged in ("[]", "{}", '{"accuracy": "0.4", "low": 0.3, "high": 0.5}', '{"accuracy": NaN}'):
        (run.folder / "nearest.json").write_text(damaged)
        assert snapshots.nearest(run.id) is None


def test_a_query_is_by_somebody_else_where_the_other_drawer_did_not_draw_the_character(characters):
    for row in (0, 5, 43):
        query = snapshots._by(characters, row, drawer=99)
        assert query != row
        assert characters.character_of[query] == characters.character_of[row]
    assert characters.drawer_of[snapshots._by(characters, 5, drawer=3)] == 3
