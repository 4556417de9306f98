"""The shown run: when the page runs again, and what it shows of a run."""

from __future__ import annotations

import types

import pytest

from siamese.errors import UserError
from siamese.ui.train import shown_run
from tests.apps import part_of


@pytest.fixture
def server(monkeypatch, home) -> types.SimpleNamespace:
    """The runs of a server, and how often pages ran again, runs were started, and which runs were shown."""
    now = types.SimpleNamespace(statuses=[], reruns=0, starts=0, shown=[], intervals=[])

    def fragment(run_every=None):
        now.intervals.append(run_every)
        return lambda function: function

    def rerun():
        now.reruns += 1

    def start_next():
        now.starts += 1

    monkeypatch.setattr(shown_run.runs, "statuses", lambda: now.statuses)
    monkeypatch.setattr(shown_run.runs, "start_next", start_next)
    monkeypatch.setattr(
        shown_run.runs, "active", lambda: next((status for status in now.statuses if status.active), None)
    )
    monkeypatch.setattr(shown_run.st, "fragment", fragment)
    monkeypatch.setattr(shown_run.st, "rerun", rerun)
    monkeypatch.setattr(shown_run, "_run_ui", lambda status: now.shown.append(status))
    return now


@pytest.mark.parametrize(
    ("state", "place", "intervals"),
    [("training", None, [2.0]), ("starting", None, [2.0]), ("queued", 1, [2.0]), ("stopped", None, [None, 5.0])],
)
def test_a_page_follows_what_trains_or_is_queued_and_else_looks_for_a_start(state, place, intervals, server, status):
    server.statuses = [status("finished", id="other"), status(state, place=place)]
    shown_run.watch_ui("lesson-1")
    assert server.intervals == intervals
    assert server.shown == [server.statuses[1]]
    assert server.starts == len(intervals)
    assert server.reruns == 0


def test_the_page_runs_again_when_a_run_has_started(server, status):
    server.statuses = [status("stopped")]
    shown_run.notice_ui()
    assert server.reruns == 0
    server.statuses = [status("training")]
    shown_run.notice_ui()
    assert (server.reruns, server.starts) == (1, 2)


class Stopped(Exception):
    """What Streamlit raises to run a page again."""


@pytest.mark.parametrize("gone", [True, False])
def test_the_page_shows_another_run_when_this_one_is_gone_or_damaged(gone, server, status, monkeypatch):
    def stop():
        raise Stopped

    monkeypatch.setattr(shown_run.st, "rerun", stop)
    server.statuses = [] if gone else [status("damaged", run=None)]
    with pytest.raises(Stopped):
        shown_run.watch_ui("lesson-1")
    assert server.shown == []


@pytest.mark.parametrize(
    ("before", "after", "reruns"),
    [
        ({"state": "training"}, {"state": "training", "step": 5}, 0),
        ({"state": "training"}, {"state": "stopped"}, 1),
        ({"state": "training"}, {"state": "training", "weights": "a file"}, 1),
    ],
)
def test_the_complete_page_runs_again_when_buttons_change(before, after, reruns, server, status, monkeypatch):
    server.statuses = [status(**before)]

    def show(run_status):
        server.shown.append(run_status)
        server.statuses = [status(**after)]

    monkeypatch.setattr(shown_run, "_run_ui", show)
    monkeypatch.setattr(shown_run, "notice_ui", lambda: None)
    shown_run.watch_ui("lesson-1")
    assert server.reruns == reruns


def test_another_active_run_changes_the_buttons(server, status):
    server.statuses = [status("stopped")]
    alone = shown_run._situation("lesson-1")
    server.statuses = [status("training", id="lesson-2"), status("stopped", weights="w")]
    assert alone == ("", "", "stopped", None)
    assert shown_run._situation("lesson-1") == ("lesson-2", "training", "stopped", "w")
    assert shown_run._situation("gone") == ("lesson-2", "training", "", None)


def test_a_problem_with_the_queue_is_shown_and_does_not_end_the_page(server, status, monkeypatch):
    def refuse():
        raise UserError("The folder is <full>.")

    monkeypatch.setattr(shown_run.runs, "start_next", refuse)
    server.statuses = [status("training")]
    app = part_of(shown_run.watch_ui, "lesson-1")
    assert app.error[0].value == "The folder is \\<full\\>."
    assert len(part_of(shown_run.notice_ui).error) == 0


def test_a_run_shows_its_status_its_curves_and_what_the_network_sees(status, monkeypatch, home):
    made = []
    curve = types.SimpleNamespace(validations=lambda: ["a validation"])
    monkeypatch.setattr(shown_run.runs, "curve", lambda run_id: curve)
    monkeypatch.setattr(shown_run.runs, "nearest", lambda run_id: f"nearest of {run_id}")
    monkeypatch.setattr(shown_run.progress, "head", lambda *given: made.append(("head", *given)))
    monkeypatch.setattr(shown_run.progress, "controls_ui", lambda *given: made.append(("controls", *given)))
    monkeypatch.setattr(shown_run.progress, "sentence", lambda *given: made.append(("sentence", *given)))
    monkeypatch.setattr(shown_run.curves, "compared_runs", lambda run_id: [f"beside {run_id}"])
    monkeypatch.setattr(shown_run.curves, "curves_ui", lambda *given: made.append(("curves", *given)))
    monkeypatch.setattr(shown_run.observations, "observations_ui", lambda *given: made.append(("seen", *given)))
    own = status("training")
    part_of(shown_run._run_ui, own)
    assert made == [
        ("head", own),
        ("controls", own),
        ("sentence", own, ["a validation"], f"nearest of {own.run.id}"),
        ("curves", own, [f"beside {own.run.id}"]),
        ("seen", own.run),
    ]
