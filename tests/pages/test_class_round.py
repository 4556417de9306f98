"""A round for everyone on the Play page: the teacher starts it, students play the same questions, the time runs out."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from siamese.classroom import database
from siamese.classroom.class_round import SETTING
from siamese.errors import UserError
from siamese.ui import class_store, follow, models, teacher, wake
from siamese.ui.play import class_round
from tests import networks
from tests.pages.test_play_page import Pixels, draw, join, markup, play, press, sound


@pytest.fixture(autouse=True)
def _class(home, monkeypatch, navigation_runs_every_page):
    """A server with a passphrase, a network that answers by pixels, and a class that was brought nowhere yet."""
    monkeypatch.delenv(database.VARIABLE, raising=False)
    monkeypatch.setenv(teacher.NAME, "secret")
    monkeypatch.setattr(models, "_shipped", networks.ready(Pixels()))
    monkeypatch.setattr(follow, "_known", follow._Known())


def the_teacher(**choices: str) -> AppTest:
    """The teacher on the board, with the controls of rounds open."""
    app = play(view="board", **choices)
    app.session_state["teacher"] = teacher._Visitor(unlocked=True)
    return opened(app)


def opened(app: AppTest) -> AppTest:
    """The controls of rounds, open; the test runner closes them in every run."""
    app.session_state[class_round.CONTROLS_KEY] = True
    return sound(app.run())


def start(**choices: str) -> AppTest:
    """A teacher who has just started a round."""
    return press(the_teacher(**choices), "round:start")


def end_now() -> None:
    """Let the time run out."""
    played = class_round.current()
    class_round._keep(played.ended())


def keys(app: AppTest) -> set[str]:
    return {button.key for button in app.button}


def test_a_quiz_begins_for_all_students_with_the_same_questions():
    ada, bob = join(play(view="name"), "Ada"), join(play(ways="10", alphabet="Ogham", limit="0"), "Bob")
    start(ways="5", alphabet="Runic", limit="20", minutes="3")
    games = [sound(app.run()).session_state["play:game"] for app in (ada, bob)]
    assert [(game.quiz.alphabet, game.quiz.ways, game.limit) for game in games] == [("Runic", 5, 20)] * 2
    assert tuple(games[0].trials.query) == tuple(games[1].trials.query)
    assert 'class="clock round"' in markup(ada)
    assert "play:alphabet" not in [box.key for box in ada.selectbox]
    assert class_round.current().seconds == 180


def test_who_has_no_nickname_yet_plays_the_round_after_choosing_one():
    start(ways="5")
    late = play(view="board")
    assert late.session_state["play:view"] == "quiz"
    assert "Choose a nickname" in markup(late)
    join(late, "Ada")
    assert late.session_state["play:game"].quiz.ways == 5


def test_when_the_time_is_up_the_answers_so_far_count_and_no_more():
    ada = join(play(), "Ada")
    start(ways="5")
    sound(ada.run())
    press(ada, f"play_quiz_{ada.session_state['play:game'].answer}")
    end_now()
    sound(ada.run())
    assert "1 of 1, 100" in markup(ada)
    assert "play:next" not in keys(ada)
    press(ada, "round:alone")
    assert "play:start" in keys(ada)
    assert 'class="clock round"' not in markup(sound(ada.run()))
    assert ada.session_state["play:view"] == "quiz"


def test_who_has_answered_nothing_is_told_that_the_time_is_up():
    ada, late = join(play(), "Ada"), play()
    start(ways="5")
    sound(ada.run())
    end_now()
    assert "The time is up" in markup(sound(ada.run()))
    assert "Choose a nickname" in markup(join(late, " "))  # came to no round: it is over


def test_a_finished_quiz_waits_for_the_class_and_is_not_played_again():
    ada = join(play(), "Ada")
    start(ways="5")
    sound(ada.run())
    for _ in range(10):
        press(ada, f"play_quiz_{ada.session_state['play:game'].answer}")
        press(ada, "play:next")
    assert "10 of 10, 100" in markup(ada)
    assert "play:again" not in keys(ada)
    press(ada, "round:board")
    assert ada.session_state["play:view"] == "board"


@pytest.mark.parametrize(("game", "told"), [("telephone", "for 5 seconds"), ("break", "people read it")])
def test_a_game_of_drawing_begins_and_ends_for_everyone(game, told):
    ada = join(play(), "Ada")
    start(round=game, alphabet="Runic")
    assert told in markup(sound(ada.run()))
    assert ada.session_state[f"play:{game}"].task.alphabet == "Runic"
    assert "play:alphabet" not in [box.key for box in ada.selectbox]
    if game == "break":
        draw(ada, "play_break")
    end_now()
    assert "The time is up" in markup(sound(ada.run()))
    assert not {"break:send", "telephone:show"} & keys(ada)
    press(ada, "round:name")
    assert ada.session_state["play:view"] == "name"


def test_the_teacher_stays_on_the_board_and_ends_the_round():
    leader = the_teacher(ways="5")
    press(leader, "round:start")
    assert leader.session_state["play:view"] == "board"
    assert 'class="clock round"' in markup(leader)
    assert "round:start" not in keys(opened(leader))
    press(leader, "round:stop")
    assert class_round.current().over
    assert 'class="clock round"' not in markup(leader)


def test_the_next_round_has_another_number_and_everyone_enters_it():
    ada = join(play(), "Ada")
    leader = start(ways="5")
    sound(ada.run())
    press(leader, "round:stop")
    press(sound(ada.run()), "round:alone")
    press(opened(leader), "round:start")
    assert class_round.current().number == 2
    assert sound(ada.run()).session_state["play:game"].place == 0
    assert 'class="clock round"' in markup(ada)


def test_students_have_no_controls_of_rounds():
    app = opened(play(view="board"))
    assert "round:start" not in keys(app)


def test_a_round_that_cannot_be_kept_is_one_sentence(monkeypatch):
    leader = the_teacher(ways="5")

    def full(**settings):
        raise UserError("The disk is full: free some space.")

    monkeypatch.setattr(class_store.store(), "set", full)
    press(leader, "round:start")
    assert "The disk is full" in leader.error[0].value
    assert class_round.current() is None


def test_the_page_is_run_when_the_round_ends_and_when_a_question_is_too_late(monkeypatch):
    due = {}
    monkeypatch.setattr(wake, "at", lambda purpose, moment: due.update({purpose: moment - time.monotonic()}))
    ada = join(play(), "Ada")
    start(ways="5", limit="10", minutes="2")
    sound(ada.run())
    assert due["round"] == pytest.approx(120, abs=10)
    assert due["question"] == pytest.approx(11, abs=10)
    game = ada.session_state["play:game"]
    game.shown_at -= 13
    sound(ada.run())
    assert "Too late" in markup(ada)
    assert due["question"] == float("inf")
    assert [answer.right for answer in class_store.store().after(0, 0)[0]] == [False]


def test_nonsense_in_the_settings_is_no_round():
    class_store.store().set(**{SETTING: "nonsense"})
    class_store.board().changed()
    assert 'class="clock round"' not in markup(join(play(), "Ada"))
