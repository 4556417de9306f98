"""Recorded results: they survive JSON, replace only their own protocol, and equal what the code measures today."""

from __future__ import annotations

import json

import numpy as np
import pytest

from siamese.data import omniglot as omniglot_data
from siamese.evaluation import results
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.curve import Answers, stream
from siamese.evaluation.features import Features
from siamese.evaluation.lake import LakeAnswers, measure_lake
from siamese.evaluation.protocol import LAKE_RUNS, Protocol
from siamese.evaluation.verification import roc, sample_pairs, score_pairs
from tests import drawn

CHARACTERS = drawn.character_set(alphabets=2, characters=6, drawers=4)


@pytest.fixture
def recorded():
    recorded = results.load()
    assert recorded is not None, "assets/results.json is missing: `make results` writes it"
    return recorded


def finish(protocol: Protocol, scorer, load) -> tuple[Answers, Features]:
    characters, trials = protocol.questions(load)
    features = Features(scorer, characters)
    *_, last = stream({"scorer": Answers.begin(trials, protocol.seed)}, {"scorer": features})
    return last["scorer"], features


def test_records_survive_json_and_say_what_was_measured():
    protocol = Protocol("builtin", ways=5, trials=80)
    answers, features = finish(protocol, PixelNearest(), lambda source: CHARACTERS)
    curve = json.loads(json.dumps(results.curve_record(protocol, {"nearest": answers})))
    assert [row["ways"] for row in curve["rows"]] == [2, 3, 4, 5]
    assert curve["rows"][3]["accuracy"] == round(answers.accuracy(5).accuracy, 4)
    assert curve["words"] == "Built-in, unseen: 5-way 1-shot within an alphabet, all drawers"
    assert results.recorded_protocol(protocol, {"curves": {"builtin": curve}}) == protocol
    failed = json.loads(json.dumps(results.failures_record(features.characters, answers.choices(5))))
    assert failed["trials"] == 80
    assert {entry["alphabet"] for entry in failed["alphabets"]} == {"Alphabet 0", "Alphabet 1"}
    assert all(0 < entry["wrong"] <= entry["met"] for entry in failed["confused"])
    assert len(failed["drawers"]) == 8


@pytest.mark.parametrize(
    ("protocol", "stands_in"),
    [
        (Protocol("validation"), True),
        (Protocol("validation", seed=9, trials=2000), True),
        (Protocol("validation", ways=7), True),
        (Protocol("validation", ways=21), False),
        (Protocol("validation", shots=2), False),
        (Protocol("validation", across=True), False),
        (Protocol("validation", ("Angelic",)), False),
        (Protocol("lake"), False),
        (LAKE_RUNS, False),
    ],
)
def test_a_recorded_curve_stands_in_for_its_own_protocol_only(protocol, stands_in):
    curve = json.loads(json.dumps(results.curve_record(Protocol("validation", trials=2000, seed=3), {})))
    known = results.recorded_protocol(protocol, {"curves": {"validation": curve}})
    assert known == (Protocol("validation", trials=2000, seed=3) if stands_in else None)
    assert results.recorded_protocol(protocol, None) is None


def test_a_thinned_roc_keeps_its_ends_its_area_and_the_rates_of_the_page():
    pairs = sample_pairs(CHARACTERS, np.random.default_rng(0), 600)
    logits = (score_pairs(Features(PixelNearest(), CHARACTERS), pairs) + 30) / 4
    record = json.loads(json.dumps(results.verification_record(CHARACTERS, logits, pairs.same, -0.5), allow_nan=False))
    points = record["roc"]
    assert points["threshold"][0] is None
    assert (points["false_positive"][0], points["true_positive"][0]) == (0, 0)
    assert (points["false_positive"][-1], points["true_positive"][-1]) == (1, 1)
    assert 50 < len(points["threshold"]) <= 200
    assert record["accuracy"] == pytest.approx(((logits >= -0.5) == pairs.same).mean(), abs=1e-4)
    curve = results.recorded_roc(record)
    assert curve.area == pytest.approx(roc(logits, pairs.same).area, abs=1e-5)
    assert np.trapezoid(curve.true_positive, curve.false_positive) == pytest.approx(curve.area, abs=0.01)
    for threshold in (0.01, 0.5, 0.99):
        called = 1 / (1 + np.exp(-logits)) >= threshold
        rates = (called[~pairs.same].mean(), called[pairs.same].mean())
        assert curve.at(threshold) == pytest.approx(rates, abs=1e-6)


def test_lakes_answers_are_read_back():
    rng = np.random.default_rng(0)
    answers = LakeAnswers(*(rng.integers(20, size=(20, 20)) for _ in range(3)))
    record = json.loads(json.dumps(results.lake_record(answers)))
    back = results.lake_answers(record, answers.answer)
    assert back.wrong == answers.wrong
    assert record["right"] == back.accuracy.right == answers.accuracy.right
    assert record["joint_right"] == back.joint_accuracy.right == answers.joint_accuracy.right


def test_without_a_file_there_are_no_results(tmp_path):
    assert results.load(tmp_path / "results.json") is None


def test_every_group_of_the_page_is_recorded_with_2000_trials(recorded):
    assert set(recorded["curves"]) == {"validation", "background", "lake", "builtin", "builtin_training"}
    for part in ("failures", "verification"):
        assert set(recorded[part]) == set(recorded["curves"])
    for curve in recorded["curves"].values():
        assert {row["scorer"] for row in curve["rows"]} == {"network", "nearest", "normalised", "hausdorff", "chance"}
        assert {row["trials"] for row in curve["rows"]} == {2000}


def test_headlines_of_the_records(recorded):
    """Literals: a file with other figures is another network, or a fault."""
    at_20 = {
        group: next(row for row in curve["rows"] if (row["scorer"], row["ways"]) == ("network", 20))["accuracy"]
        for group, curve in recorded["curves"].items()
    }
    assert at_20["validation"] == pytest.approx(0.8875, abs=0.005)
    assert at_20["lake"] == pytest.approx(0.919, abs=0.01)
    assert recorded["lake_runs"]["network"]["right"] >= 395
    assert recorded["lake_runs"]["network"]["joint_right"] >= 399
    assert recorded["lake_runs"]["nearest"]["right"] == 76


def test_records_are_of_the_shipped_weights(recorded):
    from siamese.network import weights
    from siamese.network.matcher import SHIPPED

    sha256 = weights.load(SHIPPED).record["sha256"]
    assert recorded["made"]["weights_sha256"] == sha256, "the weights have changed since: run `make results`"


def test_recorded_answers_of_nearest_neighbour_are_the_live_ones(recorded, lake_runs):
    live = measure_lake(PixelNearest(), lake_runs)
    assert recorded["lake_runs"]["nearest"]["chosen"] == live.chosen.tolist()
    assert recorded["lake_runs"]["nearest"]["jointly"] == live.jointly.tolist()


def test_the_first_recorded_trials_of_nearest_neighbour_are_repeated_to_the_digit(recorded, omniglot, monkeypatch):
    monkeypatch.setattr(omniglot_data, "load", lambda progress=None: omniglot)
    known = results.recorded_protocol(Protocol("validation"), recorded)
    answers, _ = finish(known, PixelNearest(), lambda source: omniglot)
    rows = {row["ways"]: row for row in recorded["curves"]["validation"]["rows"] if row["scorer"] == "nearest"}
    assert {n: answers.accuracy(n).right for n in (2, 5, 20)} == {n: rows[n]["right"] for n in (2, 5, 20)}
