"""What the quiz says: the clock, the verdict, the name of an alphabet."""

from __future__ import annotations

import time
import types

import pytest

from siamese.classroom.rounds import Quiz
from siamese.ui.play import quiz
from siamese.ui.play.game import Game
from tests import drawn


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
