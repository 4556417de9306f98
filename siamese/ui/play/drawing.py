"""Telephone and Break it: a person draws a character, the network names the drawing, and then classmates do.

In Telephone the person sees the character once and draws it from memory. In Break it they draw it so that a person
still recognises it and the network does not.
"""

from __future__ import annotations

import dataclasses
import html
import random
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.classroom import rounds
from siamese.classroom.rounds import Task
from siamese.classroom.scoring import BREAK, TELEPHONE
from siamese.data.characters import Character, CharacterSet
from siamese.errors import UserError
from siamese.ui import cards, class_store, messages, models, state
from siamese.ui.draw import canvas
from siamese.ui.play import setup
from siamese.ui.play.class_round import ensure_in, over_ui
from siamese.ui.play.sheet import sheet_ui

if TYPE_CHECKING:
    from siamese.classroom.class_round import ClassRound
    from siamese.classroom.store import Person
    from siamese.network.matcher import Match

SHOWN_SECONDS = 5
"""How long a character is shown in Telephone."""
BEST_SHOWN = 3
HIDDEN, SHOWN, DRAWING, SENT = "hidden", "shown", "drawing", "sent"
"""Where a person is with a character of Telephone; Break it begins with DRAWING."""

choices = state.of("play")


@dataclasses.dataclass
class Turn:
    """A character that a person draws. stage: one of the above; words: HTML of what became of it; failure: why it was
    not kept."""

    activity: str
    alphabet: CharacterSet
    task: Task
    stage: str
    words: str = ""
    failure: str = ""

    @property
    def characters(self) -> list[Character]:
        """The characters among which the drawing is named."""
        return [self.alphabet.characters[index] for index in self.task.indices(self.alphabet)]

    @property
    def name(self) -> str:
        """HTML of the character to draw."""
        return cards.spoken(self.characters[self.task.answer])


@st.fragment
def drawing_ui(person: Person, activity: str, class_round: ClassRound | None) -> None:
    """The game of a person, alone or in a round for everyone. Always against the shipped network, so that all drawings
    are named by the same one."""
    ensure_in(class_round)
    if class_round is None:
        alphabet = setup.alphabet_ui()
        state.share("play", "view", "data", "alphabet")
    elif class_round.over:
        _say("The time is up.")
        over_ui(class_round)
        return
    else:
        alphabet = setup.alphabet(class_round.quiz.source, class_round.quiz.alphabet)
    if alphabet is None:
        return
    turn = _turn(activity, alphabet)
    cards.pictures(alphabet, np.append(turn.task.support(alphabet), turn.task.model_row(alphabet)))
    with st.container(key="stage"):
        left, right = st.columns(2, gap="medium")
        with left:
            drawn = _canvas_ui(turn)
        match = _match(turn, drawn[1]) if drawn else None
        with right:
            if turn.failure:
                messages.error(turn.failure)
            if activity == TELEPHONE:
                _telephone_ui(person, turn, drawn, match)
            else:
                _break_ui(person, turn, drawn, match)


def _turn(activity: str, alphabet: CharacterSet) -> Turn:
    """The turn that this visitor is at, or a new one. Raises RoundError."""
    turn: Turn | None = st.session_state.get(f"play:{activity}")
    if turn is None or turn.alphabet is not alphabet:
        task = rounds.drawing_task(alphabet, choices.data, random.randrange(10**9))
        turn = Turn(activity, alphabet, task, HIDDEN if activity == TELEPHONE else DRAWING)
        st.session_state[f"play:{activity}"] = turn
    return turn


def _canvas_ui(turn: Turn) -> tuple[str, np.ndarray] | None:
    if turn.stage in (HIDDEN, SHOWN):  # the sheet's place, so that nothing moves when it comes
        model = cards.card(turn.task.model_row(turn.alphabet), "the character to remember")
        shown = f'<div class="glimpse">{model}</div>' if turn.stage == SHOWN else ""
        st.html(f'<div class="cover">{shown}</div>')
        return None
    return sheet_ui(f"play_{turn.activity}")


def _match(turn: Turn, drawing: np.ndarray) -> Match | None:
    matcher = models.matcher()
    return matcher.match(drawing, turn.alphabet.shared_drawings(turn.task.support(turn.alphabet))) if matcher else None


