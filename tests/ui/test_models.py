"""The networks that answer: loaded once, few of them kept, better weights of a run taking over."""

from __future__ import annotations

import gc
import threading
import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from siamese import runs
from siamese.ui import models
from siamese.ui.jobs import Job
from tests import networks
from tests.runs import fake
from tests.runs.conftest import make, place  # noqa: F401 - fixtures
from tests.runs.helpers import work
from tests.threads import Slow, at_once


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
    own = [file for file in files if any(run.id in str(file) for run in trained_runs)]  # others load elsewhere
    assert len(own) == len(set(own)) == 5


def test_a_run_is_exported_for_keras(trained, tmp_path):
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


def choosing() -> None:
    import streamlit as st

    from siamese.ui import models

    st.session_state.setdefault("network", "")
    models.choose_ui()
    models.in_use_ui()


def run_script() -> AppTest:
    app = AppTest.from_function(choosing).run(timeout=60)
    assert [error.value for error in app.exception] == []
    return app


def test_without_runs_there_is_no_choice_of_a_network(place):  # noqa: F811
    app = run_script()
    assert len(app.selectbox) == len(app.button) == 0


def test_a_network_trained_in_class_can_be_chosen_shown_and_left_again(trained, monkeypatch):
    run = trained()
    runs.rename(run.id, "<b>Monday's</b>")
    assert models.with_weights() == {run.id: "<b>Monday's</b>"}
    app = run_script()
    assert app.selectbox(key=models.CHOICE_KEY).options == ["Shipped", "<b>Monday's</b>"]
    assert len(app.button) == 0
    app.selectbox(key=models.CHOICE_KEY).set_value(run.id).run(timeout=60)
    (line,) = [element.proto.body for element in app.get("html")]
    assert "trained in class" in line
    assert "Answers come from <b>&lt;b&gt;Monday&#x27;s&lt;/b&gt;</b>." in line
    app.button[0].click().run(timeout=60)
    assert app.session_state["network"] == ""
    assert len(app.button) == 0


def test_a_network_that_is_still_loading_is_not_forgotten(trained, loads):
    _, gate = loads
    gate.clear()
    trained_runs = [trained() for _ in range(5)]
    jobs = [models.get(run.id) for run in trained_runs]
    assert len(models._of_runs) == 5
    gate.set()
    assert all(job.wait(10) for job in jobs)
    models.get(trained_runs[0].id)  # used last, so it stays
    assert set(models._of_runs) == {trained_runs[i].id for i in (0, 3, 4)}


def test_networks_of_runs_are_loaded_one_at_a_time(trained, monkeypatch):
    from siamese.network.matcher import Matcher

    inside, most = [], []

    class Loaded:
        def trace(self):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.05)
            inside.pop()

    monkeypatch.setattr(Matcher, "load", lambda file: Loaded())
    jobs = [models.get(trained().id) for _ in range(3)]
    assert all(job.wait(10) for job in jobs)
    assert max(most) == 1


def test_the_shipped_network_is_loaded_once(monkeypatch):
    started = []

    def steps(value):
        started.append(True)
        yield "matcher"

    monkeypatch.setattr(models, "_shipped", Job("Loading the network", steps))
    assert models.load_shipped().wait(10)
    assert models.load_shipped().wait(10)
    assert started == [True]
    assert models.matcher() == "matcher"
    assert models.device() != ""


def test_before_the_network_is_ready_no_device_is_named(monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    assert models.device() == ""
    assert models.matcher() is None


def test_what_is_loaded_for_good_is_not_searched_for_garbage():
    frozen = gc.get_freeze_count()

    def load() -> None:
        with models._without_collections():
            assert not gc.isenabled()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        load()
    assert gc.isenabled()
    assert gc.get_freeze_count() > frozen + 1000
    gc.unfreeze()


def test_visitors_who_ask_for_a_network_at_once_share_one_job(trained, loads, monkeypatch):
    run = trained()
    monkeypatch.setattr(models, "_loading", Slow(models._loading))
    at_once(lambda: models.get(run.id))
    assert models._loading.calls == 1
