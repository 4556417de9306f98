"""`weights import`: what a person at a terminal sees of it. What can be imported is tested with its reader."""

from __future__ import annotations

import contextlib
import json
import types

import numpy as np
import pytest

from siamese import cli
from siamese.cli import weights
from siamese.network.foreign import source


@pytest.fixture
def order(monkeypatch) -> list:
    """What happens, in its order: reading, writing, and what the progress bar is told."""
    happened: list = []
    imported = types.SimpleNamespace(columns=[{"conv1.kernel": np.zeros((2, 3))}])

    @contextlib.contextmanager
    def bar(what, unit):
        yield lambda done, total: happened.append(done / total)

    monkeypatch.setattr(weights, "progress_bar", bar)
    monkeypatch.setattr(source, "read", lambda *given: happened.append("read") or imported)
    monkeypatch.setattr(source, "write", lambda *given: happened.append("written"))
    return happened


def test_progress_is_shown_between_reading_and_writing(order, capsys):
    assert cli.main(["weights", "import", "theirs.h5", "--json"]) == 0
    assert order == ["read", 0.55, "written", 1.0]
    assert json.loads(capsys.readouterr().out)["parameters"] == 6


def test_a_terminal_is_told_that_reading_has_begun(order, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert cli.main(["weights", "import", "theirs.h5"]) == 0
    assert capsys.readouterr().err == "theirs.h5 is being read ...\n"
