"""A company of ten, each with one signature on file: is this the signature in the file, and whose is it?"""

from __future__ import annotations

import dataclasses
import html
import threading
from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from cachetools import LRUCache, cached

from siamese.config import SIDE
from siamese.data import office
from siamese.data.characters import Character, CharacterSet
from siamese.data.support import Support
from siamese.errors import UserError
from siamese.ui import cards, datasets, messages, models, state
from siamese.ui.draw import canvas, paper
from siamese.ui.draw.paper import Given
from siamese.ui.verify import answer

if TYPE_CHECKING:
    from siamese.network.matcher import Match

PAPER = "verify_company"
"""The name of the paper."""
NAME = "verify:name"
"""Session key of the text field for the name of a person who joins."""
HANDWRITING = (
    "The network compares what is written, not the handwriting: it was trained to ignore who drew. "
    "So it accepts these initials from anybody, and cannot detect a forgery."
)
INVITATION = "Sign with the initials of a person on file, or with your own. Or press Sample."
EMPTY = "Nobody is on file. Draw your initials, type your name, and press Put on file."

choices = state.of("verify")


@dataclasses.dataclass
class _File:
    """What a visitor has on file; the drawing on the paper; what the last attempt to put one on file gave."""

    people: CharacterSet
    drawing: np.ndarray | None = None
    problem: str = ""
    joined: str = ""


def _file() -> _File:
    if "verify:file" not in st.session_state:
        st.session_state["verify:file"] = _File(ten())
    return st.session_state["verify:file"]


def ten() -> CharacterSet:
    """The ten people, made once per server. Raises UserError when the built-in alphabets are missing."""
    return _ten(datasets.version("builtin"))


@cached(LRUCache(1), condition=threading.Condition())
def _ten(version: Hashable) -> CharacterSet:
    return office.company(datasets.loaded("builtin"))


@st.fragment
def company_ui(network: str) -> None:
    """The paper, both answers, the file, and how to join: all that changes when the pen is lifted."""
    file, matcher = _file(), models.matcher(network)
    people = file.people
    rows = office.rows_on_file(people)
    chosen = Support(tuple(range(len(rows))), rows, (office.ON_FILE,))
    cards.pictures(people, rows)
    match = None
    with st.container(key="company", horizontal=True, gap="medium"):
        with st.container(key=f"{PAPER}_side", width=canvas.SIDE):
            file.drawing, given = paper.paper_ui(PAPER, people, chosen)
        with st.container(key="company_answer"):
            claim = _claim_ui(people)
            if matcher and file.drawing is not None and len(rows):
                match = matcher.match(file.drawing, people.drawings(rows).reshape(-1, 1, SIDE, SIDE))
            limit = answer.signature_threshold(matcher.record if matcher else {})
            if match is None:
                answer.show(html.escape(_instruction(network, file, given)), "", None, limit)
            else:
                _answers_ui(match, people.characters, claim, given, limit)
            _join_ui(file)
    truth = people.characters.index(given.character) if given and given.character in people.characters else None
    tiles = cards.tiles(people.characters, rows, match, None, truth)
    st.html(
        f'<h2 class="on_file">On file: one signature each</h2>{tiles}<p class="note handwriting">{HANDWRITING}</p>'
        f'<p class="note handwriting">The threshold is {limit.similarity:.2f}. {html.escape(limit.origin)}</p>'
    )
    state.share("verify", "part", "person")


def _claim_ui(people: CharacterSet) -> int:
    """The person whose signature the drawing is compared with."""
    names = [character.name for character in people.characters]
    choices.person = min(choices.person, max(0, len(names) - 1))
    if not names:  # a list without options would set the choice to None
        return 0
    st.selectbox(
        "Is this the signature of", range(len(names)), format_func=names.__getitem__, key=choices.key("person")
    )
    return choices.person


def _instruction(network: str, file: _File, given: Given | None) -> str:
    """Why there is no answer, and what to do."""
    if given is not None and given.drawing is None:
        return given.words
    if not file.people.characters:
        return EMPTY
    if file.drawing is None:
        return f"{file.joined} is on file now. Sign again: one example is enough." if file.joined else INVITATION
    return models.waiting(network)


def _answers_ui(
    match: Match, people: tuple[Character, ...], claim: int, given: Given | None, limit: answer.Threshold
) -> None:
    """Both answers: whether it is the signature of the person named, and whose it is."""
    similarity, name = float(match.similarity[claim]), html.escape(people[claim].name)
    words = f"{'Yes, this is' if limit.same(similarity) else 'No, this is not'} the signature of {name}"
    rest = f"similarity {cards.number(similarity)}, threshold {limit.similarity:.2f}."
    note = f"{whose(match, people, limit)} {verdict(given)}"
    answer.show(f"{words}<small>, {rest}</small>", note, similarity, limit)


def whose(match: Match, people: tuple[Character, ...], limit: answer.Threshold) -> str:
    """HTML: who of the company signed, in a sentence."""
    best, similarity = html.escape(people[match.best].name), float(match.similarity[match.best])
    if not limit.same(similarity):
        return f"<b>Who is it? Nobody on file</b>: even the most similar, {best}, has {cards.number(similarity)}."
    second = f"; the next best has {cards.number(similarity - match.margin)}" if len(people) > 1 else ""
    return f"<b>Who is it? {best}</b>, similarity {cards.number(similarity)}{second}."


def verdict(given: Given | None) -> str:
    """HTML: what a sample shows."""
    if given is None or given.character is None:
        return ""
    return f"The sample has the initials of {html.escape(given.character.name)}, {html.escape(given.words)}."


def _join_ui(file: _File) -> None:
    """Put the drawing on file under a name; take someone off it."""
    with st.container(key="company_join", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "A new person signs", key=NAME, placeholder="Initials or name", max_chars=office.MAX_NAME_CHARACTERS
        )
        st.button("Put on file", on_click=join, disabled=file.drawing is None)
        with st.popover("More"):
            name = file.people.characters[choices.person].name if file.people.characters else ""
            st.button(f"Remove {messages.escape(name)}", on_click=remove, disabled=not name)
            st.button("Empty the file", on_click=_replace, args=(office.EMPTY,), disabled=not name)
            st.button("The ten people again", on_click=_replace, args=(None,))
    if file.problem:
        messages.error(file.problem)


def join() -> None:
    """Put the drawing on the paper on file, and clear the paper."""
    file, name = _file(), st.session_state[NAME].strip()
    try:
        file.people = office.joined(file.people, name, file.drawing)
    except UserError as error:
        file.problem = str(error)
        return
    file.problem, file.joined, st.session_state[NAME] = "", name, ""
    choices.person = len(file.people.characters) - 1
    paper.clear(PAPER)


def remove() -> None:
    """Take the person chosen off the file."""
    file = _file()
    file.people, file.joined, file.problem = office.without(file.people, choices.person), "", ""


def _replace(people: CharacterSet | None) -> None:
    """Another file; None for the ten people."""
    st.session_state["verify:file"] = _File(ten() if people is None else people)
