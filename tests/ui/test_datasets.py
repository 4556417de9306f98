"""Character sets of pages: one download for all visitors, its progress and its failure; sets kept in memory."""

from __future__ import annotations

import os
import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from siamese.data import omniglot, own, splits
from siamese.data.archives import OmniglotError
from siamese.data.own import shelf
from siamese.ui import datasets
from siamese.ui.jobs import Job
from tests import drawn
from tests.data.own.test_own import moon


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


def test_work_that_reports_nothing_is_done_at_its_end():
    job = datasets._reporting_job("work", lambda report: None)
    assert job.progress == (0, 1)
    assert job.start().wait(10)
    assert (job.progress, job.share) == ((1, 1), 1.0)


def test_time_left_follows_the_share_that_is_done():
    job: Job = Job("work", lambda value: iter(()), lambda value: (75, 100))
    assert datasets.time_left(job) != ""
    job._started = time.monotonic() - 30, 0
    assert datasets.time_left(job) == "about 10 s left"
    job._started = time.monotonic() - 30, 75
    assert datasets.time_left(job) == "estimating the time left"


@pytest.mark.parametrize(("seconds", "words"), [(89.6, "about 90 s left"), (91, "about 2 min left")])
def test_long_times_are_in_minutes(monkeypatch, seconds, words):
    monkeypatch.setattr(Job, "seconds_left", seconds)
    assert datasets.time_left(Job("Work", lambda value: iter(()))) == words


ALL_ARCHIVES = ("images_background.zip", "images_evaluation.zip", "all_runs.zip")


@pytest.mark.parametrize(
    ("state", "groups", "reason"),
    [
        (omniglot.State(omniglot.MISSING), (), datasets.NOT_INSTALLED),
        (omniglot.State(omniglot.MISSING), ("lake",), datasets.NOT_INSTALLED),
        (omniglot.State("Omniglot cannot be read from D."), ("lake",), "Omniglot cannot be read from D."),
        (omniglot.State(missing=ALL_ARCHIVES), (), ""),
        (omniglot.State(missing=ALL_ARCHIVES[1:]), ("background",), ""),
        (omniglot.State(missing=ALL_ARCHIVES[:1]), ("lake", "runs", "validation", "evaluation"), ""),
        (
            omniglot.State(missing=ALL_ARCHIVES[1:]),
            ("background", "validation"),
            "images_evaluation.zip of Omniglot is not installed.",
        ),
        (
            omniglot.State(missing=ALL_ARCHIVES[1:]),
            ("lake", "runs"),
            "all_runs.zip and images_evaluation.zip of Omniglot are not installed.",
        ),
        (
            omniglot.State(missing=ALL_ARCHIVES[:1]),
            ("background",),
            "images_background.zip of Omniglot is not installed.",
        ),
    ],
)
def test_what_omniglot_lacks_for_some_groups_is_a_sentence(monkeypatch, state, groups, reason):
    monkeypatch.setattr(omniglot, "state", lambda: state)
    assert datasets.omniglot_lacks(*groups) == reason


def test_a_set_is_loaded_once_and_again_when_its_file_changes(home):
    drawn.omniglot_home(home)
    first = datasets.loaded("omniglot")
    assert datasets.loaded("omniglot") is first
    file = omniglot.packed_file()
    os.utime(file, ns=(1, 1))
    assert datasets.loaded("omniglot") is not first


def importing() -> None:
    import streamlit as st

    from siamese.ui import datasets

    st.write(f"{len(datasets.character_set('omniglot'))} drawings")


def downloading() -> None:
    from siamese.ui import datasets

    datasets.download_ui()


def run(script) -> AppTest:
    app = AppTest.from_function(script).run(timeout=60)
    assert [error.value for error in app.exception] == []
    return app


@pytest.fixture
def not_imported(home, monkeypatch) -> None:
    """Omniglot's archives are there, its packed set is not."""
    monkeypatch.setattr(omniglot, "available", lambda: True)


