"""Quiz: ten characters, twenty to choose from; person and network answer the same questions."""

from __future__ import annotations

import html
import math
import random
import time
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.classroom import rounds
from siamese.classroom.rounds import TRIALS_PER_ROUND, Quiz
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.ui import cards, class_store, links, messages, models, state, wake
from siamese.ui.play import results, setup
from siamese.ui.play.class_round import ensure_in, over_ui
from siamese.ui.play.game import TOO_LATE, Game
from siamese.ui.play.picture_buttons import picture_buttons_ui

if TYPE_CHECKING:
    from siamese.classroom.class_round import ClassRound
    from siamese.classroom.store import Person

SCORES_SHOWN = 5

choices = state.of("play")


@st.fragment
def quiz_ui(person: Person, network: str, class_round: ClassRound | None) -> None:
    """The quiz of a person against a network, alone or in a round for everyone."""
    ensure_in(class_round)
    game: Game | None = st.session_state.get("play:game")
    if game is not None and (game.person != person or game.quiz.network != network):
        game = st.session_state["play:game"] = None
    over = class_round is not None and class_round.over
    if game is None and class_round is not None and not over:
        game = _begin_ui(person, class_round)
    if game is not None and (over or game.place == TRIALS_PER_ROUND):
        _end_ui(game, class_round)
    elif game is not None:
        _question_ui(game)
    elif over:
        _say("The time is up.")
        over_ui(class_round)
    elif class_round is None:
        _start_ui(person, network)


def _begin_ui(person: Person, class_round: ClassRound) -> Game | None:
    """The game of a round for everyone, which begins at once; None after saying what it waits for. Raises UserError."""
    quiz = class_round.quiz
    alphabet, similarity = setup.alphabet(quiz.source, quiz.alphabet), None
    if models.matcher(quiz.network) is None:
        _say(models.waiting(quiz.network))
        return None
    if quiz.look_alikes and (similarity := setup.similarity(alphabet, quiz.network)) is None:
        setup.wait_for_similarity_ui(alphabet, quiz.network)
        return None
    game = st.session_state["play:game"] = _game(person, quiz, class_round.limit, alphabet, similarity)
    return game


def _start_ui(person: Person, network: str) -> None:
    alphabet = setup.alphabet_ui()
    if alphabet is None:
        return
    setup.difficulty_ui(alphabet)
    matcher = models.matcher(network)
    seen = matcher.trained_on(alphabet.alphabets[0]) if matcher else None
    ready = matcher is not None
    similarity = None
    if matcher and choices.alike:
        similarity = setup.similarity(alphabet, network)
        ready = similarity is not None
    words = (
        f"You see a drawing. Find the same character among {choices.ways}, drawn by another person. "
        f"Then the network answers. {TRIALS_PER_ROUND} questions."
    )
    st.html(f'<p class="note">{words} &ensp;{cards.badge(seen) if matcher else ""}</p>')
    st.button(
        "Start",
        type="primary",
        on_click=_start,
        args=(person, network, alphabet, similarity),
        disabled=not ready,
        key="play:start",
    )
    if failure := st.session_state.pop("play:failure", ""):
        messages.error(failure)
    if not ready and matcher:
        setup.wait_for_similarity_ui(alphabet, network)


def _start(person: Person, network: str, alphabet: CharacterSet, similarity: np.ndarray | None) -> None:
    seed = choices.seed or random.randint(1, links.MAX_SEED)
    quiz = Quiz(choices.data, choices.alphabet, choices.ways, choices.alike, seed, network)
    try:
        st.session_state["play:game"] = _game(person, quiz, int(choices.limit), alphabet, similarity)
    except UserError as error:
        st.session_state["play:failure"] = str(error)


def _game(person: Person, quiz: Quiz, limit: int, alphabet: CharacterSet, similarity: np.ndarray | None) -> Game:
    """A round at its first question that is not answered. Raises UserError."""
    trials = rounds.quiz_trials(alphabet, quiz, similarity)
    round_id, answered = class_store.store().begin_round(person, quiz)
    known = {place: (one.right, one.network_right) for place, one in answered.items()}
    game = Game(person, quiz, limit, round_id, alphabet, trials, known)
    game.next()
    return game


