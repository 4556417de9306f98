from __future__ import annotations

import pathlib
from collections.abc import Callable

import pytest
import streamlit as st

from siamese.config import TrainConfig
from siamese.runs import Run, Status


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The HTML that is sent to the page."""
    markup: list[str] = []
    monkeypatch.setattr(st, "html", markup.append)
    return markup


@pytest.fixture
def status() -> Callable[..., Status]:
    """Makes the status of a run of 1000 steps with a validation every 300, with changes."""
    config = TrainConfig().changed(schedule={"steps": 1000, "validate_every": 300})
    run = Run(pathlib.Path("lesson-1"), "Our <run>", "lesson", "builtin", "2026-01-02T03:04:05+01:00", config, "")

    def make(state: str = "training", **changes) -> Status:
        return Status(**{"id": "lesson-1", "run": run, "state": state, **changes})

    return make
