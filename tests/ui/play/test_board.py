"""What the board says of a drawing whose character or alphabet may be gone."""

from __future__ import annotations

import contextlib
import types

import numpy as np
import streamlit as st

from siamese.classroom.board import Row, ShownBreak, Snapshot
from siamese.classroom.scoring import Break, Comparison, Drawing, Standing
from siamese.classroom.store import Person
from siamese.errors import UserError
from siamese.evaluation.trials import Accuracy
from siamese.ui.play import board
from tests import drawn
from tests.apps import markup, part_of


def gone(source: str, name: str):
    raise UserError("This alphabet is not on this server any more.")


def test_names_of_characters_are_shown_as_text_also_when_they_are_gone(monkeypatch):
    alphabet = drawn.character_set(alphabets=1, characters=3, drawers=2)
    drawing = types.SimpleNamespace(source="builtin", alphabet="A")
    monkeypatch.setattr(board.setup, "alphabet", lambda source, name: alphabet)
    known = alphabet.characters[1]
    assert board._character(drawing, known.name) == board.cards.spoken(known)
    assert board._character(drawing, "<img>") == "&lt;img&gt;"
    monkeypatch.setattr(board.setup, "alphabet", gone)
    assert board._character(drawing, "<img>") == "&lt;img&gt;"


def row(number: int, nickname: str, **standing) -> Row:
    return Row(Person(number, nickname), Standing(number, **standing))


def test_the_points_are_in_the_order_of_the_board_and_ones_own_line_is_marked():
    rows = (row(4, "<Ada>", points=7, quiz=Accuracy(5, 10), named=1, broken=2), row(6, "Bob", points=1))
    table = board._table(types.SimpleNamespace(rows=rows), own=6)
    first, second = table.split("<tbody>")[1].split("</tr>")[:2]
    assert first == "<tr><td>1</td><td>&lt;Ada&gt;</td><td>7</td><td>5 of 10</td><td>1</td><td>2</td>"
    assert second == '<tr class="own"><td>2</td><td>Bob</td><td>1</td><td></td><td>0</td><td>0</td>'
    assert "<th></th><th>Nickname</th><th>Points</th><th>Quiz</th><th>Named</th><th>Breaks</th>" in table


def test_accuracies_of_the_quiz_and_of_the_classs_own_drawings_are_shown_where_there_are_any():
    quiz, telephone = (Comparison(Accuracy(right, 10), Accuracy(9, 10)) for right in (6, 3))
    snapshot = types.SimpleNamespace(quiz=quiz, telephone=None)
    shown = board._accuracies(snapshot)
    assert "<h2>20-way quiz, 1-shot</h2>" in shown
    assert "<b>The class</b>" in shown
    assert "Telephone" not in shown
    shown = board._accuracies(types.SimpleNamespace(quiz=None, telephone=telephone))
    assert "20-way quiz" not in shown
    assert "<b>Classmates</b>" in shown
    assert "3 of 10" in shown
    assert "with 95\N{NO-BREAK SPACE}% intervals" in shown
    assert "People had 95.5" in shown


def broken(network: str, nickname: str, picture: bool, right: int, named: int) -> str:
    drawing = Drawing(1, 2, "break", "builtin", "Nowhere", "<ka>", network)
    ink = np.zeros((105, 105), np.float32) if picture else None
    return board._break(ShownBreak(Break(drawing, right, named), nickname, ink))


def test_a_break_shows_the_drawing_its_author_and_what_the_network_said():
    shown = broken("<ga>", "<Bob>", True, 2, 3)
    assert shown.startswith('<figure><span class="card " style="background-image:url(data:image/png')
    assert '<b>&lt;ka&gt;</b> by &lt;Bob&gt;<br>Network: <span class="wrong">&lt;ga&gt;</span>' in shown
    assert "2 of 3 classmates right" in shown
    shown = broken("", "", False, 1, 1)
    assert "card empty" in shown
    assert '<b>&lt;ka&gt;</b><br>Network: <span class="wrong">none of these</span>' in shown
    assert "1 of 1 classmate right" in shown


def live(snapshot, monkeypatch) -> str:
    monkeypatch.setattr(board.class_store, "snapshot", lambda: snapshot)
    monkeypatch.setattr(board.person, "current", lambda: Person(6, "Bob"))
    return markup(part_of(board._live_ui))


def test_before_anybody_has_played_the_board_says_so(monkeypatch):
    version = types.SimpleNamespace(resets=0)
    assert "Nobody has played yet." in live(Snapshot(version), monkeypatch)
    for changes in ({"rows": (row(1, "Ada"),)}, {"quiz": Comparison(Accuracy(1, 2), Accuracy(1, 2))}, {"drawings": 1}):
        shown = live(Snapshot(version, **changes), monkeypatch)
        assert "Nobody has played yet." not in shown
        assert '<div class="board">' in shown
        assert "Best breaks" not in shown


def test_ones_own_line_and_the_best_breaks_are_on_the_board(monkeypatch):
    drawing = Drawing(1, 2, "break", "builtin", "Nowhere", "ka", "")
    breaks = (ShownBreak(Break(drawing, 1, 1), "Ada", None),) * 2
    shown = live(Snapshot(types.SimpleNamespace(resets=0), (row(6, "Bob"),), breaks=breaks), monkeypatch)
    assert '<tr class="own">' in shown
    assert shown.split("<h2>Best breaks</h2>")[1].count("<figure>") == 2


def test_the_teachers_tools_are_the_teachers(monkeypatch):
    shown = []
    monkeypatch.setattr(board.class_round, "teacher_ui", lambda: shown.append("rounds"))
    monkeypatch.setattr(board.teacher_tools, "tools_ui", lambda: shown.append("tools"))
    monkeypatch.setattr(board, "_live_ui", lambda: shown.append("board"))
    monkeypatch.setattr(st, "container", lambda **options: contextlib.nullcontext())
    for teacher, locked, expected in ((True, False, ["rounds", "tools"]), (False, False, ["tools"]), (False, True, [])):
        monkeypatch.setattr(board.teacher, "is_teacher", lambda teacher=teacher: teacher)
        monkeypatch.setattr(board.teacher, "locked", lambda locked=locked: locked)
        shown.clear()
        board.board_ui()
        assert shown == [*expected, "board"]
