"""Lake's runs as nested trials: the same drawings, the same questions."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.evaluation import lake
from siamese.evaluation.baselines import Chance, PixelNearest
from siamese.evaluation.curve import Answered, stream
from siamese.evaluation.features import Features
from siamese.evaluation.trials import answer_lake
from tests import drawn
from tests.scorers import Oracle


@pytest.fixture(scope="module")
def runs():
    return drawn.lake_runs()


def answered(scorer, characters, trials, seed=0) -> Answered:
    *_, last = stream({"it": Answered.begin(trials, seed)}, {"it": Features(scorer, characters)})
    return last["it"]


def test_every_trial_asks_for_its_own_query_among_the_support_set_of_its_run(runs):
    characters, trials = lake.as_trials(runs, 1)
    assert len(trials) == 400
    for t in (0, 7, 399):
        run, place = divmod(t, 20)
        assert np.array_equal(characters.drawings([trials.query[t]])[0], runs.query[run, place])
        assert np.array_equal(
            characters.drawings([trials.support[t, 0, 0]])[0], runs.support[run, runs.answer[run, place]]
        )
        assert sorted(trials.support[t, :, 0].tolist()) == list(range(20 * run, 20 * run + 20))
    assert np.array_equal(characters.character_of[trials.query], characters.character_of[trials.support[:, 0, 0]])


def test_at_20_ways_the_answers_are_those_of_lakes_own_protocol(runs):
    characters, trials = lake.as_trials(runs, 1)
    found = lake.answers(answered(PixelNearest(), characters, trials), runs.answer)
    straight = np.stack(list(answer_lake(PixelNearest(), runs, np.random.default_rng(0))))
    assert np.array_equal(found.chosen, straight)
    assert lake.answers(answered(Oracle(characters), characters, trials), runs.answer).accuracy.right == 400


def test_guessing_is_right_one_time_in_twenty(runs):
    characters, trials = lake.as_trials(runs, 1)
    low, high = lake.answers(answered(Chance(), characters, trials), runs.answer).accuracy.interval(z=4)
    assert low < 1 / 20 < high


def test_answers_wait_for_all(runs):
    _, trials = lake.as_trials(runs, 1)
    with pytest.raises(ValueError, match="0 of 400"):
        lake.answers(Answered.begin(trials), runs.answer)


def test_the_nearest_neighbour_on_lakes_real_runs(lake_runs):
    characters, trials = lake.as_trials(lake_runs, 1)
    assert lake.answers(answered(PixelNearest(), characters, trials), lake_runs.answer).accuracy.right == 76  # 19.0 %
