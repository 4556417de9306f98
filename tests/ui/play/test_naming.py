"""Naming a classmate's drawing: what is asked, what an answer gives, and what is said of it."""

from __future__ import annotations

import time

import numpy as np
import pytest

from siamese.classroom import rounds, strokes
from siamese.classroom.kept_drawings import KeptDrawing
from siamese.classroom.scoring import BREAK, TELEPHONE
from siamese.data import ink
from siamese.errors import UserError
from siamese.ui import cards, class_store
from siamese.ui.play import naming, setup
from siamese.ui.play.naming import Question, naming_ui
from tests.apps import markup, part_of, press, ran
from tests.classroom.ink import INK

TASK = rounds.drawing_task(setup.alphabet("builtin", "Kannada"), "builtin", seed=3)


def kept(person, activity: str = TELEPHONE, network: str = "") -> None:
    class_store.store().keep_drawing(person, activity, TASK, INK, network)
    class_store.board().changed()


def test_without_drawings_the_page_waits_for_one(ada, bob):
    app = part_of(naming_ui, bob)
    assert "There is no drawing for you to name yet." in markup(app)
    assert len(app.button) == 0
    kept(ada)
    ran(app.run())
    assert "A classmate drew this. Which one is it?" in markup(app)
    assert len(app.button) == 20


def test_a_drawing_is_named_once_and_the_answer_is_shown(ada, bob):
    kept(ada)
    app = part_of(naming_ui, bob)
    picture = cards.picture_url(ink.draw_strokes(strokes.from_json(INK)))
    assert picture in markup(app).split('<div class="asked">')[1]
    wrong = (TASK.answer + 1) % 20
    press(app, f"play_naming_{wrong}")
    question = app.session_state["play:naming"]
    assert (question.choice, question.right) == (wrong, False)
    assert '<span class="wrong">Wrong</span>: this is' in markup(app)
    frames = dict(zip(range(20), markup(app).split("button {")[1:], strict=True))
    assert "var(--wrong)" in frames[wrong]
    assert "var(--right)" in frames[TASK.answer]
    assert all(button.disabled for button in app.button if button.key.startswith("play_naming_"))
    naming._answer(bob, question, TASK.answer)  # a second click that came too late
    assert question.choice == wrong
    press(app, "naming:next")
    assert "There is no drawing for you to name yet." in markup(app)


def test_the_network_has_its_frame_where_it_named_the_drawing(ada, bob):
    guess = (TASK.answer + 2) % 20
    kept(ada, network=TASK.characters[guess])
    app = part_of(naming_ui, bob)
    press(app, f"play_naming_{TASK.answer}")
    frames = markup(app).split("button {")[1:]
    assert "var(--network)" in frames[guess]
    assert "var(--right)" in frames[TASK.answer]
    assert sum("var(--network)" in frame for frame in frames) == 1


def test_an_answer_that_cannot_be_kept_says_why_and_another_drawing_is_offered(ada, bob, monkeypatch):
    kept(ada)
    app = part_of(naming_ui, bob)

    def refuse(*given):
        raise UserError("The drawing was deleted.")

    with monkeypatch.context() as patch:
        patch.setattr(class_store.store(), "name_drawing", refuse)
        press(app, "play_naming_0")
    assert app.error[0].value == "The drawing was deleted."
    assert app.session_state["play:naming"].choice is None
    press(app, "naming:skip")
    assert len(app.error) == 0
    press(app, "play_naming_0")
    assert app.session_state["play:naming"].failure == ""
    assert app.session_state["play:naming"].choice == 0


def test_the_time_of_an_answer_runs_from_when_it_was_shown(ada, bob, monkeypatch):
    kept(ada)
    question = naming._next(bob)
    assert 0 <= time.monotonic() - question.shown_at < 60
    given = []
    monkeypatch.setattr(class_store.store(), "name_drawing", lambda *arguments: given.append(arguments) or True)
    question.shown_at = time.monotonic() - 30
    naming._answer(bob, question, 5)
    ((person, drawing, choice, seconds),) = given
    assert (person, drawing, choice) == (bob, question.kept, 5)
    assert 30 <= seconds < 40
    assert question.right is True


def test_a_drawing_whose_alphabet_has_changed_is_not_asked(ada, bob, monkeypatch):
    kept(ada)
    monkeypatch.setattr(setup, "alphabet", lambda source, name: setup.datasets.loaded("builtin").subset(["Runic"]))
    with pytest.raises(UserError, match="has changed since"):
        naming._next(bob)


def question(network: str, right: bool, activity: str = TELEPHONE) -> Question:
    drawing = KeptDrawing(1, 1, activity, TASK, network, INK)
    return Question(drawing, setup.alphabet("builtin", "Kannada"), np.zeros((105, 105)), 0.0, 0, right)


@pytest.mark.parametrize(
    ("network", "right", "activity", "person", "words"),
    [
        (TASK.character, True, TELEPHONE, "right", "The network said so, too."),
        (TASK.character, False, BREAK, "wrong", "The network said so, too."),
        ("", False, TELEPHONE, "wrong", "The network said: none of these."),
        ("", True, BREAK, "right", "The network said: none of these. A point for both of you."),
    ],
)
def test_the_verdict_names_the_character_and_what_the_network_said(network, right, activity, person, words):
    verdict = naming._verdict(question(network, right, activity))
    characters = setup.alphabet("builtin", "Kannada").characters
    (truth,) = (c for c in characters if c.name == TASK.character)
    assert f'<span class="{person}">{person.capitalize()}</span>: this is {cards.spoken(truth)}. {words}</p>' in verdict


def test_the_verdict_names_the_character_that_the_network_took_it_for():
    guess = TASK.characters[(TASK.answer + 1) % 20]
    (taken,) = (c for c in setup.alphabet("builtin", "Kannada").characters if c.name == guess)
    assert f"The network took it for {cards.spoken(taken)}.</p>" in naming._verdict(question(guess, False, BREAK))