def _telephone_ui(person: Person, turn: Turn, drawn: tuple[str, np.ndarray] | None, match: Match | None) -> None:
    if turn.stage == HIDDEN:
        _say(f"You will see a character once, for {SHOWN_SECONDS} seconds. Then draw it from memory.")
        st.button("Show it", type="primary", on_click=_go, args=(turn, SHOWN), key="telephone:show")
    elif turn.stage == SHOWN:
        _say("Remember it.")
        st.button("Draw it", type="primary", on_click=_go, args=(turn, DRAWING), key="telephone:draw")
    elif turn.stage == DRAWING:
        _say("Draw what you saw. The network and a classmate will name it.")
        st.button(
            "Done",
            type="primary",
            on_click=_send,
            args=(person, turn, drawn, match),
            disabled=match is None,
            key="telephone:done",
        )
    else:
        _say_html(turn.words)
        if match is not None:
            _tiles(turn, match)
        st.html('<p class="note">Classmates find your drawing under <b>Name</b>, and you theirs.</p>')
        st.button("Next character", type="primary", on_click=_new, args=(turn,), key="telephone:new")


def _break_ui(person: Person, turn: Turn, drawn: tuple[str, np.ndarray] | None, match: Match | None) -> None:
    model = cards.card(turn.task.model_row(turn.alphabet), "the character to draw")
    st.html(
        f'<div class="wanted">{model}<p>Draw {turn.name}, so that people read it and the network does not.</p></div>'
    )
    broken = match is not None and (match.none or match.best != turn.task.answer)
    if turn.stage == SENT:
        _say_html(turn.words)
    elif match is None:
        _say(models.waiting() if drawn else "The network answers each time you lift the pen.")
    else:
        _say_html(_network_words(turn, match))
    if match is not None:
        _tiles(turn, match)
    with st.container(horizontal=True):
        if turn.stage != SENT:
            st.button(
                "Ask classmates",
                type="primary",
                on_click=_send,
                args=(person, turn, drawn, match),
                disabled=not broken,
                help="A point for you if a classmate names it rightly.",
                key="break:send",
            )
        st.button("Another character", on_click=_new, args=(turn,), key="break:new")


def _network_words(turn: Turn, match: Match) -> str:
    """HTML: what the network takes the drawing for."""
    if match.none:
        return "The network says: none of these."
    best = cards.spoken(turn.characters[match.best])
    similarity = html.escape(cards.number(float(match.similarity[match.best])))
    if match.best == turn.task.answer:
        return f"The network still recognises {best}<small>, similarity {similarity}.</small>"
    return f"The network takes it for {best}<small>, similarity {similarity}.</small>"


def _tiles(turn: Turn, match: Match) -> None:
    rows = turn.task.support(turn.alphabet)
    tiles = cards.tiles(turn.characters, rows, match, None, turn.task.answer, by_similarity=True, limit=BEST_SHOWN)
    st.html(f'<div class="best_tiles">{tiles}</div>')


def _send(person: Person, turn: Turn, drawn: tuple[str, np.ndarray], match: Match) -> None:
    none = turn.activity == BREAK and match.none  # in Telephone it must be one of these, as for a classmate
    network = "" if none else turn.task.characters[match.best]
    try:
        class_store.store().keep_drawing(person, turn.activity, turn.task, drawn[0], network)
    except UserError as error:
        turn.failure = str(error)
        return
    turn.failure, turn.stage = "", SENT
    if turn.activity == BREAK:
        turn.words = "Sent. You get the point when a classmate names it rightly."
    elif match.best == turn.task.answer:
        turn.words = f'<span class="right">Right</span>: the network recognised {turn.name}.'
    else:
        best = cards.spoken(turn.characters[match.best])
        turn.words = f'<span class="wrong">Wrong</span>: the network took your {turn.name} for {best}.'


def _go(turn: Turn, stage: str) -> None:
    turn.stage = stage


def _new(turn: Turn) -> None:
    st.session_state.pop(f"play:{turn.activity}", None)
    canvas.clear(f"play_{turn.activity}")


def _say(sentence: str) -> None:
    _say_html(html.escape(sentence))


def _say_html(markup: str) -> None:
    st.html(f'<div class="answer" aria-live="polite"><p class="sentence">{markup}</p></div>')
