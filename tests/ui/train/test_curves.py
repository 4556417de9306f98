"""Curves of a run: a frozen chart keeps its extent while the run goes on."""

from __future__ import annotations

import types

import pytest

from siamese.ui.train import curves


@pytest.mark.parametrize(
    ("frozen", "drawn", "steps"),
    [
        (True, ("lesson-1", (40, 1)), 40),
        (False, ("lesson-1", (40, 1)), 100),
        (True, ("lesson-2", (40, 1)), 100),
        (True, None, 100),
    ],
)
def test_a_frozen_chart_keeps_the_steps_that_were_drawn(frozen, drawn, steps, status, monkeypatch):
    curve = types.SimpleNamespace(length=100, validations=lambda: [1, 2])
    monkeypatch.setattr(curves, "session", {"train:frozen": frozen, "train:drawn": drawn})
    monkeypatch.setattr(curves.runs, "curve", lambda run_id: curve)
    extents = []

    def line(run, *extent):
        extents.append(extent)
        raise StopIteration  # the rest draws the chart

    monkeypatch.setattr(curves, "_line", line)
    with pytest.raises(StopIteration):
        curves.curves_ui(status("finished"), [])
    assert extents[0][0] == steps
    assert curves.session["train:drawn"] == ("lesson-1", extents[0])
