"""Name: a classmate's drawing of Telephone or Break it, and twenty characters to choose from."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.classroom import strokes
from siamese.classroom.scoring import BREAK
from siamese.data import ink
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.ui import cards, class_store, messages
from siamese.ui.play import setup
from siamese.ui.play.picture_buttons import picture_buttons_ui

if TYPE_CHECKING:
    from siamese.classroom.kept_drawings import KeptDrawing
    from siamese.classroom.store import Person

CHECK_SECONDS = 2.0
"""How often a page that waits for a drawing looks at the board, which is in memory."""


@dataclasses.dataclass
class Question:
    """A drawing to name. drawing: (105, 105); choice: once it is named; right: whether that was right."""

    kept: KeptDrawing
    alphabet: CharacterSet
    drawing: np.ndarray
    shown_at: float
    choice: int | None = None
    right: bool = False
    failure: str = ""


@st.fragment
def naming_ui(person: Person) -> None:
    """The next drawing for a person to name."""
    question: Question | None = st.session_state.get("play:naming")
    if question is None:
        question = st.session_state["play:naming"] = _next(person)
    if question is None:
        waiting_ui(class_store.snapshot().drawings)
        return
    task, answered = question.kept.task, question.choice is not None
    drawings = question.alphabet.drawings(task.support(question.alphabet))
    head, side = st.columns([1, 2], gap="small", vertical_alignment="center")
    head.html(f'<div class="asked">{cards.card_of(question.drawing, "a drawing by a classmate")}</div>')
    with side:
        if answered:
            st.html(_verdict(question))
            st.button("Next", type="primary", on_click=_forget, shortcut="Enter", key="naming:next")
        else:
            st.html('<p class="verdict">A classmate drew this. Which one is it?</p>')
    if question.failure:
        messages.error(question.failure)
        st.button("Another drawing", on_click=_forget, key="naming:skip")
    marks: dict[int, list[str]] = {}
    if answered:
        marks[question.choice] = ["wrong"]
        marks[task.answer] = ["right"]
        if question.kept.network in task.characters:
            marks.setdefault(task.characters.index(question.kept.network), []).append("network")
    picture_buttons_ui("play_naming", drawings, lambda choice: _answer(person, question, choice), answered, marks)


def _next(person: Person) -> Question | None:
    """The next drawing; None if there is none. Raises UserError."""
    kept = class_store.store().drawing_to_name(person)
    if kept is None:
        return None
    alphabet = setup.alphabet(kept.task.source, kept.task.alphabet)
    kept.task.support(alphabet)  # it may have changed since
    drawing = ink.draw_strokes(strokes.from_json(kept.strokes))
    assert drawing is not None
    return Question(kept, alphabet, drawing, time.monotonic())


@st.fragment(run_every=CHECK_SECONDS)
def waiting_ui(drawings: int) -> None:
    """Says that there is nothing to name, until there are more drawings than these."""
    if class_store.snapshot().drawings > drawings:
        st.rerun()
    st.html(
        '<div class="answer waiting"><p class="sentence">There is no drawing for you to name yet.</p>'
        '<p class="note">Drawings come from Telephone and Break it. This page shows the next one by itself.</p></div>'
    )


def _answer(person: Person, question: Question, choice: int) -> None:
    if question.choice is not None:
        return
    try:
        seconds = time.monotonic() - question.shown_at
        question.right = class_store.store().name_drawing(person, question.kept, choice, seconds)
    except UserError as error:
        question.failure = str(error)
        return
    question.choice, question.failure = choice, ""


def _verdict(question: Question) -> str:
    """HTML: whether the answer was right, and what the network took the drawing for."""
    task, network = question.kept.task, question.kept.network
    characters = dict(zip(task.characters, task.indices(question.alphabet), strict=True))
    name = cards.spoken(question.alphabet.characters[characters[task.character]])
    person = '<span class="right">Right</span>' if question.right else '<span class="wrong">Wrong</span>'
    if network == task.character:
        words = "The network said so, too."
    elif network in characters:
        words = f"The network took it for {cards.spoken(question.alphabet.characters[characters[network]])}."
    else:
        words = "The network said: none of these."
    if question.right and question.kept.activity == BREAK:
        words += " A point for both of you."
    return f'<p class="verdict" aria-live="polite">{person}: this is {name}. {words}</p>'


def _forget() -> None:
    st.session_state["play:naming"] = None
