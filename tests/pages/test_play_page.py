"""The Play page through navigation.py: a class that plays, with a network that answers by pixels."""

from __future__ import annotations

import pathlib
import types

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from siamese.classroom import database
from siamese.classroom.scoring import BREAK, TELEPHONE
from siamese.errors import UserError
from siamese.evaluation.baselines import PixelNearest
from siamese.ui import class_store, models, teacher
from siamese.ui.play import quiz
from siamese.ui.play.picture_buttons import KEYS
from siamese.ui.play.teacher_tools import TOOLS_KEY
from tests import networks
from tests.classroom.ink import INK, TASK
from tests.hostile.payloads import PAYLOADS

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Pixels(PixelNearest):
    """A network that compares pixels; `none` is what it says of every drawing."""

    none = False

    def __init__(self):
        self.record = {"sha256": ""}

    def trained_on(self, alphabet):
        return False

    def embed_ahead(self, support):
        pass

    def match(self, drawing, support):
        scores = self.compare(self.prepare(drawing[None]), self.prepare(support[:, 0]))[0]
        similarity = 1 / (1 + np.exp(scores.mean() - scores))
        return types.SimpleNamespace(
            logit=scores,
            similarity=similarity,
            share=similarity / similarity.sum(),
            best=int(scores.argmax()),
            margin=0.1,
            none=self.none,
        )


@pytest.fixture
def network(monkeypatch):
    matcher = Pixels()
    monkeypatch.setattr(models, "_shipped", networks.ready(matcher))
    return matcher


@pytest.fixture(autouse=True)
def _class(home, monkeypatch, network):
    monkeypatch.delenv(database.VARIABLE, raising=False)


def play(**choices) -> AppTest:
    app = AppTest.from_file(str(ROOT / "navigation.py"), default_timeout=60)
    for name, value in choices.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/play.py")
    for name, value in choices.items():
        app.query_params[name] = value
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert [error.value for error in app.exception] == []
    return app


