from __future__ import annotations

import threading
import time

import pytest

from siamese.data import omniglot
from siamese.data.archives import OmniglotError
from siamese.ui import resources


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
