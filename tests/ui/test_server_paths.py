"""Paths of the server do not reach pages; everything else in a sentence stays, and the log has all of it."""

from __future__ import annotations

import logging
import pathlib
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese import paths
from siamese.ui import server_paths
from siamese.ui.jobs import Job
from siamese.ui.server_paths import without_paths


@pytest.fixture(autouse=True)
def _fresh(home):
    server_paths._replaced.cache_clear()


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        (
            "{data} cannot be written: No space left on device; make room.",
            "The server's data folder cannot be written: No space left on device; make room.",
        ),
        ("{data}/embeddings cannot be written.", "embeddings cannot be written."),
        ("{assets}/koch.safetensors is missing: restore it.", "koch.safetensors is missing: restore it."),
        ("[Errno 28] No space left: '{tmp}/x1/draft.png'", "[Errno 28] No space left: 'draft.png'"),
        ("The file is in {data}.", "The file is in the server's data folder."),
        ("The lock is closed, because /srv/class/.streamlit/secrets.toml is damaged: correct it.",
         "The lock is closed, because secrets.toml is damaged: correct it."),
        (r"D:\Class\runs\run.json is damaged.", "run.json is damaged."),
    ],
)  # fmt: skip
def test_a_path_becomes_the_name_of_the_file_or_folder(sentence, shown, caplog):
    given_ = sentence.format(data=paths.data(), assets=paths.ASSETS, tmp=tempfile.gettempdir())
    with caplog.at_level(logging.WARNING, logger="siamese"):
        assert without_paths(given_) == without_paths(given_) == shown
    assert [given_ in record.getMessage() for record in caplog.records] == [True]


@pytest.mark.parametrize(
    "sentence",
    [
        "There is no character and/or sign called 1/2.",
        "Choose 5 % or 20 / 40 trials.",
        "pictures/moon.png cannot be read: it is damaged.",
        "The address is http://class.school.example/teach?set=ab.",
        "",
    ],
)
def test_other_sentences_stay_as_they_are(sentence, caplog):
    assert without_paths(sentence) == sentence
    assert caplog.records == []


@given(st.lists(st.text("abcXYZ09._-", min_size=2, max_size=8), min_size=1, max_size=4))
def test_no_folder_of_the_server_is_left(parts):
    path = paths.home().joinpath(*parts)
    shown = without_paths(f"{path} cannot be read: Permission denied.")
    assert str(paths.home()) not in shown
    assert shown.endswith(" cannot be read: Permission denied.")


def test_a_folder_with_a_space_is_recognised(monkeypatch, tmp_path):
    monkeypatch.setenv("SIAMESE_HOME", str(tmp_path / "Ada Maria" / "siamese"))
    assert without_paths(f"{paths.home() / 'class.sqlite3'} is locked.") == "class.sqlite3 is locked."


def test_the_failure_of_a_job_has_no_path():
    def steps(value):
        raise OSError(28, "No space left on device", "/srv/class/embeddings/draft")
        yield value

    job = Job("Embedding", steps).start()
    job.wait()
    assert job.failure == "Embedding failed: OSError: [Errno 28] No space left on device: 'draft'"


def test_the_root_of_the_file_system_is_no_folder_of_ours(monkeypatch):
    monkeypatch.setattr(pathlib.Path, "home", lambda: pathlib.Path("/"))
    assert without_paths("A / B is not a path.") == "A / B is not a path."