def _question_ui(game: Game) -> None:
    waiting = game.choice is None and game.seconds_left > 0
    if game.choice is None and not waiting:
        _answer(TOO_LATE)
    wake.at("question", time.monotonic() + game.seconds_left if waiting else math.inf)
    matcher = models.matcher(game.quiz.network)
    support, query = game.support, int(game.trials.query[game.place])
    if matcher and game.match is None:
        matcher.embed_ahead(support)
    answered = game.choice is not None
    with st.container(key="play_question"):
        head, side = st.columns([1, 2], gap="small", vertical_alignment="center")
        drawing = cards.card_of(game.alphabet.drawings([query])[0], "the character to find")
        head.html(f'<div class="asked">{drawing}</div>')
        with side:
            st.html(_progress(game))
            if answered:
                st.html(_verdict(game))
                st.button("Next", type="primary", on_click=game.next, shortcut="Enter", key="play:next")
            else:
                st.html(_clock(game))
        if game.failure:
            messages.error(game.failure)
        marks: dict[int, list[str]] = {}
        if answered and game.match is not None:
            if game.choice not in (game.answer, TOO_LATE):
                marks[game.choice] = ["wrong"]
            marks[game.answer] = ["right"]
            marks.setdefault(game.match.best, []).append("network")
        picture_buttons_ui("play_quiz", support[:, 0], _answer, disabled=answered or matcher is None, marks=marks)
    if answered and game.match is not None:
        rows = game.trials.support[game.place]
        characters = [game.alphabet.characters[index] for index in game.alphabet.character_of[rows[:, 0]]]
        cards.pictures(game.alphabet, rows)
        st.html('<p class="note">What the network compared, the most similar first.</p>')
        tiles = cards.tiles(characters, rows, game.match, None, game.answer, by_similarity=True, limit=SCORES_SHOWN)
        st.html(f'<div class="scores">{tiles}</div>')


def _answer(choice: int) -> None:
    game: Game = st.session_state["play:game"]
    matcher = models.matcher(game.quiz.network)
    if game.choice is not None or matcher is None:
        return
    seconds = time.monotonic() - game.shown_at
    if game.seconds_left <= 0:
        choice = TOO_LATE
    match = matcher.match(game.alphabet.drawings([game.trials.query[game.place]])[0], game.support)
    right = choice == game.answer, match.best == game.answer
    try:
        class_store.store().answer(game.person, game.round_id, game.place, choice, *right, seconds)
    except UserError as error:
        game.failure = str(error)
        return
    game.failure, game.choice, game.match = "", choice, match
    game.results[game.place] = right


def _progress(game: Game) -> str:
    """HTML: the number of the question, and the points so far."""
    counts = game.comparison
    people, network = (counts.people.right, counts.network.right) if counts else (0, 0)
    return (
        f'<p class="line"><span>Question {game.place + 1} of {TRIALS_PER_ROUND}</span> <span class="points">'
        f'<b class="people">You {people}</b> <b class="network">Network {network}</b></span></p>'
    )


def _clock(game: Game) -> str:
    """HTML of the clock, which runs in the browser alone."""
    gone = time.monotonic() - game.shown_at
    bar = ""
    if game.limit:
        bar = f'<span class="left" style="animation-duration:{game.limit:.0f}s;animation-delay:-{gone:.1f}s"></span>'
    seconds = f'<span class="seconds" style="animation-delay:-{gone:.1f}s"></span>'
    return f'<div class="clock" role="timer"><p>Which one is it?</p>{seconds}{bar}</div>'


def _verdict(game: Game) -> str:
    """HTML: who was right."""
    index = game.alphabet.character_of[game.trials.support[game.place, game.answer, 0]]
    name = cards.spoken(game.alphabet.characters[index])
    right, network_right = game.results[game.place]
    if game.choice == TOO_LATE:
        person = '<span class="wrong">Too late</span>'
    else:
        person = '<span class="right">Right</span>' if right else '<span class="wrong">Wrong</span>'
    network = "The network was right" if network_right else "The network was wrong"
    if right != network_right:
        network += ": a point for you" if right else ": a point for it"
    return f'<p class="verdict" aria-live="polite">{person}: this is {name}. {network}.</p>'


def _end_ui(game: Game, class_round: ClassRound | None) -> None:
    comparison = game.comparison
    if comparison is None:
        _say("The time is up.")
    else:
        you, it = comparison.people.right, comparison.network.right
        words = (
            "You beat the network" if you > it else "The network won" if you < it else "You and the network are even"
        )
        st.html(f'<div class="answer"><p class="sentence">{words}<small>, {you} to {it}.</small></p></div>')
        st.html(results.comparison_html(comparison, "You"))
        name = html.escape(cards.alphabet_name(game.quiz.alphabet))
        kind = "look-alikes of " if game.quiz.look_alikes else ""
        st.html(
            f'<p class="note">{kind}{name}, {game.quiz.ways}-way 1-shot, {comparison.people.trials} trials, '
            f"seed {game.quiz.seed}, with 95{results.NO_BREAK}% intervals, which are wide after one round. "
            f"{results.LITERATURE}</p>"
        )
    if class_round is None:
        st.button("Play again", type="primary", on_click=_again, key="play:again", shortcut="Enter")
    else:
        over_ui(class_round)
    if everyone := class_store.snapshot().quiz:
        st.html('<p class="note">All 20-way rounds of the class, without look-alikes, against the shipped network:</p>')
        st.html(results.comparison_html(everyone, "The class"))


def _say(sentence: str) -> None:
    st.html(f'<div class="answer"><p class="sentence">{html.escape(sentence)}</p></div>')


def _again() -> None:
    st.session_state["play:game"] = None
    choices.seed = 0
