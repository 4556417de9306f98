"""What the evaluate page measures in the background, and the pictures it makes of it."""

from __future__ import annotations

import csv
import dataclasses
import io
import time
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.evaluation import verification
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.lake import LakeAnswers
from siamese.ui import models
from siamese.ui.evaluate import curve, keep, measuring, pairs, pictures, plans, setup
from siamese.ui.evaluate.measuring import Measuring
from siamese.ui.evaluate.plans import Plan
from tests import drawn, networks

PLAN = Plan("validation", ways=5, trials=60, seen=False)


class Pixels(PixelNearest):
    """In the network's place: knows what it was trained on, and answers by pixels."""

    record: ClassVar = {
        "sha256": "pixels",
        "trained_on": {"alphabets": ["Greek", "Latin", "Futurama"], "scripts": ["Greek", "Latin"]},
    }

    def trained_on(self, alphabet):
        return alphabet.name in self.record["trained_on"]["alphabets"]


@pytest.fixture(autouse=True)
def _pixels(fake_omniglot, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.ready(Pixels()))


def run_out(job: Measuring) -> Measuring:
    job.start()
    assert job.wait(120)
    assert job.failure == ""
    return job


def test_a_curve_stopped_and_continued_is_the_unbroken_one():
    whole = run_out(measuring.measure_curve(PLAN)).value
    broken = measuring.measure_curve(PLAN)
    stops = 0
    while not broken.done:
        before = broken.share
        broken.start()
        while broken.running and broken.share == before:
            time.sleep(0.001)
        broken.stop()
        assert broken.wait(60)
        stops += 1
    assert stops > 1
    assert list(whole) == ["network", "nearest", "normalised", "hausdorff"]
    assert all(np.array_equal(whole[name].scores, broken.value[name].scores) for name in whole)


def test_the_network_is_tried_on_alphabets_of_training_too():
    plan = dataclasses.replace(PLAN, seen=True)
    found = run_out(measuring.measure_curve(plan)).value
    assert {name: a.complete for name, a in found.items()} == dict.fromkeys(
        ("network", "seen", "nearest", "normalised", "hausdorff"), True
    )
    assert {a.name for a in plans.group_set("validation", seen=True).alphabets} == {"Futurama", "Greek", "Latin"}
    assert len(plans.group_set("validation").alphabets) == len(plans.group_set("lake").alphabets) == 10


def test_a_network_trained_in_class_answers_the_same_trials(monkeypatch):
    class Rival(Pixels):
        record: ClassVar = {"sha256": "rival", "trained_on": Pixels.record["trained_on"]}

        def compare(self, queries, support):
            return -super().compare(queries, support)

    jobs = {"": models.get(), "lesson-1": networks.ready(Rival())}
    monkeypatch.setattr(models, "get", lambda run="": jobs[run])
    found = run_out(measuring.measure_curve(dataclasses.replace(PLAN, rival="lesson-1"))).value
    assert list(found) == ["network", "trained", "nearest", "normalised", "hausdorff"]
    assert found["trained"].scores == pytest.approx(-found["network"].scores)


def test_some_alphabets_can_be_chosen_and_nonsense_means_all():
    assert [a.name for a in plans.group_set("validation", (0, 3)).alphabets] == ["Angelic", "Avesta"]
    assert len(plans.group_set("validation", (77,)).alphabets) == 10


def test_pairs_stopped_and_continued_are_the_unbroken_ones():
    whole = run_out(measuring.measure_pairs(PLAN, 350)).value
    broken = measuring.measure_pairs(PLAN, 350)
    broken.start()
    while broken.running and broken.value is None:
        time.sleep(0.001)
    broken.stop()
    assert broken.wait(60)
    part = len(broken.value.logits)
    assert 0 < part < 350
    assert np.array_equal(run_out(broken).value.logits, whole.logits)


def test_what_cannot_be_measured_says_why_in_one_sentence(monkeypatch):
    job = measuring.measure_curve(dataclasses.replace(PLAN, ways=40))
    job.start()
    assert job.wait(60)
    assert "No alphabet" in job.failure
    monkeypatch.setattr(models, "_shipped", networks.failed("The network cannot be used."))
    job = measuring.measure_curve(PLAN)
    job.start()
    assert job.wait(60)
    assert job.failure == "The network cannot be used."


def test_a_measuring_waits_for_the_network_and_can_be_stopped_meanwhile(monkeypatch):
    network = models.get()
    monkeypatch.setattr(models, "_shipped", networks.loading())
    job = measuring.measure_curve(PLAN)
    job.start()
    assert not job.wait(0.3)
    assert job.waits
    job.stop()
    assert job.wait(10)
    assert job.value is None
    monkeypatch.setattr(models, "_shipped", network)
    assert run_out(job).done


def test_a_measuring_that_nobody_looks_at_stops_and_keeps_what_it_has(monkeypatch):
    monkeypatch.setattr(measuring, "UNSEEN", 0.05)

    def go_on(value):
        for next_value in range(value or 0, 1000):
            time.sleep(0.005)
            yield next_value + 1

    job = Measuring(go_on, lambda value: (value or 0, 1000))
    job.start()
    assert job.wait(30)
    assert 0 < job.value < 1000
    assert not job.done


def test_visitors_share_what_was_looked_at_and_it_is_bounded():
    run_out(measuring.measure_curve(PLAN))
    characters = plans.group_set("validation")
    assert plans.features("nearest", characters) is plans.features("nearest", characters)
    for place in range(plans.FEATURES + 3):
        plans.features("nearest", plans.group_set("validation", (place,)))
    assert len(plans._features) == plans.FEATURES


