"""A round for everyone: who takes part, its clock, what its end offers, and the teacher's controls."""

from __future__ import annotations

import dataclasses
import math
import re
import time

import pytest

from siamese.classroom.class_round import ClassRound
from siamese.classroom.rounds import Quiz
from siamese.errors import UserError
from siamese.ui import class_store, follow, state, teacher, wake
from siamese.ui.play import class_round
from tests.apps import beside, buttons, markup, part_of, press

QUIZ = Quiz("builtin", "Runic", 5, True, 7, "")


@pytest.fixture(autouse=True)
def calls(monkeypatch) -> list[tuple]:
    """What the server was asked to do for other visitors, and when to look again."""
    made: list[tuple] = []
    monkeypatch.setattr(wake, "at", lambda *given: made.append(("at", *given)))
    monkeypatch.setattr(wake, "everyone_else", lambda: made.append(("wake",)))
    monkeypatch.setattr(follow, "lead", lambda on: made.append(("lead", on)))
    monkeypatch.setattr(follow, "bring_to", lambda page, link: made.append(("bring", page, link)))
    return made


def round_of(seconds: float = 60, **changes) -> ClassRound:
    now = time.time()
    return ClassRound(**{"number": 3, "activity": "quiz", "limit": 20, "quiz": QUIZ, "begun": now - 10,
                         "ends": now + seconds, **changes})  # fmt: skip


def running(**changes) -> ClassRound:
    """The round that is kept in the store."""
    made = round_of(**changes)
    class_round._keep(made)
    return made


def test_a_visitor_takes_part_in_a_running_round_with_its_set_up(calls):
    played = running(activity="telephone")
    games = {"play__game": 1, "play__telephone": 2, "play__break": 3}
    app = part_of(class_round.begin, **games)
    assert app.session_state["returned"] == played
    names = ("view", "limit", "data", "alphabet", "ways", "alike")
    assert [app.session_state[f"play:{name}"] for name in names] == ["telephone", "20", "builtin", "Runic", 5, True]
    assert not any(f"play:{game}" in app.session_state for game in ("game", "telephone", "break"))
    ((_, purpose, moment),) = calls
    assert purpose == "round"
    assert 50 < moment - time.monotonic() <= 60


def test_what_a_visitor_chooses_later_in_the_round_stays():
    running()
    app = part_of(class_round.begin)
    app.session_state["play:view"], app.session_state["play:game"] = "board", "a game"
    app.run()
    assert app.session_state["play:view"] == "board"
    assert app.session_state["play:game"] == "a game"


@pytest.mark.parametrize("seconds", [-1, 60])
def test_who_did_not_enter_a_round_before_its_end_takes_no_part(seconds):
    running(seconds=seconds)
    app = part_of(class_round.begin)
    assert (app.session_state["returned"] is None) == (seconds < 0)


def test_who_entered_sees_the_end_and_who_left_does_not(calls):
    played = running()
    app = part_of(class_round.begin)
    class_round._keep(played.ended())
    app.run()
    assert app.session_state["returned"].over
    assert calls[-1] == ("at", "round", math.inf)
    app.session_state["round:left"] = 3
    app.run()
    assert app.session_state["returned"] is None
    running(number=4)
    app.run()
    assert app.session_state["returned"].number == 4


def test_without_a_round_and_for_the_teacher_nothing_begins(monkeypatch):
    assert part_of(class_round.begin).session_state["returned"] is None
    running()
    monkeypatch.setattr(teacher, "is_teacher", lambda: True)
    assert part_of(class_round.begin).session_state["returned"] is None


def test_the_clock_runs_from_the_beginning_of_the_round():
    clock = class_round.clock_html(round_of(seconds=50))
    assert "Quiz, a round for everyone" in clock
    assert '--from:60;animation-duration:60s;animation-delay:-10.0s"' in clock
    assert clock.count("animation-delay:-10.0s") == 2
    assert "Break it, a" in class_round.clock_html(round_of(activity="break"))


@pytest.mark.parametrize(
    ("activity", "labels"),
    [("quiz", ["Board", "Play on alone"]), ("break", ["Name drawings", "Board", "Play on alone"])],
)
def test_at_the_end_a_student_leaves_the_round(activity, labels):
    app = part_of(class_round.over_ui, round_of(activity=activity), play__game="a game")
    assert list(buttons(app)) == labels
    assert labels in beside(app)
    views = {"Name drawings": "name", "Board": "board", "Play on alone": activity}
    for label in labels:
        app = part_of(class_round.over_ui, round_of(activity=activity), play__game="a game")
        press(app, label)
        assert app.session_state["round:left"] == 3
        assert app.session_state["play:view"] == views[label]
        assert "play:game" not in app.session_state


