"""Play: people against the network, by the same trials; the class's results."""

from __future__ import annotations

import pathlib

import streamlit as st

from siamese.errors import UserError
from siamese.ui import messages, models, page, state
from siamese.ui.play import board, class_round, drawing, naming, person, quiz

VIEWS = {
    "quiz": "Quiz",
    "telephone": "Telephone",
    "break": "Break it",
    "name": "Name",
    "board": "Board",
}
GAMES = {
    "quiz": "You see one character and find it among 20, ten times, against a clock. The network answers the same "
    "questions.",
    "telephone": "You see a character once and draw it from memory. The network and a classmate name your drawing.",
    "break": "Draw a character so that the network misnames it, but a classmate does not: that is a point for you.",
    "name": "Name drawings that classmates have made, for Telephone and for Break it.",
}
"""What a person does who joins."""
LINK = ("view", "data", "alphabet", "ways", "alike", "limit", "seed", "round", "minutes")

choices = state.of("play")
page.opening(
    "Play",
    "Answer the same questions as the network, and see who is better. "
    "The badge shows whether it was trained on the alphabet.",
    pathlib.Path(quiz.__file__).with_name("style.css"),
)
try:
    played = class_round.begin()
except UserError as error:
    messages.error(str(error))
    st.stop()
network = played.quiz.network if played else state.of(state.SHARED).network
with st.container(key="play_view"):
    st.segmented_control(
        "Game",
        list(VIEWS),
        format_func=VIEWS.get,
        required=True,
        key=choices.key("view"),
        label_visibility="collapsed",
    )
    if played and not played.over:
        st.html(class_round.clock_html(played))
state.share("play", *LINK)
models.in_use_ui()
page.wait_for_network(network)
try:
    if choices.view == "board":
        board.board_ui()
    elif player := person.person_ui():
        mine = played if played and choices.view == played.activity else None
        if choices.view == "quiz":
            quiz.quiz_ui(player, network, mine)
        elif choices.view == "name":
            naming.naming_ui(player)
        else:
            drawing.drawing_ui(player, choices.view, mine)
    else:
        st.html(f'<p class="note">{GAMES[choices.view]}</p>')
except UserError as error:
    messages.error(str(error))
