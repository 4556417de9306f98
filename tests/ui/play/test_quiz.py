"""What the quiz says: the clock, the verdict, the name of an alphabet."""

from __future__ import annotations

import math
import time
import types

import numpy as np
import pytest

from siamese.classroom.class_round import ClassRound
from siamese.classroom.rounds import Quiz
from siamese.errors import UserError
from siamese.ui import class_store, models, wake
from siamese.ui.play import quiz, setup
from siamese.ui.play.game import Game
from siamese.ui.play.quiz import quiz_ui
from tests import drawn, networks
from tests.apps import buttons, markup, part_of, press, ran
from tests.networks import ByPixels


def game(limit: float = 0.0, choice: int = 0, results: dict | None = None, alphabet: str = "Runic") -> Game:
    characters = drawn.character_set(alphabets=1, characters=3, drawers=2)
    trials = types.SimpleNamespace(support=characters.rows(0)[:1].reshape(1, 1, 1), answer=[0], query=[0])
    round_ = Quiz("builtin", alphabet, 5, False, 7, "")
    return Game(None, round_, limit, 1, characters, trials, results or {}, choice=choice)


@pytest.mark.parametrize(
    ("right", "network_right", "words"),
    [
        (True, True, "The network was right."),
        (True, False, "The network was wrong: a point for you."),
        (False, True, "The network was right: a point for it."),
        (False, False, "The network was wrong."),
    ],
)
def test_a_point_is_theirs_who_were_right_alone(right, network_right, words):
    shown = quiz._verdict(game(results={0: (right, network_right)}))
    assert words in shown
    assert ('class="right"' in shown, 'class="wrong"' in shown) == (right, not right)


def test_an_answer_that_came_too_late_is_called_so():
    assert "Too late" in quiz._verdict(game(choice=-1, results={0: (False, False)}))


def test_the_clock_begins_where_the_question_began():
    played = game(limit=20.0)
    played.shown_at = time.monotonic() - 5
    shown = quiz._clock(played)
    assert "animation-duration:20s" in shown
    assert shown.count("animation-delay:-5.0s") == 2
    assert "animation-duration" not in quiz._clock(game())


@pytest.mark.parametrize(
    ("people", "network", "words"),
    [(3, 1, "You beat the network"), (1, 3, "The network won"), (2, 2, "You and the network are even")],
)
def test_the_end_says_who_won_and_shows_names_as_text(people, network, words, monkeypatch):
    shown: list[str] = []
    monkeypatch.setattr(quiz.st, "html", shown.append)
    monkeypatch.setattr(quiz.st, "button", lambda *arguments, **options: False)
    monkeypatch.setattr(quiz.class_store, "snapshot", lambda: types.SimpleNamespace(quiz=None))
    results = {place: (place < people, place < network) for place in range(10)}
    quiz._end_ui(game(results=results, alphabet="<img src=x>"), None)
    page = "\n".join(shown)
    assert f"{words}<small>, {people} to {network}." in page
    assert "&lt;img src=x&gt;" in page
    assert "<img" not in page
    assert "seed 7" in page


class Names(ByPixels):
    """Takes every drawing for the character at this position, and counts what it was asked ahead."""

    def __init__(self, best: int = 0):
        super().__init__()
        self.best, self.ahead = best, []

    def match(self, drawing, support):
        match = super().match(drawing, support)
        match.best = self.best
        return match

    def embed_ahead(self, support):
        self.ahead.append(support.shape)


@pytest.fixture
def network(monkeypatch) -> Names:
    matcher = Names()
    monkeypatch.setattr(models, "_shipped", networks.ready(matcher))
    return matcher


@pytest.fixture
def woken(monkeypatch) -> list[tuple]:
    """When the page is to run again, by purpose."""
    made: list[tuple] = []
    monkeypatch.setattr(wake, "at", lambda *given: made.append(given))
    return made


def begun(ada, **choices):
    """A quiz of five characters that Ada has begun."""
    given = {"ways": 5, "seed": 7, "limit": "20", **choices}
    app = part_of(quiz_ui, ada, "", None, **{f"play__{name}": value for name, value in given.items()})
    return press(app, "play:start")


def test_a_quiz_is_explained_and_started(ada, network, woken):
    app = part_of(quiz_ui, ada, "", None, play__ways=5, play__seed=7, play__alphabet="Latin capital")
    assert (
        "Find the same character among 5, drawn by another person. Then the network answers. 10 questions."
        in markup(app)
    )
    assert ">seen in training</span>" in markup(app)
    assert buttons(app) == {"Start": True}
    press(app, "play:start")
    game_ = app.session_state["play:game"]
    assert game_.quiz == Quiz("builtin", "Latin capital", 5, False, 7, "")
    assert (game_.person, game_.limit, game_.place) == (ada, 30, 0)
    assert network.ahead == [(5, 1, 105, 105)]
    assert list(buttons(app)) == list("ABDEF")


