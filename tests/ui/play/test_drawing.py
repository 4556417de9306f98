"""Telephone and Break it: what a person sees at each stage, when a drawing can be sent, and what becomes of it."""

from __future__ import annotations

import time
import types

import numpy as np
import pytest

from siamese.classroom import rounds
from siamese.classroom.class_round import ClassRound
from siamese.classroom.rounds import Quiz
from siamese.errors import UserError
from siamese.ui import cards, class_store, models
from siamese.ui.draw import canvas
from siamese.ui.play import drawing, setup
from siamese.ui.play.drawing import Turn, drawing_ui
from tests import networks
from tests.apps import beside, buttons, markup, part_of, press
from tests.classroom.ink import INK
from tests.networks import ByPixels


def alphabet():
    return setup.alphabet("builtin", "Kannada")


any_task = rounds.drawing_task
TASK = any_task(alphabet(), "builtin", seed=3)
DRAWN = INK, np.zeros((105, 105), np.float32)


class Names(ByPixels):
    """Takes every drawing for the character at this position; `none` is what it says of all."""

    def __init__(self, best: int, none: bool = False):
        super().__init__()
        self.best, self.none = best, none

    def match(self, drawing, support):
        similarity = np.linspace(0.1, 0.3, len(support))
        similarity[self.best] = 0.75
        return types.SimpleNamespace(
            logit=similarity, similarity=similarity, share=similarity, best=self.best, margin=0.45, none=self.none
        )


RIGHT, WRONG, NONE = Names(TASK.answer), Names((TASK.answer + 1) % 20), Names(TASK.answer, none=True)


@pytest.fixture(autouse=True)
def sheet(monkeypatch) -> types.SimpleNamespace:
    """What is on the sheet, nothing at first; the names of the sheets that were shown."""
    now = types.SimpleNamespace(drawn=None, names=[])

    def sheet_ui(name):
        now.names.append(name)
        return now.drawn

    monkeypatch.setattr(drawing, "sheet_ui", sheet_ui)
    monkeypatch.setattr(rounds, "drawing_task", lambda *given: TASK)
    monkeypatch.setattr(models, "_shipped", networks.ready(RIGHT))
    return now


def turn(activity: str = "break", stage: str = "drawing") -> Turn:
    return Turn(activity, alphabet(), TASK, stage)


def at(stage: str, activity: str, person, **session):
    return part_of(drawing_ui, person, activity, None, **{f"play__{activity}": turn(activity, stage)}, **session)


def kept() -> list:
    return class_store.store().drawings()


def test_in_telephone_the_character_is_shown_before_it_is_drawn(ada, sheet):
    app = part_of(drawing_ui, ada, "telephone", None)
    model = TASK.model_row(alphabet())
    shown = f'card p{model} " role="img" aria-label="the character to remember"'
    assert "You will see a character once, for 5 seconds." in markup(app)
    assert buttons(app) == {"Show it": True}
    assert (shown in markup(app), sheet.names) == (False, [])
    assert f".p{model}{{background-image" in markup(app)
    press(app, "Show it")
    assert "Remember it." in markup(app)
    assert shown in markup(app)
    press(app, "Draw it")
    assert "Draw what you saw." in markup(app)
    assert shown not in markup(app)
    assert buttons(app) == {"Done": False}
    assert sheet.names == ["play_telephone"]


@pytest.mark.parametrize(
    ("network", "name", "words"),
    [
        (RIGHT, TASK.character, '<span class="right">Right</span>: the network recognised '),
        (WRONG, TASK.characters[WRONG.best], '<span class="wrong">Wrong</span>: the network took your '),
        (NONE, TASK.character, '<span class="right">Right</span>: the network recognised '),
    ],
)
def test_done_sends_the_drawing_with_what_the_network_took_it_for(network, name, words, ada, sheet, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.ready(network))
    sheet.drawn = DRAWN
    app = at("drawing", "telephone", ada)
    assert buttons(app) == {"Done": True}
    press(app, "Done")
    (drawing_kept,) = kept()
    assert (drawing_kept.person, drawing_kept.activity, drawing_kept.strokes) == (ada.id, "telephone", INK)
    assert (drawing_kept.network, drawing_kept.task) == (name, TASK)
    assert words in markup(app)
    assert "Classmates find your drawing under <b>Name</b>" in markup(app)
    assert markup(app).count('<figure class="tile') == 3
    assert buttons(app) == {"Next character": True}


