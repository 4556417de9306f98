"""The class round on the Play page: who takes part, what is left of its time, and its controls on the board.

`follow` and `wake` run everyone's page when the round begins and when it ends.
"""

from __future__ import annotations

import html
import math
import random
import time

import streamlit as st

from siamese.classroom import class_round
from siamese.classroom.class_round import SETTING, ClassRound
from siamese.classroom.rounds import Quiz
from siamese.classroom.scoring import BREAK, QUIZ, TELEPHONE
from siamese.errors import UserError
from siamese.ui import class_store, follow, links, messages, state, teacher, wake
from siamese.ui.play import setup

GAMES = {QUIZ: "Quiz", TELEPHONE: "Telephone", BREAK: "Break it"}
MINUTES = {"2": "2 min", "3": "3 min", "5": "5 min", "10": "10 min"}
SECONDS_PER_MINUTE = 60
CONTROLS_KEY = "round:controls"
_ENTERED, _LEFT, _FAILURE = "round:entered", "round:left", "round:failure"

choices = state.of("play")


def current() -> ClassRound | None:
    """The last round of this class, running or over. Raises UserError."""
    return class_round.from_settings(class_store.snapshot().settings)


def begin() -> ClassRound | None:
    """The round that this visitor takes part in; None outside of one, and for the teacher.

    Call before the page's widgets are shown: a visitor who enters a round takes over its set-up. Raises UserError.
    """
    played = current()
    if played is None or teacher.is_teacher() or st.session_state.get(_LEFT) == played.number:
        return None
    if st.session_state.get(_ENTERED) != played.number:
        if played.over:
            return None
        _enter(played)
    wake.at("round", _end(played))
    return played


def _enter(played: ClassRound) -> None:
    quiz, st.session_state[_ENTERED] = played.quiz, played.number
    choices.view, choices.limit = played.activity, str(played.limit)
    choices.data, choices.alphabet = quiz.source, quiz.alphabet
    choices.ways, choices.alike = quiz.ways, quiz.look_alikes
    _forget_games()


def _forget_games() -> None:
    for game in ("game", TELEPHONE, BREAK):
        st.session_state.pop(f"play:{game}", None)


def _end(played: ClassRound) -> float:
    """When to look again, as time.monotonic; never for a round that is over."""
    return math.inf if played.over else time.monotonic() + played.seconds_left


def clock_html(played: ClassRound) -> str:
    """HTML: which game it is, and the time that is left, which runs in the browser alone."""
    times = f"animation-duration:{played.seconds:.0f}s;animation-delay:-{played.seconds - played.seconds_left:.1f}s"
    seconds = f'<span class="countdown" style="--from:{played.seconds:.0f};{times}"></span>'
    name = f"{html.escape(GAMES[played.activity])}, a round for everyone"
    return (
        f'<div class="clock round" role="timer"><p>{name} {seconds}</p><span class="left" style="{times}"></span></div>'
    )


def over_ui(played: ClassRound) -> None:
    """What a student can do when the time is up."""
    with st.container(horizontal=True):
        if played.activity != QUIZ:
            st.button("Name drawings", type="primary", on_click=_leave, args=(played, "name"), key="round:name")
        st.button("Board", on_click=_leave, args=(played, "board"), key="round:board")
        st.button("Play on alone", on_click=_leave, args=(played, played.activity), key="round:alone")


def _leave(played: ClassRound, view: str) -> None:
    st.session_state[_LEFT], choices.view = played.number, view
    _forget_games()


def ensure_in(played: ClassRound | None) -> None:
    """Call first in a fragment, which keeps the round that it was given: run the page again without one that was
    left."""
    if played is not None and st.session_state.get(_LEFT) == played.number:
        st.rerun()


def teacher_ui() -> None:
    """On the teacher's board: the round that is running, or what starts one. Raises UserError."""
    if played := _running():
        wake.at("round", _end(played))
        with st.container(key="class_round", horizontal=True, vertical_alignment="center"):
            st.html(clock_html(played))
            st.button("End the round", on_click=_stop, args=(played,), key="round:stop", width="content")
    else:
        _start_ui()
    if failure := st.session_state.pop(_FAILURE, ""):
        messages.error(failure)


def _running() -> ClassRound | None:
    played = current()
    return None if played is None or played.over else played


@st.fragment
def _start_ui() -> None:
    if _running():
        st.rerun()  # it was started just now: the page shows its clock
    with st.popover("Start a round", icon=":material/timer:", key=CONTROLS_KEY, on_change="rerun") as popover:
        if not popover.open:
            return
        st.html(f'<p class="note">{EXPLANATION}</p>')
        with st.container(horizontal=True, gap="medium"):
            st.segmented_control("Game", list(GAMES), format_func=GAMES.get, required=True, key=choices.key("round"))
            st.segmented_control(
                "It ends after", list(MINUTES), format_func=MINUTES.get, required=True, key=choices.key("minutes")
            )
        alphabet = setup.alphabet_ui()
        if alphabet is not None and choices.round == QUIZ:
            setup.difficulty_ui(alphabet)
        st.button("Start for everyone", type="primary", on_click=_start, disabled=alphabet is None, key="round:start")
    state.share("play", *LINK)


LINK = ("view", "data", "alphabet", "ways", "alike", "limit", "round", "minutes")
EXPLANATION = (
    "All students' pages go to the game, and it begins at once, with the same characters for everyone. "
    "Follow me is turned off."
)


def _start() -> None:
    seed, now = random.randint(1, links.MAX_SEED), time.time()
    shared = state.of(state.SHARED)
    quiz = Quiz(choices.data, choices.alphabet, choices.ways, choices.alike, seed, shared.network)
    try:
        last = current()
        number, seconds = (last.number if last else 0) + 1, SECONDS_PER_MINUTE * int(choices.minutes)
        _keep(ClassRound(number, choices.round, int(choices.limit), quiz, now, now + seconds))
    except UserError as error:
        st.session_state[_FAILURE] = str(error)
        return
    follow.lead(False)
    follow.bring_to("play", state.link("play") | {"view": choices.round})


def _stop(played: ClassRound) -> None:
    try:
        _keep(played.ended())
    except UserError as error:
        st.session_state[_FAILURE] = str(error)
        return
    follow.call()


def _keep(played: ClassRound) -> None:
    class_store.store().set(**{SETTING: played.to_setting()})
    class_store.board().changed()