def test_without_a_network_a_quiz_cannot_start(ada, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    app = part_of(quiz_ui, ada, "", None)
    assert buttons(app) == {"Start": False}
    assert "badge" not in markup(app)


def test_look_alikes_wait_for_their_comparison(ada, network, woken, monkeypatch):
    found = [None]
    monkeypatch.setattr(setup, "similarity", lambda characters, network: found[-1])
    app = part_of(quiz_ui, ada, "", None, play__alike=True, play__ways=5)
    assert buttons(app) == {"Start": False}
    assert "Looking for characters that look alike" in markup(app)
    size = len(setup.alphabet("builtin", "Kannada").characters)
    found.append(np.random.default_rng(0).random((size, size)))
    ran(app.run())
    press(app, "play:start")
    assert app.session_state["play:game"].quiz.look_alikes


def test_another_seed_is_drawn_where_none_was_chosen(ada, network, woken):
    app = begun(ada, seed=0)
    assert 1 <= app.session_state["play:game"].quiz.seed <= 9999


def test_a_quiz_that_cannot_begin_says_why_once(ada, network, monkeypatch):
    def refuse(*given):
        raise UserError("The database is gone.")

    monkeypatch.setattr(class_store.store(), "begin_round", refuse)
    app = begun(ada)
    assert app.error[0].value == "The database is gone."
    assert buttons(app) == {"Start": True}
    ran(app.run())
    assert len(app.error) == 0


def test_an_answer_is_judged_and_kept(ada, network, woken):
    app = begun(ada)
    answer = app.session_state["play:game"].answer
    network.best = (answer + 1) % 5
    assert "Question 1 of 10" in markup(app)
    assert 'role="timer"' in markup(app)
    ((purpose, moment),) = woken
    assert purpose == "question"
    assert 15 < moment - time.monotonic() <= 22
    press(app, f"play_quiz_{answer}")
    played = app.session_state["play:game"]
    assert (played.choice, played.results) == (answer, {0: (True, False)})
    assert '<b class="people">You 1</b> <b class="network">Network 0</b>' in markup(app)
    assert "The network was wrong: a point for you." in markup(app)
    frames = markup(app).split("button {")[1:]
    assert "var(--right)" in frames[answer]
    assert "var(--network)" in frames[network.best]
    assert sum("--frame" in frame for frame in frames) == 2
    assert all(button.disabled for button in app.button if button.key.startswith("play_quiz"))
    assert "What the network compared, the most similar first." in markup(app)
    assert markup(app).count('<figure class="tile') == 5
    assert woken[-1] == ("question", math.inf)
    (row,) = (row for row in (class_store.board().changed(), class_store.snapshot())[1].rows)
    assert (row.standing.quiz.right, row.standing.quiz.trials) == (1, 1)
    press(app, "play:next")
    assert "Question 2 of 10" in markup(app)
    assert app.session_state["play:game"].choice is None


def test_a_wrong_answer_has_a_frame_of_its_own(ada, network, woken):
    app = begun(ada)
    answer = app.session_state["play:game"].answer
    network.best = answer
    wrong = (answer + 1) % 5
    press(app, f"play_quiz_{wrong}")
    frames = markup(app).split("button {")[1:]
    assert "var(--wrong)" in frames[wrong]
    assert "3px var(--right), 0 0 0 6px var(--network)" in frames[answer]
    assert app.session_state["play:game"].results == {0: (False, True)}
    assert "The network was right: a point for it." in markup(app)


def test_an_answer_after_the_time_is_too_late(ada, network, woken):
    app = begun(ada)
    played = app.session_state["play:game"]
    answer = played.answer
    played.shown_at = time.monotonic() - 23
    ran(app.run())
    assert played.choice == -1
    assert "Too late" in markup(app)
    assert "var(--wrong)" not in markup(app)
    assert played.results[0][0] is False
    press(app, "play:next")
    played.shown_at = time.monotonic() - 23
    press(app, f"play_quiz_{answer}")  # a click that was on its way
    assert played.results[1][0] is False


def test_an_answer_that_cannot_be_kept_can_be_given_again(ada, network, woken, monkeypatch):
    def refuse(*given):
        raise UserError("The database is gone.")

    app = begun(ada)
    with monkeypatch.context() as patch:
        patch.setattr(class_store.store(), "answer", refuse)
        press(app, "play_quiz_0")
    played = app.session_state["play:game"]
    assert app.error[0].value == "The database is gone."
    assert (played.choice, played.results) == (None, {})
    press(app, "play_quiz_0")
    assert (played.failure, played.choice) == ("", 0)


def test_the_time_of_an_answer_is_kept(ada, network, woken, monkeypatch):
    given = []
    app = begun(ada)
    played = app.session_state["play:game"]
    monkeypatch.setattr(class_store.store(), "answer", lambda *arguments: given.append(arguments))
    played.shown_at = time.monotonic() - 10
    press(app, f"play_quiz_{(played.answer + 1) % 5}")
    ((person, round_id, place, choice, right, network_right, seconds),) = given
    assert (person, round_id, place) == (ada, played.round_id, 0)
    assert (choice, right, network_right) == ((played.answer + 1) % 5, False, network.best == played.answer)
    assert 10 <= seconds < 20


def test_a_round_goes_on_where_it_was_and_ends_after_ten(ada, network, woken):
    app = begun(ada)
    played = app.session_state["play:game"]
    played.results = {place: (True, False) for place in range(10)}
    played.place = 10
    ran(app.run())
    assert "You beat the network" in markup(app)
    assert list(buttons(app)) == ["Play again"]
    press(app, "Play again")
    assert app.session_state["play:game"] is None
    assert app.session_state["play:seed"] == 0
    assert list(buttons(app)) == ["Start"]


def test_another_person_or_network_begins_anew(ada, bob, network, woken, monkeypatch):
    app = begun(ada)
    kept = app.session_state["play:game"]
    for person, chosen in ((bob, ""), (ada, "lesson-1")):
        monkeypatch.setattr(models, "matcher", lambda network_id="": network)
        app = part_of(quiz_ui, person, chosen, None, play__game=kept)
        assert app.session_state["play:game"] is None
        assert list(buttons(app)) == ["Start"]
    assert part_of(quiz_ui, ada, "", None, play__game=kept).session_state["play:game"] is kept


def round_of(seconds: float = 60, **changes) -> ClassRound:
    now = time.time()
    return ClassRound(1, "quiz", 10, Quiz("builtin", "Runic", 5, seed=4, **changes), now, now + seconds)


def test_a_round_for_everyone_begins_at_once(ada, network, woken):
    app = part_of(quiz_ui, ada, "", round_of())
    played = app.session_state["play:game"]
    assert (played.quiz, played.limit) == (Quiz("builtin", "Runic", 5, seed=4), 10)
    assert "Question 1 of 10" in markup(app)


def test_a_round_for_everyone_waits_for_the_network_and_the_look_alikes(ada, network, monkeypatch):
    monkeypatch.setattr(setup, "similarity", lambda characters, network: None)
    app = part_of(quiz_ui, ada, "", round_of(look_alikes=True))
    assert "Looking for characters that look alike" in markup(app)
    assert "play:game" not in app.session_state
    monkeypatch.setattr(models, "_shipped", networks.loading())
    app = part_of(quiz_ui, ada, "", round_of())
    assert "The network is loading" in markup(app)
    assert buttons(app) == {}


def test_at_the_end_of_a_round_for_everyone_the_answers_so_far_count(ada, network, woken):
    app = part_of(quiz_ui, ada, "", round_of(0))
    assert "The time is up." in markup(app)
    assert list(buttons(app)) == ["Board", "Play on alone"]
    for results in ({}, {0: (True, False), 1: (True, True)}):
        played = game(results=results)
        played.person, played.quiz = ada, round_of().quiz
        app = part_of(quiz_ui, ada, "", round_of(0), play__game=played)
        assert ("You beat the network<small>, 2 to 1.</small>" in markup(app)) == bool(results)
        assert ("The time is up." in markup(app)) == (not results)
        assert list(buttons(app)) == ["Board", "Play on alone"]


@pytest.mark.parametrize(("alike", "words"), [(False, ">Runic, 5-way"), (True, ">look-alikes of Runic, 5-way")])
def test_the_end_names_what_was_played_and_shows_the_class(alike, words, monkeypatch, sent):
    monkeypatch.setattr(quiz.st, "button", lambda *arguments, **options: False)
    played = game(results={0: (True, True)})
    played.quiz = Quiz("builtin", "Runic", 5, alike, 7, "")
    everyone = game(results={0: (True, True), 1: (False, True)}).comparison
    monkeypatch.setattr(quiz.class_store, "snapshot", lambda: types.SimpleNamespace(quiz=everyone))
    quiz._end_ui(played, None)
    page = "\n".join(sent)
    assert f"{words} 1-shot, 1 trials, seed 7" in page
    assert "All 20-way rounds of the class" in page
    assert "<b>The class</b>" in page
    assert "<b>You</b>" in page


def test_a_second_answer_to_a_question_does_not_count(ada, session, network, monkeypatch):
    played = game(results={0: (True, True)}, choice=0)
    played.person = ada
    session["play:game"] = played
    monkeypatch.setattr(class_store.store(), "answer", pytest.fail)
    quiz._answer(1)
    played.choice = None
    monkeypatch.setattr(models, "_shipped", networks.loading())
    quiz._answer(1)
    assert (played.choice, played.results) == (None, {0: (True, True)})
