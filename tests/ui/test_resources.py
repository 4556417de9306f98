from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from siamese.data import omniglot
from siamese.data.archives import OmniglotError
from siamese.runs import control
from siamese.ui import resources
from tests.runs import fake
from tests.runs.conftest import make, place  # noqa: F401 - fixtures
from tests.runs.test_worker import work


@pytest.fixture
def fetch(monkeypatch):
    """Stands for the network beyond this machine: waits for `go`, then does what `then` says."""
    go, done = threading.Event(), []

    def download(progress):
        progress(40, 100)
        go.wait(10)
        done.append(True)
        raise OmniglotError("images_background.zip could not be downloaded: check the connection and try again.")

    monkeypatch.setattr(omniglot, "download", download)
    monkeypatch.setattr(resources, "_download", resources.Download())
    return go, done


def test_two_presses_are_one_download_and_its_failure_is_a_sentence(fetch):
    go, done = fetch
    resources.start_download()
    resources.start_download()
    end = time.monotonic() + 10
    while resources.download().part == 0 and time.monotonic() < end:
        time.sleep(0.01)
    assert (resources.download().running, resources.download().part) == (True, 40)
    go.set()
    while resources.download().running and time.monotonic() < end:
        time.sleep(0.01)
    assert done == [True]
    assert "check the connection" in resources.download().failure


def test_time_left_follows_the_share_done():
    assert resources.time_left(time.monotonic() - 30, 0.75) == "about 10 s left"
    assert "not known" in resources.time_left(time.monotonic(), 0.0)


@pytest.fixture
def trained(make, monkeypatch):  # noqa: F811
    """A run with weights, and a server that is awake without TensorFlow: weights are "woken" by reading them."""
    awake = resources.Network()
    awake.done.set()
    monkeypatch.setattr(resources, "wake", lambda: awake)
    monkeypatch.setattr(resources, "_trained", type(resources._trained)())

    def make_trained():
        run = make()
        work(run)
        return run

    return make_trained


def test_a_run_s_network_wakes_by_itself_and_is_kept(trained):
    run = trained()
    network = resources.network(run.id)
    assert network.done.wait(120)
    assert network.failure == ""
    assert resources.network(run.id) is network
    assert network.matcher.record["made"]["run"] == run.id
    assert network.file == control.weights(run.id, "best")
    assert resources.network("") is resources.network()


def test_an_unknown_run_and_one_without_weights_are_one_sentence(make):  # noqa: F811
    assert "no run" in resources.network("nobody").failure
    assert "no weights yet" in resources.network(make().id).failure
    assert resources.network("nobody").done.is_set()


def test_better_weights_take_over_when_they_are_awake_and_few_are_kept(trained, monkeypatch):
    from siamese.network.matcher import Matcher

    loaded, go = [], threading.Event()
    go.set()

    class Woken:
        def trace(self):
            go.wait(10)

    monkeypatch.setattr(Matcher, "load", lambda file: loaded.append(file) or Woken())
    runs = [trained() for _ in range(resources.TRAINED + 1)]
    for run in runs:
        assert resources.network(run.id).done.wait(10)
    assert list(resources._trained) == [run.id for run in runs[1:]]

    first = resources.network(runs[-1].id)
    better = runs[-1].weights / "step-00000099" / "weights.safetensors"
    monkeypatch.setattr(control, "weights", lambda run, which: better)
    go.clear()
    assert resources.network(runs[-1].id).matcher is first.matcher
    assert resources.network(runs[-1].id).matcher is first.matcher
    go.set()
    end = time.monotonic() + 10
    while resources.network(runs[-1].id).matcher is first.matcher and time.monotonic() < end:
        time.sleep(0.01)
    assert resources.network(runs[-1].id).file == better
    assert loaded.count(better) == 1


def test_networks_that_wake_at_once_are_loaded_once_each(trained, monkeypatch):
    from siamese.network.matcher import Matcher

    loaded, go = [], threading.Event()

    class Woken:
        def trace(self):
            go.wait(10)

    monkeypatch.setattr(Matcher, "load", lambda file: loaded.append(file) or Woken())
    runs = [trained() for _ in range(resources.TRAINED + 2)]
    for _ in range(3):
        networks = [resources.network(run.id) for run in runs]
    go.set()
    assert all(network.done.wait(10) for network in networks)
    assert sorted(loaded) == sorted(network.file for network in networks)


def test_a_run_is_taken_away_for_keras(trained, tmp_path):
    run = trained()
    (tmp_path / "ours.keras").write_bytes(resources.export_keras(run))
    import keras

    network = keras.saving.load_model(tmp_path / "ours.keras", safe_mode=True)
    drawings = fake.drawn_sets()[1].drawings([0, 3, 6])
    ours = resources.network(run.id)
    assert ours.done.wait(120)
    logit = ours.matcher.compare(ours.matcher.prepare(drawings[:1]), ours.matcher.prepare(drawings))[0]
    seen = ours.matcher.twin_input(drawings)[..., None]
    similarity = network({"first": np.repeat(seen[:1], 3, axis=0), "second": seen}).numpy().ravel()
    assert similarity == pytest.approx(1 / (1 + np.exp(-logit)), abs=0.02)  # the app computes in bfloat16 where it can
