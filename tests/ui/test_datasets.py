"""Character sets of pages: one download for all visitors, its progress and its failure; sets kept in memory."""

from __future__ import annotations

import os
import threading
import time

import pytest

from siamese.data import omniglot
from siamese.data.archives import OmniglotError
from siamese.ui import datasets
from siamese.ui.jobs import Job
from tests import drawn


@pytest.fixture
def download(monkeypatch):
    """A download that reports 40 of 100 and fails when the gate opens; the times it was begun."""
    gate, begun = threading.Event(), []

    def fetch(progress):
        begun.append(True)
        progress(40, 100)
        assert gate.wait(10)
        raise OmniglotError("images_background.zip could not be downloaded: check the connection and try again.")

    monkeypatch.setattr(omniglot, "download", fetch)
    job = datasets._reporting_job("The download of Omniglot", lambda report: omniglot.download(report))
    monkeypatch.setattr(datasets, "_download", job)
    return job, gate, begun


def test_two_presses_are_one_download_and_its_failure_is_a_sentence(download):
    job, gate, begun = download
    job.start()
    job.start()
    end = time.monotonic() + 10
    while job.share == 0 and time.monotonic() < end:
        time.sleep(0.01)
    assert (job.running, job.progress) == (True, (40, 100))
    gate.set()
    assert job.wait(10)
    assert begun == [True]
    assert job.failure == "images_background.zip could not be downloaded: check the connection and try again."


def test_time_left_follows_the_share_that_is_done():
    job: Job = Job("work", lambda value: iter(()), lambda value: (75, 100))
    assert datasets.time_left(job) != ""
    job._started = time.monotonic() - 30, 0
    assert datasets.time_left(job) == "about 10 s left"
    job._started = time.monotonic() - 30, 75
    assert datasets.time_left(job) == "estimating the time left"


def test_a_set_is_loaded_once_and_again_when_its_file_changes(home):
    drawn.omniglot_home(home)
    first = datasets.loaded("omniglot")
    assert datasets.loaded("omniglot") is first
    file = omniglot.packed_file()
    os.utime(file, ns=(1, 1))
    assert datasets.loaded("omniglot") is not first
