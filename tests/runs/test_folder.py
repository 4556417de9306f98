"""The run folder: ids, names, reports, requests, damaged files."""

from __future__ import annotations

import json
import os
import time
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siamese.runs import folder
from siamese.runs.folder import DamagedRun, RunError


def test_a_run_comes_back_as_it_was_created(make):
    run = make(name="Ours", seed=7)
    again = folder.read(run.id)
    assert again == run
    assert again.config.seed == 7
    assert (again.preset, again.data, again.name) == ("fake", "drawn", "Ours")


def test_all_runs_are_listed_damaged_ones_too_and_nothing_else(make, place):
    runs = {make().id for _ in range(3)}
    (place / "best").mkdir()
    (place / "queue").mkdir()
    (place / "Not an id").mkdir()
    (place / "Not an id" / "run.json").write_text("{}")
    (place / ".incomplete-1").mkdir()
    (place / ".incomplete-1" / "run.json").write_text("{}")
    (place / "broken").mkdir()
    (place / "broken" / "run.json").write_text("{")
    assert {place.name for place in folder.places()} == runs | {"broken"}


def test_without_a_folder_there_are_no_runs_and_looking_creates_none(home):
    assert folder.places() == []
    assert not home.exists()


def test_two_runs_of_the_same_second_and_suffix_are_two_runs(make, monkeypatch):
    suffixes = iter(["aaaa"] * 3 + ["bbbb"])
    monkeypatch.setattr(folder, "uuid", SimpleNamespace(uuid4=lambda: SimpleNamespace(hex=next(suffixes))))
    monkeypatch.setattr(folder.datetime, "datetime", Standing)
    first, second = make(name="First"), make(name="Second")
    assert first.id.endswith("-aaaa")
    assert second.id.endswith("-bbbb")
    assert [folder.read(run.id).name for run in (first, second)] == ["First", "Second"]


class Standing(folder.datetime.datetime):
    """A clock that has stopped."""

    @classmethod
    def now(cls, tz=None):
        return cls(2026, 1, 1, 12, 0, 0)


@pytest.mark.parametrize(
    "run_id", ["", ".", "..", "../secret", "a/b", "a\\b", "/etc", "A", "-a", "a\n", "a\0", "x" * 81, "ä", "queue"]
)
def test_an_id_of_no_run_is_refused(place, run_id):
    (place / "queue").mkdir(parents=True)
    for call in (folder.read, folder.locate):
        with pytest.raises(RunError):
            call(run_id)


DAMAGED = {
    "run.json": [
        "",
        "{",
        "[]",
        "null",
        "1",
        '{"name": "x"}',
        '{"name": 1, "preset": "", "data": "", "created": ""}',
        '{"name": "x", "preset": "\\ud800", "data": "drawn", "created": "2026-01-01T12:00:00+01:00"}',
        '{"name": "x", "preset": "fake", "data": "drawn", "created": "yesterday"}',
    ],
    "config.json": [
        "",
        "[" * 100_000,
        '{"seed": 1e999}',
        '{"seed": NaN}',
        '{"seed": ' + "9" * 400 + "}",
        '{"seed": "many"}',
        '{"twin": []}',
        '{"columns": 0}',
        '{"unknown": 1}',
        '{"distort": ' * 900 + "1" + "}" * 900,
    ],
}


@pytest.mark.parametrize(("file", "content"), [(file, text) for file, texts in DAMAGED.items() for text in texts])
def test_a_damaged_run_says_which_file_is_damaged(make, file, content):
    run = make()
    (run.folder / file).write_text(content)
    with pytest.raises(
        DamagedRun, match=rf"^{run.id} cannot be used, since {file} .*: restore the file or delete"
    ) as e:
        folder.read(run.id)
    assert len(str(e.value)) < 400
    assert "\n" not in str(e.value)


def test_a_missing_file_is_named(make):
    run = make()
    (run.folder / "config.json").unlink()
    with pytest.raises(DamagedRun, match=r"since config\.json is missing"):
        folder.read(run.id)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_a_name_is_one_printable_line(text):
    try:
        name = folder.checked_name(text)
    except RunError:
        return
    assert name == name.strip()
    assert name.isprintable()
    assert 1 <= len(name) <= 80


def test_a_worker_reports_and_its_heartbeat_shows_that_it_is_alive(make):
    run = make()
    assert folder.last_report(run.folder).state == "new"
    folder.report(run, "failed", "Why.")
    report = folder.last_report(run.folder)
    assert (report.state, report.sentence, report.pid, report.responds) == ("failed", "Why.", os.getpid(), True)
    for age, responds in ((29, True), (31, False)):
        os.utime(run.folder / "state.json", (time.time() - age,) * 2)
        assert folder.last_report(run.folder).responds is responds
    folder.heartbeat(run)
    assert folder.last_report(run.folder).responds


@pytest.mark.parametrize(
    "content",
    [
        "torn",
        "[]",
        '{"state": "training"}',
        '{"state": "dancing", "sentence": "", "pid": 1}',
        '{"state": "training", "sentence": "", "pid": 1e999}',
        '{"state": "training", "sentence": "", "pid": ' + "1" * 400 + "}",
        '{"state": "training", "sentence": null, "pid": 1}',
    ],
)
def test_a_damaged_report_counts_as_interrupted(make, content):
    run = make()
    (run.folder / "state.json").write_text(content)
    report = folder.last_report(run.folder)
    assert report.state == "interrupted"
    assert report.damage.startswith("state.json is damaged")
    assert report.damage.endswith("the run can be resumed from its last checkpoint.")


def test_requests_are_made_and_withdrawn(make):
    run = make()
    folder.request(run, "pause")
    assert folder.requested(run, "pause")
    assert not folder.requested(run, "stop")
    folder.withdraw(run, "pause", "stop")
    assert not folder.requested(run, "pause")


def test_a_created_run_is_on_the_disk(make, monkeypatch):
    """Every file of it is synchronised, and the folder that holds its name."""
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    run = make()
    names = {name.rsplit("/", 1)[-1] for name in synced}
    assert {"run.json", "config.json", "metrics.jsonl"} <= names
    assert str(run.folder.parent) in synced


def test_an_unusable_home_is_one_sentence(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SIAMESE_HOME", str(tmp_path / "file"))
    with pytest.raises(RunError, match=r"cannot be read \(Not a directory\): check SIAMESE_HOME"):
        folder.places()


def test_the_configuration_is_stored_as_json_that_can_be_read_by_hand(make):
    run = make(seed=9)
    stored = json.loads((run.folder / "config.json").read_text())
    assert stored["seed"] == 9
    assert stored["schedule"]["steps"] == 24
