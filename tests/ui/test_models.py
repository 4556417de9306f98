"""The networks that answer: loaded once, few of them kept, better weights of a run taking over."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from siamese import runs
from siamese.ui import models
from tests import networks
from tests.runs import fake
from tests.runs.conftest import make, place  # noqa: F401 - fixtures
from tests.runs.helpers import work


@pytest.fixture
def trained(make, monkeypatch):  # noqa: F811
    """Runs with weights, and a server whose shipped network is ready."""
    monkeypatch.setattr(models, "_shipped", networks.ready(object()))
    monkeypatch.setattr(models, "_of_runs", type(models._of_runs)())
    monkeypatch.setattr(models, "_replacements", {})

    def make_trained():
        run = make()
        work(run)
        return run

    return make_trained


def test_the_network_of_a_run_is_loaded_and_kept(trained):
    run = trained()
    job = models.get(run.id)
    assert job.wait(120)
    assert models.failure(run.id) == ""
    assert models.get(run.id) is job
    assert models.matcher(run.id).record["made"]["run"] == run.id
    assert models.get("") is models.get()


def test_an_unknown_run_and_one_without_weights_are_one_sentence(make):  # noqa: F811
    assert "no run" in models.failure("unknown")
    assert "no weights yet" in models.failure(make().id)
    assert models.get("unknown").settled
    assert models.matcher("unknown") is None


@pytest.fixture
def loads(monkeypatch):
    """Files in the order in which they are loaded; loading ends when `gate` is open."""
    from siamese.network.matcher import Matcher

    files, gate = [], threading.Event()
    gate.set()

    class Loaded:
        def trace(self):
            assert gate.wait(10)

    monkeypatch.setattr(Matcher, "load", lambda file: files.append(file) or Loaded())
    return files, gate


def test_few_networks_of_runs_are_kept_the_ones_used_last(trained, loads):
    trained_runs = [trained() for _ in range(4)]
    for run in trained_runs:
        assert models.get(run.id).wait(10)
    assert list(models._of_runs) == [run.id for run in trained_runs[1:]]


def test_earlier_weights_answer_until_better_ones_are_ready(trained, loads, monkeypatch):
    files, gate = loads
    run = trained()
    assert models.get(run.id).wait(10)
    first = models.matcher(run.id)
    better = run.weights / "step-00000099" / "weights.safetensors"
    monkeypatch.setattr(runs, "weights", lambda run, which: better)
    gate.clear()
    assert models.matcher(run.id) is first
    assert models.matcher(run.id) is first
    gate.set()
    end = time.monotonic() + 10
    while models.matcher(run.id) is first and time.monotonic() < end:
        time.sleep(0.01)
    assert models.matcher(run.id) not in (first, None)
    assert files.count(better) == 1


def test_better_weights_that_cannot_be_loaded_leave_the_earlier_ones(trained, monkeypatch):
    run = trained()
    assert models.get(run.id).wait(120)
    first = models.matcher(run.id)
    monkeypatch.setattr(runs, "weights", lambda run, which: run_folder / "nothing.safetensors")
    run_folder = run.folder
    assert models.matcher(run.id) is first
    assert models._replacements[run.id][1].wait(10)
    assert models.matcher(run.id) is first
    assert models.failure(run.id) == ""


def test_networks_that_are_asked_for_at_once_are_loaded_once_each(trained, loads):
    files, gate = loads
    gate.clear()
    trained_runs = [trained() for _ in range(5)]
    for _ in range(3):
        jobs = [models.get(run.id) for run in trained_runs]
    gate.set()
    assert all(job.wait(10) for job in jobs)
    assert len(files) == len(set(files)) == 5


def test_a_run_is_taken_away_for_keras(trained, tmp_path):
    run = trained()
    (tmp_path / "ours.keras").write_bytes(models.export_keras(run.id))
    import keras

    network = keras.saving.load_model(tmp_path / "ours.keras", safe_mode=True)
    drawings = fake.drawn_sets()[1].drawings([0, 3, 6])
    assert models.get(run.id).wait(120)
    ours = models.matcher(run.id)
    logit = ours.compare(ours.prepare(drawings[:1]), ours.prepare(drawings))[0]
    seen = ours.twin_input(drawings)[..., None]
    similarity = network({"first": np.repeat(seen[:1], 3, axis=0), "second": seen}).numpy().ravel()
    assert similarity == pytest.approx(1 / (1 + np.exp(-logit)), abs=0.02)  # the app computes in bfloat16 where it can
