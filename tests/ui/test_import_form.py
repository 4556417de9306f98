"""The upload of own alphabets: who may add some, what is read, and what is taken over."""

from __future__ import annotations

import pytest

from siamese.ui import import_form, own_sets
from siamese.ui.import_form import import_ui
from siamese.ui.own_sets import Progress
from tests import networks
from tests.apps import markup, part_of


@pytest.fixture(autouse=True)
def refusals(home, monkeypatch) -> dict[bool, str]:
    """Why nothing can be added, by whether it would be for the visitor alone."""
    words = {True: "", False: ""}
    monkeypatch.setattr(own_sets, "refusal", lambda private=False: words[private])
    return words


def form(private: bool = False, **session):
    return part_of(import_ui, "key", "Add <yours>", ("zip", "json"), "A zip.", private, **session)


def test_files_can_be_uploaded():
    app = form()
    (uploader,) = (element.proto for element in app.get("file_uploader"))
    assert (uploader.label, uploader.help, list(uploader.type)) == ("Add <yours>", "A zip.", [".zip", ".json"])
    assert uploader.max_upload_size_mb == 50
    assert app.session_state["key turn"] == 0
    assert app.get("progress") == []


@pytest.mark.parametrize("private", [False, True])
def test_who_may_add_nothing_is_told_why(private, refusals):
    refusals[private] = "Only <the teacher> can."
    app = form(private)
    assert markup(app) == '<p class="note">Only &lt;the teacher&gt; can.</p>'
    assert app.get("file_uploader") == []
    assert len(form(not private).get("file_uploader")) == 1


@pytest.fixture
def session(monkeypatch) -> dict:
    kept = {"key turn": 2, "key upload 2": "a file"}
    monkeypatch.setattr(import_form.st, "session_state", kept)
    return kept


@pytest.mark.parametrize("private", [False, True])
def test_an_upload_is_read_and_the_uploader_forgets_it(private, session, refusals, monkeypatch):
    given, job = [], networks.loading()
    monkeypatch.setattr(job, "start", lambda: job)
    monkeypatch.setattr(own_sets, "importing", lambda *arguments: given.append(arguments) or job)
    import_form._start("key", private)
    assert given == [("a file", private)]
    assert (session["key job"], session["key turn"]) == (job, 3)
    session["key upload 3"] = None  # removed again
    import_form._start("key", private)
    refusals[private] = "No."
    session["key upload 3"] = "another file"
    import_form._start("key", private)
    assert len(given) == 1


@pytest.mark.parametrize(
    ("job", "taken"),
    [
        (None, None),
        (networks.loading(), None),
        (networks.failed("No."), None),
        (networks.ready(Progress(1, 1, "own-a")), Progress(1, 1, "own-a")),
    ],
)
def test_what_has_been_read_is_taken_once(job, taken, session):
    if job is not None:
        session["key job"] = job
    assert import_form.taken("key") == taken
    assert import_form.taken("key") is None
    assert ("key job" in session) == (job is not None and taken is None)


def test_the_page_shows_how_far_it_is_and_why_it_failed():
    running = networks.loading()
    running._progress = lambda value: (1, 4)
    app = form(**{"key job": running})
    (bar,) = app.get("progress")
    assert bar.proto.value == 25
    assert bar.proto.text.startswith("Reading the alphabets, about ")
    app = form(**{"key job": networks.failed("No <zip>.")})
    assert app.error[0].value == "No \\<zip\\>."
    assert app.get("progress") == []
    assert part_of(import_form._progress_ui, "key").get("progress") == []


def test_the_page_runs_again_when_it_has_been_read(monkeypatch):
    again = []
    monkeypatch.setattr(import_form.st, "rerun", lambda: again.append(True))
    form(**{"key job": networks.ready(Progress(1, 1, "own-a"))})
    assert again == [True]
