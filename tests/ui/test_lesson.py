"""The lesson: 45 minutes in five steps, each with a page, and links that say what they set."""

from __future__ import annotations

import pytest

from siamese.ui import lesson, links
from siamese.ui.hide import HIDEABLE

STOPS = [stop for _, stop in lesson.stops()]
WORDS = {
    ("play", "view", "board"): "the board",
    ("play", "view", "name"): "name what your classmates drew",
    ("play", "limit", "20"): "20 seconds",
    ("play", "round", "break"): "Break it",
    ("recognise", "sorted", "1"): "most similar characters first",
    ("evaluate", "group", "builtin"): "accuracy",
}
"""What the text of a link says about what it sets."""


def test_the_lesson_has_five_steps_of_45_minutes():
    steps = lesson.steps()
    assert [step.number for step in steps] == [1, 2, 3, 4, 5]
    assert [step.title for step in steps] == ["Predict", "Try", "Teach", "Break", "Explain"]
    assert sum(step.minutes for step in steps) == 45
    assert [step.begins for step in steps] == [0, 7, 17, 27, 37]


@pytest.mark.parametrize("step", lesson.steps(), ids=lambda step: step.title)
def test_each_step_has_pages_and_what_the_teacher_says_and_does(step):
    assert step.stops
    assert "**Say:**" in step.text
    assert "**Do:**" in step.text
    assert lesson.ADDRESS not in step.text


def test_no_link_of_the_document_is_missing_in_the_lesson():
    text = lesson.FILE.read_text(encoding="utf-8")
    assert text.count(f"]({lesson.ADDRESS}") == len(STOPS)


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.label)
def test_a_link_sets_what_it_says_and_nothing_else(stop):
    allowed = links.CHOICES[stop.page] | links.CHOICES[links.SHARED]
    for name, text in stop.link.items():
        choice = allowed[name]
        assert choice.read(text) != choice.default
        assert choice.write(choice.read(text)) == text
        if name == "hide":
            assert set(choice.read(text)) <= set(HIDEABLE)
        else:
            assert WORDS[stop.page, name, text] in stop.label
