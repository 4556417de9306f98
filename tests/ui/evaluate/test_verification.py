"""Same or different: what is shown before measuring, from the record, and while pairs are scored."""

from __future__ import annotations

import re

import numpy as np
import pytest
import streamlit as st

from siamese.evaluation import probability
from siamese.evaluation.protocol import Protocol
from siamese.evaluation.verification import Pairs, Roc, ScoredPairs, roc
from siamese.ui import models
from siamese.ui.evaluate import drawings, recorded, verification
from siamese.ui.evaluate.measurements import Measurement, characters_of
from siamese.ui.evaluate.verification import verification_ui
from tests import networks
from tests.apps import buttons, markup, part_of
from tests.ui.evaluate.conftest import title

MEASUREMENT = Measurement(Protocol("lake", seed=4), version=("file", 7))
KEY = ("pairs", "lake", (), 4, ("file", 7))
RECORD = {
    "threshold": float(probability.logit(0.3)),
    "area": 0.97,
    "trials": 2000,
    "roc": {
        "threshold": [None, 1.0, 0.0, -5.0],
        "false_positive": [0.0, 0.1, 0.4, 1.0],
        "true_positive": [0.0, 0.6, 0.9, 1.0],
    },
}


def scored(count: int, of: int = 100) -> ScoredPairs:
    """Pairs of which so many are scored; every second one is of the same character."""
    rows = characters_of(MEASUREMENT.protocol).rows(0)
    pairs = Pairs(np.full(of, rows[0]), np.full(of, rows[1]), np.arange(of) % 2 == 0)
    return ScoredPairs(pairs, np.linspace(-3, 3, of)[:count])


def shown(value, state: str = "ready", **session):
    job = networks.ready(value) if state == "ready" else networks.loading()
    job.value = value
    return part_of(verification_ui, MEASUREMENT, measurements={KEY: job}, **session)


def test_before_anything_is_known_the_part_says_what_to_do(sent, monkeypatch):
    monkeypatch.setattr(recorded, "verification", lambda protocol: None)
    app = part_of(verification_ui, MEASUREMENT)
    assert "Press Measure to find how well one threshold separates" in markup(app)
    assert buttons(app) == {"Measure": True}
    assert (sent.origins, sent.charts, sent.downloads) == ([(True, False)], {}, {})


def test_the_record_is_shown_at_its_threshold(sent, monkeypatch):
    monkeypatch.setattr(recorded, "verification", lambda protocol: RECORD)
    app = part_of(verification_ui, MEASUREMENT, evaluate__part="verification")
    assert buttons(app) == {"Measure again": True}
    slider = app.slider(key="evaluate:threshold")
    assert (slider.min, slider.max, slider.value) == (1, 99, 30)
    assert slider.label == "Threshold: two drawings are called the same from this similarity up"
    assert "At 0.30, 75.0 % of pairs are judged correctly" in markup(app)
    assert "10.0 % of same pairs are called different; 40.0 % of different pairs" in markup(app)
    assert sent.origins == [(True, True)]
    assert set(sent.charts) == {"threshold", "roc"}
    words = "2,000 pairs by two drawers, half of them same; area under the curve 0.970"
    assert all(words in title(figure) for figure, _ in sent.charts.values())
    ((name, (rows, about, _)),) = sent.downloads.items()
    assert name.startswith("roc-omniglot-lake")
    assert (about["pairs"], about["area"]) == (2000, 0.97)
    assert rows[1] == {"threshold": 0.7311, "false_positive": 0.1, "true_positive": 0.6}
    assert app.query_params["threshold"] == "30"


