"""Lake's runs: the same drawings and the same questions as his, each on its own and all of a run together."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from siamese.evaluation import lake
from siamese.evaluation.baselines import Chance, ModifiedHausdorff, NormalisedNearest, PixelNearest
from siamese.evaluation.curve import Answers
from siamese.evaluation.lake import LakeAnswers, LakeError, measure_lake, name_jointly
from siamese.evaluation.trials import Accuracy
from tests import drawn
from tests.scorers import Oracle


@pytest.fixture(scope="module")
def runs():
    return drawn.lake_runs()


def test_each_trial_asks_for_its_query_among_the_support_set_of_its_run(runs):
    characters, trials = lake.as_trials(runs, 1)
    assert len(trials) == 400
    for t in (0, 7, 399):
        run, place = divmod(t, 20)
        assert np.array_equal(characters.drawings([trials.query[t]])[0], runs.query[run, place])
        right = characters.drawings([trials.support[t, 0, 0]])[0]
        assert np.array_equal(right, runs.support[run, runs.answer[run, place]])
        assert sorted(trials.support[t, :, 0].tolist()) == list(range(20 * run, 20 * run + 20))
    assert np.array_equal(characters.character_of[trials.query], characters.character_of[trials.support[:, 0, 0]])


def test_answers_are_those_of_arg_max_within_each_run(runs):
    scorer = PixelNearest()
    scores = [
        scorer.compare(scorer.prepare(query), scorer.prepare(support))
        for query, support in zip(runs.query, runs.support, strict=True)
    ]
    given = measure_lake(scorer, runs)
    assert np.array_equal(given.chosen, np.argmax(scores, axis=2))
    assert 40 < given.accuracy.right < 400


def test_oracle_is_right_400_times(runs):
    given = measure_lake(Oracle(lake.as_trials(runs)[0]), runs)
    assert (given.accuracy, given.joint_accuracy) == (Accuracy(400, 400), Accuracy(400, 400))


def test_guessing_is_right_one_time_in_twenty(runs):
    right = joint = 0
    for seed in range(20):
        given = measure_lake(Chance(), runs, seed)
        right, joint = right + given.accuracy.right, joint + given.joint_accuracy.right
    assert 0.038 < right / 8000 < 0.062
    assert 0.038 < joint / 8000 < 0.062


def test_the_joint_assignment_is_the_best_of_all():
    rng = np.random.default_rng(0)
    for _ in range(20):
        scores = rng.normal(size=(5, 5))
        chosen = name_jointly(scores, rng)
        assert sorted(chosen) == list(range(5))
        best = max(sum(scores[q, w] for q, w in enumerate(ways)) for ways in itertools.permutations(range(5)))
        assert scores[np.arange(5), chosen].sum() == pytest.approx(best)


def test_joint_naming_mends_a_query_whose_character_another_query_claims():
    # alone, both queries choose way 0; together, the second has to take way 1
    assert name_jointly(np.array([[9.0, 1.0], [5.0, 4.0]]), np.random.default_rng(0)).tolist() == [0, 1]
    assert name_jointly(np.array([[9.0, 8.0], [9.0, 2.0]]), np.random.default_rng(0)).tolist() == [1, 0]
    assert name_jointly(np.array([[np.nan, 1.0], [5.0, np.nan]]), np.random.default_rng(0)).tolist() == [1, 0]


def test_joint_answers_belong_to_their_runs(runs):
    given = measure_lake(PixelNearest(), runs)
    assert all(sorted(run) == list(range(20)) for run in given.jointly)
    assert given.joint_accuracy.right == (given.jointly == runs.answer).sum()
    assert given.joint_accuracy.right > given.accuracy.right


def test_answers_wait_for_all_trials(runs):
    _, trials = lake.as_trials(runs, 1)
    with pytest.raises(ValueError, match="0 of 400"):
        lake.lake_answers(Answers.begin(trials, 1), runs.answer)


def test_answers_by_run_and_every_wrong_one():
    answer = np.arange(20)[None].repeat(20, axis=0)
    chosen = answer.copy()
    chosen[3, 7], chosen[19, 0] = 2, 5
    given = LakeAnswers(chosen, answer, answer)
    assert given.accuracy == Accuracy(398, 400)
    assert given.joint_accuracy == Accuracy(400, 400)
    assert [run.right for run in given.by_run] == [19 if r in (3, 19) else 20 for r in range(20)]
    assert given.wrong == [LakeError(3, 7, chosen=2, right=7), LakeError(19, 0, chosen=5, right=0)]


def test_omniglots_demonstration_to_the_digit(lake_runs):
    """Lake's own figure for his demonstration is 38.8 % error: an independent check of the loader and the trials."""
    assert measure_lake(ModifiedHausdorff(), lake_runs).accuracy == Accuracy(245, 400)


def test_nearest_neighbour_on_the_real_runs(lake_runs):
    assert measure_lake(PixelNearest(), lake_runs).accuracy == Accuracy(76, 400)
    assert measure_lake(NormalisedNearest(), lake_runs).accuracy == Accuracy(278, 400)


def test_the_seed_decides_which_ways_are_left_out_below_twenty(runs):
    one, same, other = (lake.as_trials(runs, seed)[1].support for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert np.array_equal(one[:, 0], other[:, 0])  # the right way comes first
