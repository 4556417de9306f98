from __future__ import annotations

import json

import numpy as np
import pytest

from siamese.data import omniglot as omniglot_data
from siamese.evaluation import results
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.curve import Answered, sample_nested, stream
from siamese.evaluation.features import Features
from siamese.evaluation.trials import LakeAnswers, answer_lake
from siamese.evaluation.verification import roc, sample_pairs, score_pairs
from tests import drawn

CHARACTERS = drawn.character_set(alphabets=2, characters=6, drawers=4)
LIVE = 60


@pytest.fixture
def recorded():
    found = results.load()
    if found is None:
        pytest.skip("assets/results.json is not there yet: `make results` writes it")
    return found


def answered(characters, scorer, seed: int, trials: int, ways: int) -> Answered:
    begun = {"it": Answered.begin(sample_nested(characters, seed, trials, ways), seed)}
    *_, last = stream(begun, {"it": Features(scorer, characters)})
    return last["it"]


def test_records_survive_json_and_say_what_was_measured():
    found = answered(CHARACTERS, PixelNearest(), 0, 80, 5)
    curve = json.loads(json.dumps(results.curve_record(CHARACTERS, {"nearest": found})))
    assert [row["ways"] for row in curve["rows"]] == [2, 3, 4, 5]
    assert curve["rows"][3]["accuracy"] == round(found.accuracy(5).accuracy, 4)
    failed = json.loads(json.dumps(results.failures_record(CHARACTERS, found.choices(5))))
    assert failed["trials"] == 80
    assert {entry["alphabet"] for entry in failed["alphabets"]} == {"Alphabet 0", "Alphabet 1"}
    assert all(entry["wrong"] <= entry["met"] for entry in failed["confused"])
    assert len(failed["drawers"]) <= 8


def test_a_thinned_roc_keeps_its_ends_and_its_area():
    pairs = sample_pairs(CHARACTERS, np.random.default_rng(0), 600)
    scores = score_pairs(Features(PixelNearest(), CHARACTERS), pairs)
    record = json.loads(json.dumps(results.verification_record(CHARACTERS, scores, pairs.same, -30.0), allow_nan=False))
    points = record["roc"]
    assert points["threshold"][0] is None
    assert (points["false_positive"][0], points["true_positive"][0]) == (0, 0)
    assert (points["false_positive"][-1], points["true_positive"][-1]) == (1, 1)
    assert len(points["threshold"]) <= results.POINTS
    assert np.trapezoid(points["true_positive"], points["false_positive"]) == pytest.approx(
        roc(scores, pairs.same).area, abs=0.01
    )
    assert record["accuracy"] == pytest.approx(((scores >= -30) == pairs.same).mean(), abs=1e-4)


def test_lakes_answers_come_back():
    rng = np.random.default_rng(0)
    answers = LakeAnswers(rng.integers(20, size=(20, 20)), rng.integers(20, size=(20, 20)))
    record = json.loads(json.dumps(results.lake_record(answers)))
    back = results.lake_answers(record, answers.answer)
    assert back.wrong == answers.wrong
    assert record["right"] == back.accuracy.right == answers.accuracy.right


def test_without_a_file_there_are_no_results(tmp_path):
    assert results.load(tmp_path / "results.json") is None


def test_recorded_answers_of_the_nearest_neighbour_are_the_live_ones(recorded, lake_runs):
    live = np.stack(list(answer_lake(PixelNearest(), lake_runs, np.random.default_rng(recorded["made"]["seed"]))))
    assert recorded["lake_runs"]["nearest"]["chosen"] == live.tolist()


def test_recorded_and_live_figures_agree_within_noise(recorded, omniglot):
    from siamese.network.matcher import Matcher

    matcher, validation = Matcher.load(), omniglot_data.validation(omniglot)
    assert recorded["made"]["weights_sha256"] == matcher.record["sha256"], (
        "the weights have changed since: run `make results`"
    )
    rows = {(row["scorer"], row["ways"]): row for row in recorded["curves"]["validation"]["rows"]}
    for name, scorer in (("network", matcher), ("nearest", PixelNearest())):
        live = answered(validation, scorer, 1, LIVE, 20)
        for ways in (2, 5, 20):
            low, high = live.accuracy(ways).interval(z=4)
            assert rows[name, ways]["low"] <= high
            assert rows[name, ways]["high"] >= low
