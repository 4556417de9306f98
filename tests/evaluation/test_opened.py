from __future__ import annotations

import numpy as np

from siamese.data.episodes import Trials, sample_trials
from siamese.evaluation.baselines import Chance, PixelNearest
from siamese.evaluation.curve import Answers, stream
from siamese.evaluation.features import Features
from siamese.evaluation.opened import open_trial
from siamese.evaluation.protocol import nest
from tests import drawn
from tests.scorers import Places

CHARACTERS = drawn.character_set(alphabets=3, characters=8, drawers=5)


def test_an_opened_trial_has_the_choices_of_its_measurement():
    trials = nest(sample_trials(CHARACTERS, np.random.default_rng(0), 40, 6))
    features = {"nearest": Features(PixelNearest(), CHARACTERS), "chance": Features(Chance(), CHARACTERS)}
    *_, answers = stream({key: Answers.begin(trials, 9) for key in features}, features)
    for number in (1, 17, 40):
        opened = open_trial(trials, features, number, 9)
        for key in features:
            choices = answers[key].choices(6)
            assert opened.query == trials.query[number - 1]
            assert np.array_equal(opened.support, choices.trials.support[number - 1])
            assert opened.answer == choices.trials.answer[number - 1]
            assert opened.chosen[key] == choices.chosen[number - 1]
            assert np.array_equal(opened.scores[key], choices.scores[number - 1])


def test_ways_stand_in_the_order_of_their_rows_with_the_place_of_the_right_one():
    trials = Trials(np.array([10]), np.array([[[50], [12], [40]]]), np.array([0]))
    opened = open_trial(trials, {"places": Features(Places(CHARACTERS), CHARACTERS)}, 1, 0)
    assert opened.support[:, 0].tolist() == [12, 40, 50]
    assert opened.answer == 2
    assert opened.scores["places"].tolist() == [-2, -30, -40]
    assert opened.chosen["places"] == 0
    assert opened.place("places") == 3
    rows = opened.rows(CHARACTERS)
    assert [(row["way"], row["right"], row["places"]) for row in rows] == [
        (1, False, -2),
        (2, False, -30),
        (3, True, -40),
    ]
    assert rows[0]["character"] == CHARACTERS.characters[CHARACTERS.character_of[12]].name


def test_scores_are_written_with_four_decimals():
    trials = Trials(np.array([10]), np.array([[[50], [12]]]), np.array([0]))
    opened = open_trial(trials, {"nearest": Features(PixelNearest(), CHARACTERS)}, 1, 0)
    scores = [row["nearest"] for row in opened.rows(CHARACTERS)]
    assert scores == [round(float(score), 4) for score in opened.scores["nearest"]]
    assert scores != opened.scores["nearest"].tolist()
