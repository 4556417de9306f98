"""The board: the class beside the network and the literature, points by nickname, the best breaks."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import streamlit as st

from siamese.classroom.scoring import Drawing, Standing
from siamese.errors import UserError
from siamese.ui import cards, class_store, teacher
from siamese.ui.play import class_round, person, results, setup, teacher_tools

if TYPE_CHECKING:
    from siamese.classroom.board import ShownBreak, Snapshot

REFRESH_SECONDS = 2.0
"""How often a page that shows the board looks at it: in memory, which one thread reads from the store."""


def board_ui() -> None:
    """The board, live, with the teacher's tools for the teacher. Raises UserError."""
    with st.container(key="board_tools", horizontal=True, vertical_alignment="center"):
        if teacher.is_teacher():
            class_round.teacher_ui()
        if not teacher.locked():
            teacher_tools.tools_ui()
    _live_ui()


@st.fragment(run_every=REFRESH_SECONDS)
def _live_ui() -> None:
    snapshot, own = class_store.snapshot(), person.current()
    if not (snapshot.rows or snapshot.quiz or snapshot.drawings):
        st.html(
            '<div class="answer waiting"><p class="sentence">Nobody has played yet.</p>'
            '<p class="note">Points, the class\'s accuracy and its best breaks will be here. Begin with Quiz.</p></div>'
        )
        return
    shown = f'<div class="board">{_accuracies(snapshot)}{_table(snapshot, own.id if own else 0)}</div>'
    if snapshot.breaks:
        broken = "".join(map(_break, snapshot.breaks))
        shown += f'<section class="breaks"><h2>Best breaks</h2><div class="cards">{broken}</div></section>'
    st.html(shown)  # as one element: none is pushed down by another that comes later


def _accuracies(snapshot: Snapshot) -> str:
    """HTML: the class and the network in the quiz, on the class's drawings, and what the literature has."""
    parts = []
    if snapshot.quiz:
        parts.append(f"<h2>20-way quiz, 1-shot</h2>{results.comparison_html(snapshot.quiz, 'The class')}")
    if snapshot.telephone:
        shown = results.comparison_html(snapshot.telephone, "Classmates")
        parts.append(f"<h2>The class's own drawings (Telephone)</h2>{shown}")
    note = f"{results.INTERVALS} {results.LITERATURE}"
    return f'<section class="accuracies">{"".join(parts)}<p class="note">{html.escape(note)}</p></section>'


def _table(snapshot: Snapshot, own: int) -> str:
    """HTML: the points of everyone who is not hidden."""
    head = "".join(f"<th>{title}</th>" for title in ("", "Nickname", "Points", "Quiz", "Named", "Breaks"))
    rows = []
    for place, row in enumerate(snapshot.rows, 1):
        standing = row.standing
        cells = [
            str(place),
            row.person.nickname,
            str(standing.points),
            _quiz(standing),
            standing.named,
            standing.broken,
        ]
        kind = ' class="own"' if row.person.id == own else ""
        rows.append(f"<tr{kind}>{''.join(f'<td>{html.escape(str(cell))}</td>' for cell in cells)}</tr>")
    note = "A point for each right answer, each drawing named rightly, and each break."
    table = f'<table class="ranking"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return f'<section><h2>Points</h2><div class="wide">{table}</div><p class="note">{note}</p></section>'


def _quiz(standing: Standing) -> str:
    return f"{standing.quiz.right} of {standing.quiz.trials}" if standing.quiz else ""


def _break(shown: ShownBreak) -> str:
    """HTML of a drawing that the network misnamed and classmates named rightly."""
    drawing, result = shown.result.drawing, shown.result
    picture = cards.empty_card() if shown.drawing is None else cards.card_of(shown.drawing, "the drawing")
    by = f" by {html.escape(shown.nickname)}" if shown.nickname else ""
    network = _character(drawing, drawing.network) if drawing.network else "none of these"
    people = f"{result.right} of {result.named} {'classmate' if result.named == 1 else 'classmates'} right"
    return (
        f"<figure>{picture}<figcaption><b>{_character(drawing, drawing.character)}</b>{by}<br>"
        f'Network: <span class="wrong">{network}</span><br>{people}</figcaption></figure>'
    )


def _character(drawing: Drawing, name: str) -> str:
    """HTML of a character's name."""
    try:
        alphabet = setup.alphabet(drawing.source, drawing.alphabet)
    except UserError:  # deleted meanwhile
        return html.escape(name)
    return next((cards.spoken(one) for one in alphabet.characters if one.name == name), html.escape(name))
