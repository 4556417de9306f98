"""Recorded results: which of them can stand in for a measurement, and what is said about them in a file."""

from __future__ import annotations

import json
import os

import pytest

from siamese.evaluation import results
from siamese.evaluation.protocol import LAKE_RUNS, Protocol
from siamese.ui.evaluate import recorded
from siamese.ui.evaluate.measurements import Measurement
from tests.apps import part_of

load = recorded.load
RECORD = {
    "curves": {"validation": {"protocol": {"group": "validation", "alphabets": [], "ways": 20, "trials": 2000}}},
    "failures": {"validation": {"trials": 2000}},
    "verification": {"lake": {"area": 0.9}},
    "made": {"date": "2026-01-02"},
}


@pytest.fixture(autouse=True)
def record(monkeypatch) -> None:
    monkeypatch.setattr(recorded, "load", lambda: RECORD)


def test_recorded_failures_are_those_of_their_own_n():
    assert recorded.failures(Measurement(Protocol("validation", ways=20, trials=100))) == {"trials": 2000}
    assert recorded.failures(Measurement(Protocol("validation", ways=5))) is None
    assert recorded.failures(Measurement(Protocol("lake"))) is None


def test_recorded_pairs_are_those_of_all_alphabets_of_a_group(monkeypatch):
    assert recorded.verification(Protocol("lake", ways=7)) == {"area": 0.9}
    assert recorded.verification(Protocol("lake", ("Tengwar",))) is None
    assert recorded.verification(Protocol("validation")) is None
    monkeypatch.setattr(recorded, "load", dict)
    assert recorded.verification(Protocol("lake")) is None


def test_a_file_says_what_was_measured_and_how_to_see_it_again():
    measurement = Measurement(Protocol("validation", ("Tengwar",), ways=5, trials=100, seed=4))
    for from_record in (False, True):
        app = part_of(recorded.about, measurement, from_record, evaluate__part="trial", evaluate__ways=5)
        about = app.session_state["returned"]
        assert about["words"] == measurement.protocol.words
        assert about["link"] == "part=trial&ways=5"
        assert (about["group"], about["alphabets"], about["ways"], about["shots"]) == ("validation", ("Tengwar",), 5, 1)
        assert about.get("recorded") == ({"date": "2026-01-02"} if from_record else None)
        assert (about.get("seed"), about.get("trials")) == ((None, None) if from_record else (4, 100))


def test_the_record_is_read_again_when_its_file_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded, "load", load)
    monkeypatch.setattr(results, "FILE", tmp_path / "results.json")
    assert recorded.load() == {}
    for content in ({"made": 1}, {"made": 2}):
        results.FILE.write_text(json.dumps(content))
        assert recorded.load() == content
        os.utime(results.FILE, (1, content["made"]))


def test_lakes_runs_have_no_recorded_curve():
    assert recorded.curve(Measurement(LAKE_RUNS)) is None