def job_in(state: str, value=None, failure: str = "") -> Job:
    job: Job = Job("The import of Omniglot", lambda value: iter(()), lambda value: value or (0, 1))
    job.state, job.value, job.failure = state, value, failure
    return job


def test_while_omniglot_is_imported_the_page_shows_the_progress_and_stops(not_imported, monkeypatch):
    monkeypatch.setattr(datasets, "_import", job_in("running", (30, 120)))
    app = run(importing)
    (bar,) = app.get("progress")
    assert bar.proto.value == 25
    assert bar.proto.text.startswith("Importing Omniglot, ")
    assert len(app.markdown) == 0


def test_an_import_that_failed_is_one_sentence(not_imported, monkeypatch):
    monkeypatch.setattr(datasets, "_import", job_in("failed", failure="An archive is damaged: download it again."))
    app = run(importing)
    assert [error.value for error in app.error] == ["An archive is damaged\\: download it again."]
    assert len(app.markdown) == len(app.get("progress")) == 0


def test_an_imported_set_is_given_to_the_page(home):
    drawn.omniglot_home(home)
    assert run(importing).markdown[0].value == f"{len(datasets.loaded('omniglot'))} drawings"


def test_a_download_is_offered_followed_and_explained_when_it_fails(monkeypatch):
    monkeypatch.setattr(datasets, "_download", job_in("new"))
    app = run(downloading)
    assert [button.label for button in app.button] == ["Download Omniglot (16 MB)"]
    assert len(app.error) == 0
    monkeypatch.setattr(datasets, "_download", job_in("running", (4, 16)))
    app = run(downloading)
    assert len(app.button) == 0
    assert app.get("progress")[0].proto.value == 25
    monkeypatch.setattr(datasets, "_download", job_in("failed", failure="No connection: try again."))
    app = run(downloading)
    assert [error.value for error in app.error] == ["No connection\\: try again."]
    assert len(app.button) == 1


def test_the_button_starts_the_download(monkeypatch):
    started = threading.Event()

    def steps(value):
        started.set()
        yield 1, 1

    monkeypatch.setattr(datasets, "_download", Job("download", steps, lambda value: value or (0, 1)))
    run(downloading).button[0].click().run(timeout=60)
    assert started.wait(10)


def test_the_validation_set_is_the_one_that_runs_are_validated_on(home):
    drawn.omniglot_home(home)
    names = [alphabet.name for alphabet in datasets.validation_set("omniglot").alphabets]
    assert set(names) == set(splits.VALIDATION_TEN)
    assert datasets.validation_set("omniglot") is datasets.validation_set("omniglot")


def test_the_version_of_a_source_is_its_file_and_the_time_of_its_last_change(home):
    assert datasets.version("omniglot") == (str(omniglot.packed_file()), 0)
    drawn.omniglot_home(home)
    os.utime(omniglot.packed_file(), ns=(5_000, 5_000))
    assert datasets.version("omniglot") == (str(omniglot.packed_file()), 5_000)
    assert datasets.version("builtin")[0].endswith("alphabets.npz")


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [
        (omniglot.State(), "new", "running"),
        (omniglot.State(), "failed", "failed"),
        (omniglot.State(imported=True), "new", "new"),
        (omniglot.State(omniglot.MISSING), "new", "new"),
    ],
)
def test_readable_archives_are_imported_in_the_background(monkeypatch, state, before, after):
    job = job_in(before)
    monkeypatch.setattr(job, "start", lambda: setattr(job, "state", "running"))
    monkeypatch.setattr(datasets, "_import", job)
    monkeypatch.setattr(omniglot, "state", lambda: state)
    assert datasets.omniglot_state() == state
    assert job.state == after


def test_the_version_of_an_own_alphabet_changes_with_its_file(home):
    key = own.keep(moon())
    before = datasets.version(key)
    assert datasets.version(key) == before
    os.utime(shelf.file(key), (1, 1))
    assert datasets.version(key) != before