def markup(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def press(app: AppTest, key: str) -> AppTest:
    return sound(app.button(key=key).click().run())


def join(app: AppTest, nickname: str) -> AppTest:
    app.text_input(key="play:nickname").set_value(nickname)
    next(button for button in app.button if button.label == "Join").click()
    return sound(app.run())


def answer_quiz(app: AppTest, right: list[bool]) -> AppTest:
    press(app, "play:start")
    for is_right in right:
        game = app.session_state["play:game"]
        press(app, f"play_quiz_{game.answer if is_right else (game.answer + 1) % game.quiz.ways}")
        press(app, "play:next")
    return app


def test_without_a_nickname_the_page_asks_for_one():
    app = play()
    assert "Choose a nickname" in markup(app)
    join(app, " ")
    assert [error.value for error in app.error] == ["Enter a nickname\\."] or "Enter a nickname" in app.error[0].value
    join(app, "Ada")
    assert "Find the same character among 20" in markup(app)


def test_a_round_is_ten_questions_with_intervals_at_the_end():
    app = join(play(ways="5", seed="7"), "Ada")
    answer_quiz(app, [True] * 7 + [False] * 3)
    shown = markup(app)
    assert "7 of 10, 70" in shown
    assert "(40 to 89)" in shown
    assert "95.5" in shown
    answers, _ = class_store.store().after(0, 0)
    assert [a.right for a in answers] == [True] * 7 + [False] * 3
    assert not any(a.standard for a in answers)
    game = app.session_state["play:game"]
    network = [one for _, one in game.results.values()]
    assert f"{sum(network)} of 10" in shown
    press(app, "play:again")
    assert app.button(key="play:start")


def test_the_letters_are_the_keys():
    app = join(play(), "Ada")
    press(app, "play:start")
    buttons = [app.button(key=f"play_quiz_{place}") for place in range(20)]
    assert [button.proto.shortcut.upper() for button in buttons] == list(KEYS)
    assert len(set(KEYS) - set("CR")) == 20


def test_an_answer_is_shown_with_the_networks_and_its_scores():
    app = join(play(ways="5", seed="7", alphabet="Runic"), "Ada")
    press(app, "play:start")
    game = app.session_state["play:game"]
    press(app, f"play_quiz_{(game.answer + 1) % 5}")
    shown = markup(app)
    assert '<span class="wrong">Wrong</span>: this is' in shown
    assert shown.count('<figure class="tile') == 5
    assert all(app.button(key=f"play_quiz_{place}").disabled for place in range(5))


def test_after_the_time_an_answer_is_too_late(monkeypatch):
    app = join(play(ways="5", seed="7", limit="10"), "Ada")
    press(app, "play:start")
    game = app.session_state["play:game"]
    game.shown_at -= 13
    press(app, f"play_quiz_{game.answer}")
    assert "Too late" in markup(app)
    assert [a.right for a in class_store.store().after(0, 0)[0]] == [False]


def test_an_answer_in_time_counts():
    app = join(play(ways="5", seed="7", limit="10"), "Ada")
    press(app, "play:start")
    game = app.session_state["play:game"]
    game.shown_at -= 8
    press(app, f"play_quiz_{game.answer}")
    assert '<span class="right">Right</span>' in markup(app)
    (answer,) = class_store.store().after(0, 0)[0]
    assert answer.right
    assert 8 <= answer.seconds < 20


def test_the_points_so_far_are_counted():
    app = join(play(ways="5", seed="7"), "Ada")
    answer_quiz(app, [True, False, True])
    game = app.session_state["play:game"]
    shown = markup(app)
    assert "Question 4 of 10" in shown
    assert "You 2<" in shown
    assert f"Network {sum(network for _, network in game.results.values())}<" in shown


def test_the_characters_that_are_marked_are_the_right_one_the_answer_and_the_networks(monkeypatch):
    app = join(play(ways="5", seed="7"), "Ada")
    press(app, "play:start")
    game = app.session_state["play:game"]
    chosen = (game.answer + 1) % 5
    marked = {}
    monkeypatch.setattr(quiz, "picture_buttons_ui", lambda *arguments, disabled, marks: marked.update(marks))
    press(app, f"play_quiz_{chosen}")
    assert marked[chosen][0] == "wrong"
    assert marked[game.answer][0] == "right"
    assert "network" in marked[game.match.best]


def test_a_round_of_a_link_is_the_same_for_two_and_is_continued_after_a_reload():
    first, second = join(play(ways="5", seed="7"), "Ada"), join(play(ways="5", seed="7"), "Bob")
    press(first, "play:start"), press(second, "play:start")
    queries = [tuple(app.session_state["play:game"].trials.query) for app in (first, second)]
    assert queries[0] == queries[1]
    press(first, f"play_quiz_{first.session_state['play:game'].answer}")
    del first.session_state["play:game"]
    press(sound(first.run()), "play:start")
    assert first.session_state["play:game"].place == 1


def test_look_alikes_are_compared_first_and_then_played():
    app = join(play(ways="5", seed="7", alike="1", alphabet="Ogham"), "Ada")
    for _ in range(50):
        if not app.button(key="play:start").disabled:
            break
        sound(app.run())
    press(app, "play:start")
    assert app.session_state["play:game"].quiz.look_alikes


def test_an_answer_that_cannot_be_kept_is_not_lost(monkeypatch):
    app = join(play(ways="5", seed="7"), "Ada")
    press(app, "play:start")
    place = app.session_state["play:game"].answer

    def full(*answer):
        raise UserError("The disk is full: free some space and answer again.")

    with monkeypatch.context() as patch:
        patch.setattr(class_store.store(), "answer", full)
        press(app, f"play_quiz_{place}")
    assert "The disk is full" in app.error[0].value
    assert not app.button(key=f"play_quiz_{place}").disabled
    press(app, f"play_quiz_{place}")
    assert not app.error
    assert [a.right for a in class_store.store().after(0, 0)[0]] == [True]


def test_after_a_reset_the_page_asks_for_a_nickname_again():
    app = join(play(ways="5", seed="7"), "Ada")
    press(app, "play:start")
    class_store.store().reset()
    class_store.board().changed()
    sound(app.run())
    assert "Choose a nickname" in markup(app)


def test_an_unreachable_store_is_one_sentence(monkeypatch):
    monkeypatch.setenv(database.VARIABLE, "nonsense")
    app = play()
    assert "DATABASE" in app.error[0].value


def draw(app: AppTest, name: str) -> AppTest:
    stroke = {"type": "Path", "path": [["M", 60, 80], ["L", 240, 110], ["L", 160, 250]], "left": 60, "top": 80}
    app.session_state[f"{name}:canvas"] = {
        "drawing": {"raw": {"objects": [{**stroke, "originX": "left", "originY": "top"}]}, "data": None},
        "backgroundFit": None,
    }
    return sound(app.run())


def test_telephone_shows_a_character_once_and_a_classmate_names_the_drawing():
    ada = join(play(view="telephone"), "Ada")
    assert "for 5 seconds" in markup(ada)
    press(ada, "telephone:show")
    assert 'class="glimpse"' in markup(ada)
    press(ada, "telephone:draw")
    assert 'class="glimpse"' not in markup(ada)
    draw(ada, "play_telephone")
    press(ada, "telephone:done")
    assert '<span class="right">Right' in markup(ada) or '<span class="wrong">Wrong' in markup(ada)
    bob = join(play(view="name"), "Bob")
    question = bob.session_state["play:naming"]
    press(bob, f"play_naming_{question.kept.task.answer}")
    assert '<span class="right">Right</span>: this is' in markup(bob)
    press(bob, "naming:next")
    assert "no drawing for you to name" in markup(bob)
    assert class_store.board().snapshot() is not None
    press(ada, "telephone:new")
    assert "for 5 seconds" in markup(ada)


def test_break_it_counts_what_a_classmate_names_rightly(network):
    ada = join(play(view="break"), "Ada")
    assert ada.button(key="break:send").disabled
    network.none = True
    draw(ada, "play_break")
    assert "none of these" in markup(ada)
    press(ada, "break:send")
    assert "break:send" not in [button.key for button in ada.button]  # it is sent once
    bob = join(play(view="name"), "Bob")
    press(bob, f"play_naming_{bob.session_state['play:naming'].kept.task.answer}")
    assert "A point for both of you" in markup(bob)
    class_store.board().changed()
    board = play(view="board")
    assert "Best breaks" in markup(board)
    assert "1 of 1 classmate right" in markup(board)


def test_payloads_in_nicknames_are_shown_as_they_are():
    store = class_store.store()
    kept = []
    for payload in PAYLOADS:
        try:
            kept.append(store.join(payload[:24]))
        except Exception:  # not printable, or taken
            continue
    for person in kept:
        store.keep_drawing(person, BREAK, TASK, INK, "")
    shown = markup(play(view="board"))
    body = shown[shown.index('class="board"') :]
    assert body.count("<tr") == len(kept) + 1
    assert "<img" not in body
    assert "<script" not in body
    assert "&lt;script&gt;" in body


def test_tools_are_the_teachers(monkeypatch):
    monkeypatch.setenv(teacher.NAME, "secret")
    store = class_store.store()
    store.join("Ada")
    student = play(view="board")
    assert "Reset the board" not in [button.label for button in student.button]
    assert "Ada" in markup(student)
    teachers = play(view="board")
    teachers.session_state["teacher"] = teacher._Visitor(unlocked=True)
    teachers.session_state[TOOLS_KEY] = True  # open
    sound(teachers.run())
    assert teachers.button(key="board:reset").disabled
    sound(teachers.selectbox(key="board:Hide nickname").set_value(store.people()[0].id).run())
    press(teachers, "board:Hide")
    assert "Ada" not in markup(teachers)
    assert store.people()[0].hidden
    sound(teachers.selectbox(key="board:Show again nickname").set_value(store.people()[0].id).run())
    press(teachers, "board:Show again")
    assert not store.people()[0].hidden
    store.keep_drawing(store.join("Bob"), TELEPHONE, TASK, INK, "")
    press(teachers, "board:delete")
    assert store.drawings() == []
    sound(teachers.checkbox(key="board:sure").check().run())
    press(teachers, "board:reset")
    assert store.people() == []


def test_a_hidden_nickname_is_asked_for_another():
    app = join(play(), "Rude")
    store = class_store.store()
    store.hide(store.people()[0].id)
    class_store.board().changed()
    sound(app.run())
    assert "hidden your nickname" in app.warning[0].value
    join(app, "Kind")
    assert [person.nickname for person in store.people()] == ["Kind"]
