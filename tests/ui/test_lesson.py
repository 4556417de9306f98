"""The lesson: 45 minutes in five steps, each with a page, and links that say what they set."""

from __future__ import annotations

import pytest

from siamese.ui import follow, lesson, links
from siamese.ui.hide import HIDEABLE
from tests.apps import part_of, press

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


@pytest.fixture
def gone(home, monkeypatch) -> list[tuple]:
    """Where the class and the visitor were brought."""
    made: list[tuple] = []
    monkeypatch.setattr(follow, "bring_to", lambda *given: made.append(("class", *given)))
    monkeypatch.setattr(follow, "go", lambda *given: made.append(("visitor", *given)))
    return made


@pytest.mark.parametrize("teacher_", [False, True])
def test_a_button_opens_its_stop_for_the_teacher_with_her_class(teacher_, gone, monkeypatch):
    monkeypatch.setattr(lesson.teacher, "is_teacher", lambda: teacher_)
    app = part_of(lesson.go_ui, "Go there", 2, "lesson:2")
    (button,) = app.button
    assert button.proto.type == ("primary" if teacher_ else "secondary")
    assert button.proto.icon == (":material/school:" if teacher_ else "")
    assert gone == []
    press(app, "Go there")
    stop = STOPS[2]
    assert gone == [("class", stop.page, stop.link)] * teacher_ + [("visitor", stop.page, stop.link)]
    assert (app.session_state["lesson:place"], app.session_state["lesson:gone"]) == (2, True)


def test_in_the_midst_of_the_lesson_the_next_stop_is_offered(gone):
    stops = lesson.stops()
    assert part_of(lesson.next_ui).button == []
    for place in range(len(stops) - 1):
        step, stop = stops[place + 1]
        (button,) = part_of(lesson.next_ui, **{"lesson:place": place}).button
        assert button.label == f"Next: {step.title if stop == step.stops[0] else stop.label}"
    assert part_of(lesson.next_ui, **{"lesson:place": len(stops) - 1}).button == []
    press(part_of(lesson.next_ui, **{"lesson:place": 0}), "lesson:next")
    assert gone[-1] == ("visitor", STOPS[1].page, STOPS[1].link)


def test_a_link_without_a_path_is_to_start():
    text = (
        "## 1. A (3 minutes)\n- [Home](http://localhost:8501/)\n- [Play](http://localhost:8501/play?view=board)\nWords."
    )
    found = [match.groups() for match in lesson._LINK.finditer(text)]
    assert found == [("Home", "", None), ("Play", "play", "view=board")]
    assert all(stop.page for stop in STOPS)
