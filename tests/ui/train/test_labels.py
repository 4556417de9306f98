from __future__ import annotations

import pytest

from siamese.presets import PRESETS
from siamese.ui.train import labels

HOUR, DAY = 3600, 86400


def test_every_preset_has_a_name_and_a_note():
    assert set(labels.PRESETS) == set(labels.PRESET_NOTES) == set(PRESETS)
    assert labels.preset("walkthrough") == "Walk-through"
    assert labels.preset("gone") == "gone"


def test_data_sources_have_their_labels():
    assert labels.data("omniglot") == "Omniglot"
    assert labels.data("gone") == "gone"


@pytest.mark.parametrize(("value", "text"), [(0.0, "0.0"), (0.8875, "88.8"), (0.05, "5.0"), (1.0, "100.0")])
def test_a_percentage_has_one_decimal(value, text):
    assert labels.percent(value) == f"{text}\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(30, "30 s"), (600, "10 min"), (48 * HOUR, "48.0 h"), (48 * HOUR + 1, "2.0 days"), (9 * DAY, "9.0 days")],
)
def test_durations_above_two_days_are_in_days(seconds, text):
    assert labels.duration(seconds) == text


def test_a_date_has_day_and_minute():
    assert labels.date("2026-01-02T03:04:05+01:00") == "2026-01-02 03:04"
