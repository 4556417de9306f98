"""Buttons with drawings: what each shows and answers, its key, and its frames."""

from __future__ import annotations

import numpy as np
import pytest

from siamese.ui import cards
from siamese.ui.play import picture_buttons
from siamese.ui.play.picture_buttons import picture_buttons_ui
from tests.apps import markup, part_of
from tests.drawn import scribble

DRAWINGS = np.stack([scribble(character, 1) for character in range(20)])


def test_every_button_shows_its_drawing_and_answers_with_its_position():
    chosen = []
    app = part_of(picture_buttons_ui, "quiz", DRAWINGS[:4], chosen.append)
    assert [button.label for button in app.button] == ["A", "B", "D", "E"]
    assert not any(button.disabled for button in app.button)
    for place in range(4):
        url = cards.picture_url(DRAWINGS[place])
        assert f".st-key-quiz_{place} button {{ background-image: url({url});" in markup(app)
    app.button(key="quiz_2").click().run()
    assert chosen == [2]
    assert "--frame" not in markup(app)


def test_letters_that_streamlit_needs_are_left_out():
    assert len(set(picture_buttons.KEYS)) == 20
    assert not set("CR") & set(picture_buttons.KEYS)


@pytest.mark.parametrize("disabled", [False, True])
def test_buttons_have_a_key_unless_they_are_disabled(disabled):
    app = part_of(picture_buttons_ui, "quiz", DRAWINGS, lambda place: None, disabled)
    assert [button.disabled for button in app.button] == [disabled] * 20
    shortcuts = [button.proto.shortcut for button in app.button]
    assert shortcuts == ([""] * 20 if disabled else [letter.lower() for letter in "ABDEFGHIJKLMNOPQSTUV"])


def test_frames_go_from_the_inner_to_the_outer():
    marks = {1: ["right", "network"], 2: ["wrong"]}
    app = part_of(picture_buttons_ui, "quiz", DRAWINGS[:3], lambda place: None, True, marks)
    frames = [rule.split(");", 1)[1] for rule in markup(app).split("button {")[1:]]
    assert frames[0].startswith(" }")
    assert frames[1].startswith("--frame: 0 0 0 3px var(--right), 0 0 0 6px var(--network); --faded: 1;")
    assert frames[2].startswith("--frame: 0 0 0 3px var(--wrong); --faded: 1;")