def test_a_wrong_name_is_told_with_both_characters(ada, monkeypatch):
    sent = turn()
    sent.activity = "telephone"
    drawing._send(ada, sent, DRAWN, WRONG.match(None, range(20)))
    characters = sent.characters
    assert sent.words.endswith(f"{cards.spoken(characters[TASK.answer])} for {cards.spoken(characters[WRONG.best])}.")
    assert sent.stage == "sent"


@pytest.mark.parametrize(("network", "broken"), [(RIGHT, False), (WRONG, True), (NONE, True)])
def test_in_break_it_only_a_drawing_that_the_network_misnames_can_be_sent(network, broken, ada, sheet, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.ready(network))
    app = at("drawing", "break", ada)
    assert buttons(app) == {"Ask classmates": False, "Another character": True}
    assert ["Ask classmates", "Another character"] in beside(app)
    assert "The network answers each time you lift the pen." in markup(app)
    assert 'aria-label="the character to draw"' in markup(app)
    sheet.drawn = DRAWN
    app.run()
    assert buttons(app) == {"Ask classmates": broken, "Another character": True}
    assert sheet.names == ["play_break"] * 2
    if broken:
        press(app, "Ask classmates")
        assert [one.network for one in kept()] == ["" if network is NONE else TASK.characters[WRONG.best]]
        assert "Sent. You get the point when a classmate names it rightly." in markup(app)
        assert buttons(app) == {"Another character": True}


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (RIGHT, "The network still recognises {}<small>, similarity 0.75.</small>"),
        (WRONG, "The network takes it for {}<small>, similarity 0.75.</small>"),
        (NONE, "The network says: none of these."),
    ],
)
def test_the_networks_opinion_is_a_sentence(network, words):
    match = network.match(None, range(20))
    assert drawing._network_words(turn(), match) == words.format(cards.spoken(turn().characters[match.best]))


def test_while_the_network_loads_a_drawing_waits(ada, sheet, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    sheet.drawn = DRAWN
    app = at("drawing", "break", ada)
    assert "The network is loading" in markup(app)
    assert buttons(app)["Ask classmates"] is False


def test_a_drawing_that_cannot_be_kept_says_why_and_can_be_sent_again(ada, sheet, monkeypatch):
    def refuse(*given):
        raise UserError("You have made too many.")

    sheet.drawn = DRAWN
    app = at("drawing", "telephone", ada)
    with monkeypatch.context() as patch:
        patch.setattr(class_store.store(), "keep_drawing", refuse)
        press(app, "Done")
    assert app.error[0].value == "You have made too many."
    assert app.session_state["play:telephone"].stage == "drawing"
    press(app, "Done")
    assert len(app.error) == 0
    assert len(kept()) == 1


def test_another_character_clears_the_sheet_and_begins_anew(ada, monkeypatch):
    cleared = []
    monkeypatch.setattr(canvas, "clear", cleared.append)
    for activity, stage, label in (("telephone", "sent", "Next character"), ("break", "drawing", "Another character")):
        app = at(stage, activity, ada)
        before = app.session_state[f"play:{activity}"]
        press(app, label)
        assert app.session_state[f"play:{activity}"] is not before
        assert app.session_state[f"play:{activity}"].stage == ("hidden" if activity == "telephone" else "drawing")
    assert cleared == ["play_telephone", "play_break"]


def test_another_alphabet_begins_a_new_turn_and_the_same_one_goes_on(session):
    session["play:data"] = "builtin"
    first = drawing._turn("break", alphabet())
    assert drawing._turn("break", alphabet()) is first
    assert drawing._turn("break", setup.alphabet("builtin", "Runic")) is not first
    assert drawing._turn("telephone", alphabet()).stage == "hidden"


def round_of(seconds: float) -> ClassRound:
    now = time.time()
    return ClassRound(1, "break", 30, Quiz("builtin", "Runic", 5), now, now + seconds)


def test_a_round_for_everyone_is_drawn_in_its_own_alphabet(ada, monkeypatch):
    app = part_of(drawing_ui, ada, "break", None)
    assert app.selectbox(key="play:alphabet").value == "Kannada"
    monkeypatch.setattr(rounds, "drawing_task", any_task)
    app = part_of(drawing_ui, ada, "break", round_of(60))
    assert len(app.selectbox) == 0
    assert app.session_state["play:break"].alphabet.alphabets[0].name == "Runic"


def test_when_the_time_of_a_round_is_up_nothing_can_be_drawn(ada, sheet):
    app = part_of(drawing_ui, ada, "break", round_of(0))
    assert "The time is up." in markup(app)
    assert "Ask classmates" not in buttons(app)
    assert sheet.names == []
    assert "play:break" not in app.session_state


def test_words_are_shown_as_text(sent):
    drawing._say("<b>")
    assert "&lt;b&gt;" in sent[0]