def test_a_measurement_has_its_calibration_and_hardest_pairs(sent, monkeypatch):
    monkeypatch.setattr(recorded, "verification", lambda protocol: RECORD)
    app = shown(scored(100), evaluate__threshold=50)
    assert sent.origins == [(False, True)]
    assert set(sent.charts) == {"threshold", "roc", "calibration"}
    assert [header.value for header in app.header] == ["Different, but similar", "The same, but dissimilar"]
    first, second = re.findall('^<div class="edges">(.*)', markup(app), re.MULTILINE)
    assert first.count("<figure>") == second.count("<figure>") == 12
    assert first.count("called same") == 12
    assert second.count("called different") == 12
    assert "0.95, different" in first
    figure, alt = sent.charts["calibration"]
    assert "100 pairs by two drawers, half of them same; lines: 95 % intervals; expected" in title(figure)
    assert "against their similarity" in alt
    ((rows, about, _),) = sent.downloads.values()
    assert about["pairs"] == 100
    assert "recorded" not in about
    assert rows == verification.rows_of(roc(scored(100).scores, scored(100).pairs.same).as_similarity())


def test_while_pairs_are_scored_the_curve_grows_without_the_rest(sent, monkeypatch):
    monkeypatch.setattr(recorded, "verification", lambda protocol: RECORD)
    app = shown(scored(10), state="running")
    assert set(sent.charts) == {"threshold", "roc"}
    assert "10 pairs by two drawers" in title(sent.charts["roc"][0])
    assert (app.header, sent.downloads) == ([], {})
    assert buttons(app) == {"Stop": True}


def test_pairs_of_one_kind_make_no_curve(sent, monkeypatch):
    monkeypatch.setattr(recorded, "verification", lambda protocol: RECORD)
    shown(scored(1))
    assert sent.origins == [(True, True)]
    assert "2,000 pairs" in title(sent.charts["roc"][0])


@pytest.mark.parametrize(
    ("fitted", "known", "chosen"),
    [(0.25, RECORD, 25), (None, RECORD, 30), (None, None, 50), (0.001, None, 1), (0.9999, None, 99)],
)
def test_the_threshold_starts_at_the_fitted_one(fitted, known, chosen, monkeypatch):
    network = networks.ByPixels()
    network.record = {"same_threshold": fitted} if fitted else {}
    monkeypatch.setattr(models, "_shipped", networks.ready(network))
    app = part_of(verification.threshold_ui, known)
    assert app.session_state["evaluate:threshold"] == chosen
    assert app.session_state["returned"] == chosen / 100
    app = part_of(verification.threshold_ui, known, evaluate__threshold=77)
    assert app.session_state["returned"] == 0.77
    monkeypatch.setattr(models, "_shipped", networks.loading())
    assert part_of(verification.threshold_ui, None).session_state["returned"] == 0.5


def test_a_measurement_scores_2000_pairs_and_is_kept_by_what_they_are(sent, monkeypatch):
    asked = []
    monkeypatch.setattr(recorded, "verification", lambda protocol: None)
    monkeypatch.setattr(verification, "measurement_ui", lambda key, make, *given: asked.append((key, make())))
    monkeypatch.setattr(verification, "pairs_job", lambda *given: given)
    part_of(verification_ui, MEASUREMENT)
    assert asked == [(KEY, (MEASUREMENT.protocol, 2000))]


def test_the_hardest_pairs_are_shown_with_their_pictures(monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(st, "html", sent.append)
    monkeypatch.setattr(drawings, "judged_pairs", lambda *given: str(given[2:]))
    verification.hardest_ui(scored(100), characters_of(MEASUREMENT.protocol), 0.4)
    assert sent[1] == str(([99, 97, 95, 93, 91, 89, 87, 85, 83, 81, 79, 77], 0.4))
    assert sent[2] == str(([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22], 0.4))
    rows = characters_of(MEASUREMENT.protocol).rows(0)[:2]
    assert all(f".p{row}{{" in sent[0] for row in rows)


def test_points_of_the_curve_have_four_places():
    curve = Roc(np.array([0.123456]), np.array([0.98765]), np.array([0.55555]), 0.5, 10)
    assert verification.rows_of(curve) == [{"threshold": 0.1235, "false_positive": 0.9877, "true_positive": 0.5555}]