@given(st.lists(st.floats(-8, 8), min_size=2, max_size=40), st.floats(0.01, 0.99))
def test_rates_at_a_threshold_are_those_of_the_pairs(logits, threshold):
    scores, same = np.array(logits), np.arange(len(logits)) % 2 == 0
    scored = pairs.Scored(
        drawn.character_set(1, 2, 2),
        verification.Pairs(np.zeros(len(same), int), np.zeros(len(same), int), same),
        scores,
    )
    called = pairs.sigmoid(scores) >= threshold
    assert pairs.rates_of(scored).at(threshold) == pytest.approx((called[~same].mean(), called[same].mean()))


def test_the_recorded_curve_is_for_its_own_set_up_only(monkeypatch):
    row = {
        "scorer": "network",
        "ways": 5,
        "shots": 1,
        "trials": 10,
        "right": 9,
        "accuracy": 0.9,
        "low": 0.6,
        "high": 0.98,
    }
    record = {"curves": {"validation": {"rows": [row]}, "background": {"rows": [row, row | {"scorer": "nearest"}]}}}
    monkeypatch.setattr(keep, "recorded", lambda: record)
    assert curve.recorded_rows(PLAN) == [row]
    assert curve.recorded_rows(dataclasses.replace(PLAN, seen=True)) == [row, row | {"scorer": "seen"}]
    for change in ({"shots": 2}, {"across": True}, {"only": (1,)}, {"ways": 30}, {"group": "builtin"}, {"rival": "x"}):
        assert curve.recorded_rows(dataclasses.replace(PLAN, **change)) is None


def test_an_opened_trial_answers_as_the_curve_does():
    found = run_out(measuring.measure_curve(PLAN)).value
    characters, trials = plans.trials_of(PLAN)
    for number in (1, 17, 60):
        opened = pictures.open_trial(characters, trials, number, PLAN.names, "", PLAN.seed)
        for name in PLAN.names:
            choices = found[name].choices(5)
            assert np.array_equal(opened.support, choices.trials.support[number - 1])
            assert opened.answer == choices.trials.answer[number - 1]
            assert opened.scores[name] == pytest.approx(choices.scores[number - 1])
            assert opened.chosen[name] == choices.chosen[number - 1]


def test_wrong_answers_of_lakes_runs_show_the_drawings_that_were_taken():
    characters, _ = plans.trials_of(plans.LAKE_PLAN)
    answer = plans.lake_answer()
    chosen = answer.copy()
    chosen[3, 5] = (answer[3, 5] + 1) % 20
    markup = pictures.lake_errors(characters, LakeAnswers(chosen, answer, answer), 0)
    for row in (400 + 3 * 20 + 5, 60 + chosen[3, 5], 60 + answer[3, 5]):
        assert f'"card p{row} ' in markup
    assert markup.count("<figure>") == 1
    assert "No wrong answer" in pictures.lake_errors(characters, LakeAnswers(chosen, answer, answer), 3)
    assert pictures.runs_grid(LakeAnswers(chosen, answer, answer)).count('class="miss"') == 1


def test_no_name_brings_its_own_markup():
    table = keep.table(["<b>"], [["<script>", "&"]])
    assert "<script" not in table
    assert "<b>" not in table


def test_csv_reads_back():
    rows = [{"scorer": 'a "b", c', "ways": 2}, {"scorer": "d", "ways": 3}]
    assert list(csv.DictReader(io.StringIO(keep.as_csv(rows)))) == [{k: str(v) for k, v in row.items()} for row in rows]
    assert keep.as_csv([]) == ""


def test_nothing_answered_yet_has_no_sentence_of_figures():
    assert "Measure" in curve.sentence([], PLAN)


@pytest.mark.parametrize(("ways", "chance"), [(20, "5 %"), (40, "2.5 %"), (8, "12.5 %"), (3, "33.3 %")])
def test_a_guess_is_right_as_often_as_it_is(ways, chance):
    row = {"scorer": "network", "accuracy": 0.9, "low": 0.8, "high": 0.95}
    assert f"guessing would be right in {chance}." in curve.sentence([row], dataclasses.replace(PLAN, ways=ways))


def test_better_weights_do_not_answer_half_of_a_curve(monkeypatch):
    class Better(Pixels):
        record: ClassVar = {"sha256": "better", "trained_on": Pixels.record["trained_on"]}

        def compare(self, queries, support):
            return -super().compare(queries, support)

    whole = run_out(measuring.measure_curve(PLAN)).value["network"]
    job = measuring.measure_curve(PLAN)
    steps = job._go_on(None)
    begun = [next(steps) for _ in range(2)][-1]
    assert 0 < len(begun["network"]) < PLAN.trials
    monkeypatch.setattr(models, "_shipped", networks.ready(Better()))
    *_, last = job._go_on(begun)
    assert np.array_equal(last["network"].scores, whole.scores)


def test_a_protocol_counts_the_alphabets_that_take_part():
    characters = plans.group_set("validation")
    smallest = min(setup.sizes(characters, False))
    assert "of them with" not in setup.protocol(dataclasses.replace(PLAN, ways=smallest), characters, 10)
    larger = dataclasses.replace(PLAN, ways=smallest + 1)
    assert setup.taking_part(larger, characters) < 10
    assert f"{setup.taking_part(larger, characters)} of them with {smallest + 1} characters" in setup.protocol(
        larger, characters, 10
    )