def test_a_fragment_of_a_round_that_was_left_runs_the_page_again(monkeypatch):
    again = []
    monkeypatch.setattr(class_round.st, "rerun", lambda: again.append(True))
    for left, played, expected in ((None, round_of(), 0), (2, round_of(), 0), (3, round_of(), 1), (3, None, 0)):
        monkeypatch.setattr(class_round.st, "session_state", {"round:left": left})
        again.clear()
        class_round.ensure_in(played)
        assert len(again) == expected


def controls(**choices):
    """The teacher's controls, open."""
    return part_of(
        class_round.teacher_ui, round__controls=True, **{f"play__{name}": value for name, value in choices.items()}
    )


def test_the_teacher_starts_a_round_for_everyone(calls):
    app = controls(alphabet="Runic", ways=5, minutes="3", limit="10", alike=True)
    assert app.segmented_control(key="play:round").options == ["Quiz", "Telephone", "Break it"]
    assert app.segmented_control(key="play:minutes").options == ["2 min", "3 min", "5 min", "10 min"]
    assert app.segmented_control(key="play:round").proto.required
    assert app.segmented_control(key="play:minutes").proto.required
    assert ["Game", "It ends after"] in beside(app)
    assert "Follow me is turned off." in markup(app)
    before = time.time()
    press(app, "round:start")
    played = class_round.current()
    assert (played.number, played.activity, played.limit) == (1, "quiz", 10)
    assert before <= played.begun <= time.time()
    assert played.ends - played.begun == pytest.approx(180)
    assert dataclasses.replace(played.quiz, seed=1) == Quiz("builtin", "Runic", 5, True, 1, "")
    assert 1 <= played.quiz.seed <= 9999
    (lead, (kind, page, link)) = [call for call in calls if call[0] in ("lead", "bring")]
    assert lead == ("lead", False)
    assert (kind, page, link["view"]) == ("bring", "play", "quiz")
    assert buttons(app) == {"End the round": True}
    assert 'class="clock round"' in markup(app)
    assert ("at", "round") in [call[:2] for call in calls]


def test_a_further_round_has_the_next_number_and_a_link_with_what_all_pages_share(calls, monkeypatch):
    running(seconds=-1, number=6)
    monkeypatch.setattr(state, "forget_deleted", lambda: None)
    app = part_of(class_round._start, play__round="break", play__minutes="2", network="lesson-1", hide=["pages"])
    assert class_round.current().number == 7
    assert class_round.current().seconds == pytest.approx(120)
    assert class_round.current().quiz.network == "lesson-1"
    assert calls[-1] == ("bring", "play", {"hide": "pages", "network": "lesson-1", "view": "break"})
    assert "round:failure" not in app.session_state


def test_difficulty_is_asked_for_the_quiz_alone():
    assert "play:ways" in [control.key for control in controls(alphabet="Runic").segmented_control]
    app = controls(alphabet="Runic", round="break")
    assert "play:ways" not in [control.key for control in app.segmented_control]
    assert app.query_params["round"] == "break"
    assert app.query_params["alphabet"] == "Runic"


def test_a_closed_popover_is_empty():
    app = part_of(class_round.teacher_ui)
    assert len(app.segmented_control) == 0
    assert app.button == []


def test_without_an_alphabet_no_round_can_start(monkeypatch):
    monkeypatch.setattr(class_round.setup, "alphabet_ui", lambda: None)
    assert buttons(controls()) == {"Start for everyone": False}


def test_the_teacher_ends_a_round_for_all(calls):
    running()
    app = part_of(class_round.teacher_ui)
    press(app, "round:stop")
    assert class_round.current().over
    assert ("wake",) in calls
    assert class_round.current().number == 3


@pytest.mark.parametrize("act", ["_start", "_stop"])
def test_a_round_that_cannot_be_kept_says_why_and_brings_nobody(act, calls, monkeypatch):
    def refuse(**settings):
        raise UserError("The database is gone.")

    played = running()
    calls.clear()
    monkeypatch.setattr(class_store.store(), "set", refuse)
    app = part_of(getattr(class_round, act), *([played] if act == "_stop" else []))
    assert app.session_state["round:failure"] == "The database is gone."
    assert calls == []
    app = part_of(class_round.teacher_ui, round__failure="The database is <gone>.")
    assert app.error[0].value == "The database is \\<gone\\>."
    assert "round:failure" not in app.session_state


def test_the_board_shows_a_change_at_once():
    running()
    assert class_round.current().number == 3
    running(number=4)
    assert class_round.current().number == 4
    assert re.fullmatch(r"\d", str(class_round.current().number))
