"""The benchmark of students who wait, with the real server, for a moment."""

from __future__ import annotations

import sys

import pytest

from tests.threads import in_thread
from tools import bench_follow
from tools.classroom.server import ROOT


@pytest.mark.skipif(sys.platform != "linux", reason="reads the server's CPU time from /proc")
def test_the_cost_of_two_students_is_measured(monkeypatch):
    monkeypatch.setattr(bench_follow, "SETTLE_SECONDS", 0.0)
    monkeypatch.setenv("SIAMESE_TEACHER", "")  # reset at the end, whatever the benchmark sets
    figures = in_thread(bench_follow.measure, 2, 1.0, ROOT)
    assert set(figures) == {
        "CPU without visitors, ms/s",
        "CPU with 2 visitors, ms/s",
        "CPU for each visitor, ms/s",
    }
    assert figures["CPU with 2 visitors, ms/s"] > 0
