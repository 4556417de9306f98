"""The threshold of a network, and the answer as HTML."""

from __future__ import annotations

import json

import pytest
import streamlit as st

from siamese import paths
from siamese.ui.verify import answer


def test_the_shipped_network_has_a_threshold_from_validation():
    record = json.loads((paths.ASSETS / "koch.json").read_text())
    limit = answer.threshold(record)
    assert limit.similarity == record["same_threshold"]
    assert "validation alphabets" in limit.origin
    assert "On 10,000 other pairs of them, 97.8 % are judged correctly" in limit.origin


def test_signatures_have_a_threshold_of_their_own():
    record = json.loads((paths.ASSETS / "koch.json").read_text())
    limit = answer.signature_threshold(record)
    assert limit.similarity == record["signature_threshold"] > record["same_threshold"]
    assert "initials composed of letters from validation alphabets" in limit.origin
    assert "% are judged correctly" in limit.origin
    assert answer.signature_threshold({"same_threshold": 0.3}).similarity == 0.3


def test_without_a_threshold_one_half_is_used_and_said():
    limit = answer.threshold({"same_threshold": None})
    assert limit.similarity == 0.5
    assert "No threshold was fitted" in limit.origin


@pytest.mark.parametrize(
    "calibration", [None, 3, {}, {"verification": []}, {"verification": {"accuracy": "<b>", "low": 1, "high": 2}}]
)
def test_a_record_without_a_measurement_has_a_threshold_all_the_same(calibration):
    limit = answer.threshold({"same_threshold": 0.3, "calibration": calibration})
    assert limit.similarity == 0.3
    assert "judged correctly" not in limit.origin


@pytest.mark.parametrize(("similarity", "same"), [(0.29, False), (0.3, True), (0.31, True)])
def test_from_the_threshold_up_drawings_are_the_same(similarity, same):
    limit = answer.Threshold(0.3, "")
    assert limit.same(similarity) is same
    assert ("reached" in answer.scale(similarity, limit)) is same


def test_the_bar_describes_itself():
    markup = answer.scale(0.934, answer.Threshold(0.2093, ""))
    assert 'aria-label="similarity 0.93, threshold 0.21"' in markup
    assert "width:93.40%" in markup
    assert "left:20.93%" in markup
    assert "no similarity yet" in answer.scale(None, answer.Threshold(0.2, ""))


def test_without_a_similarity_the_answer_is_waiting(monkeypatch):
    sent = []
    monkeypatch.setattr(st, "html", sent.append)
    answer.show("Draw.", "", None, answer.Threshold(0.2, ""))
    answer.show("The same.", "Right.", 0.9, answer.Threshold(0.2, ""))
    assert [("waiting" in markup) for markup in sent] == [True, False]
    assert all('aria-live="polite"' in markup for markup in sent)
