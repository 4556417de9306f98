"""The teacher's tools: nicknames, drawings, the board as a file, and the reset."""

from __future__ import annotations

import csv
import io

import pytest

from siamese.classroom.kept_drawings import INK_KEPT_SECONDS
from siamese.classroom.rounds import Quiz
from siamese.errors import UserError
from siamese.ui import class_store
from siamese.ui.play import teacher_tools
from tests.apps import beside, buttons, part_of, press, ran
from tests.classroom.ink import INK, TASK


@pytest.fixture
def class_of_two(ada, bob):
    """Ada has played and drawn."""
    store = class_store.store()
    round_id, _ = store.begin_round(ada, Quiz("builtin", "Kannada"))
    store.answer(ada, round_id, 0, 3, True, False, 2.5)
    store.keep_drawing(ada, "telephone", TASK, INK, "")
    class_store.board().changed()
    return ada, bob


def tools():
    return part_of(teacher_tools._content_ui)


def test_the_tools_are_made_when_they_are_opened():
    assert part_of(teacher_tools.tools_ui).button == []
    assert "Reset the board" in buttons(part_of(teacher_tools.tools_ui, board__tools=True))


def test_a_nickname_is_hidden_and_shown_again(class_of_two):
    ada, _ = class_of_two
    app = tools()
    choice = app.selectbox(key="board:Hide nickname")
    assert (choice.label, sorted(choice.options), choice.value) == ("Hide a nickname", ["Ada", "Bob"], None)
    assert buttons(app)["Hide"] is False
    assert ["Hide a nickname", "Hide"] in beside(app)
    assert "Show again" not in buttons(app)
    choice.set_value(ada.id)
    ran(app.run())
    press(app, "Hide")
    assert [person.nickname for person in class_store.snapshot().hidden] == ["Ada"]
    again = app.selectbox(key="board:Show again nickname")
    assert (again.label, again.options) == ("Show again a nickname", ["Ada"])
    again.set_value(ada.id)
    ran(app.run())
    press(app, "Show again")
    assert class_store.snapshot().hidden == ()


def test_drawings_are_kept_after_the_lesson_when_the_teacher_says_so():
    app = tools()
    (toggle,) = app.toggle
    assert toggle.value is False
    assert f"{INK_KEPT_SECONDS / 3600:.0f} hours" in toggle.help
    ran(toggle.set_value(True).run())
    assert class_store.store().settings()["keep_ink"] == "1"
    (toggle,) = app.toggle
    assert toggle.value is True
    ran(toggle.set_value(False).run())
    assert not class_store.store().settings().get("keep_ink")


def test_drawings_are_deleted_and_points_stay(class_of_two):
    app = tools()
    (button,) = (button for button in app.button if button.label == "Delete all drawings")
    assert button.help == "Points stay."
    press(app, "Delete all drawings")
    assert [drawing.strokes for drawing in class_store.store().drawings()] == []
    assert class_store.snapshot().rows[0].standing.points == 1


def test_a_reset_needs_a_confirmation_each_time(class_of_two):
    app = tools()
    assert buttons(app)["Reset the board"] is False
    ran(app.checkbox(key="board:sure").check().run())
    assert buttons(app)["Reset the board"] is True
    press(app, "Reset the board")
    assert class_store.snapshot().rows == ()
    assert class_store.store().people() == []
    assert app.checkbox(key="board:sure").value is False


def test_a_change_that_fails_says_why(monkeypatch):
    def refuse():
        raise UserError("The database is <gone>.")

    monkeypatch.setattr(class_store.store(), "delete_ink", refuse)
    app = tools()
    press(app, "board:delete")
    assert app.error[0].value == "The database is \\<gone\\>."
    ran(app.run())
    assert len(app.error) == 0


def test_the_board_is_a_file_with_a_line_for_everyone(class_of_two):
    rows = list(csv.DictReader(io.StringIO(teacher_tools._as_csv(class_store.snapshot()))))
    assert [row["nickname"] for row in rows] == ["Ada", "Bob"]
    assert rows[0] == {
        "nickname": "Ada", "points": "1", "quiz_right": "1", "quiz_trials": "1", "named": "0", "breaks": "0",
    }  # fmt: skip
    assert (rows[1]["quiz_right"], rows[1]["quiz_trials"]) == ("0", "0")


def test_a_nickname_is_no_formula_in_a_file():
    class_store.store().join("=1+1")
    class_store.board().changed()
    assert "\n=1+1" not in teacher_tools._as_csv(class_store.snapshot())
