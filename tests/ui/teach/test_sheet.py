"""The job that reads the photograph of a sheet."""

from __future__ import annotations

import io
import types

import numpy as np
import pytest

from siamese.data import photograph as photograph_package
from siamese.data.photograph import grid
from siamese.ui.teach import sheet
from tests import networks
from tests.apps import markup, part_of
from tests.data.test_grid import DRAWN, SHOTS, photograph
from tests.data.test_grid import sheet as filled_in
from tests.threads import Slow


def test_a_photograph_is_read_in_the_background():
    content = photograph(filled_in(), SHOTS["flat, in even light"], np.random.default_rng(1))
    job = sheet.reading(io.BytesIO(content)).start()
    assert job.wait(60)
    assert job.failure == ""
    assert [box.number for box in job.value.reading.filled] == list(DRAWN)
    assert job.share == 1


def test_what_is_not_a_sheet_is_one_sentence():
    for content, words in ((b"not a picture", "picture"), (photograph_of_nothing(), grid.NOT_A_SHEET)):
        job = sheet.reading(io.BytesIO(content)).start()
        assert job.wait(60)
        assert words in job.failure


def photograph_of_nothing() -> bytes:
    return photograph(np.full((400, 300, 3), 220, np.float32), SHOTS["flat, in even light"], np.random.default_rng(1))


def test_the_sheets_and_the_upload_are_made_when_they_are_opened(home):
    app = part_of(sheet.sheet_ui)
    assert "photograph it: all of them are taught at once." in markup(app)
    assert app.get("download_button") == []
    app = part_of(sheet.sheet_ui, **{"teach sheet popover": True})
    assert app.selectbox(key="teach sheet paper").options == ["A4", "Letter"]
    assert len(app.get("download_button")) > 0
    (uploader,) = app.get("file_uploader")
    assert "with all four corner marks (at most 15 MB)" in uploader.proto.label
    assert uploader.proto.max_upload_size_mb == 15
    assert app.session_state["teach sheet turn"] == 0


def test_an_upload_is_read_and_the_uploader_forgets_it(home, monkeypatch):
    job, read = networks.loading(), []
    monkeypatch.setattr(job, "start", lambda: job)
    monkeypatch.setattr(sheet, "reading", lambda upload: read.append(upload) or job)
    session = {"teach sheet turn": 4, "teach sheet upload 4": "a file"}
    monkeypatch.setattr(sheet.st, "session_state", session)
    sheet._start()
    assert (session["teach sheet job"], session["teach sheet turn"], read) == (job, 5, ["a file"])
    session["teach sheet upload 5"] = None  # removed again
    sheet._start()
    assert (session["teach sheet turn"], read) == (5, ["a file"])


@pytest.mark.parametrize(
    ("job", "kept"),
    [
        (None, False),
        (networks.loading(), False),
        (networks.failed("No sheet."), False),
        (networks.ready(sheet.Progress(20, 20, "a reading")), True),
    ],
)
def test_a_sheet_that_has_been_read_is_kept_for_its_check(job, kept, monkeypatch):
    session = {} if job is None else {"teach sheet job": job}
    monkeypatch.setattr(sheet.st, "session_state", session)
    sheet.take_reading()
    assert session.get("teach sheet") == ("a reading" if kept else None)
    assert ("teach sheet job" in session) == (job is not None and not kept)


def test_the_page_shows_how_far_a_sheet_is_read_and_why_it_cannot(home):
    assert part_of(sheet._progress_ui).get("progress") == []
    job = sheet.reading(io.BytesIO())
    job.state, job.value = "running", sheet.Progress(5, 20)
    app = part_of(sheet._progress_ui, **{"teach sheet job": job})
    (bar,) = app.get("progress")
    assert bar.proto.value == 25
    assert bar.proto.text.startswith("Reading the sheet, ")
    assert job.progress == (5, 20)
    assert sheet.reading(io.BytesIO()).progress == (0, 1)
    app = part_of(sheet._progress_ui, **{"teach sheet job": networks.failed("No <sheet>.")})
    assert app.error[0].value == "No \\<sheet\\>."
    assert app.get("progress") == []


def test_one_sheet_is_read_at_a_time(monkeypatch):
    slow = Slow(lambda picture, report: types.SimpleNamespace(grid=types.SimpleNamespace(boxes=20)))
    monkeypatch.setattr(photograph_package, "open_picture", lambda content: content)
    monkeypatch.setattr(grid, "read_grid", slow)
    jobs = [sheet.reading(io.BytesIO()).start() for _ in range(4)]
    assert all(job.wait(20) for job in jobs)
    assert (slow.calls, slow.together) == (4, 1)
    assert jobs[0].value.done == jobs[0].value.total == 20
