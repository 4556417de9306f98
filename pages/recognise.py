"""Recognise: draw a character, and the network says which of N it is from one example each."""

from __future__ import annotations

import dataclasses
import html

import numpy as np
import streamlit as st

from siamese.config import SIDE
from siamese.data import ink, omniglot, support
from siamese.data.characters import Character, CharacterSet
from siamese.errors import UserError
from siamese.evaluation.baselines import PixelNearest
from siamese.ui import parts, resources, state
from siamese.ui.draw import canvas
from siamese.ui.train import use

PAPER = "recognise"
DATA_NAMES = {"builtin": "Built-in", "omniglot": "Omniglot"}
WHICH_NAMES = {"first": "The first N", "shuffled": "Shuffled", "picked": "Hand-picked"}


@dataclasses.dataclass(frozen=True)
class Given:
    """A drawing that was not made on the canvas, or why there is none: a sample, whose character is known, or an upload."""

    words: str
    drawing: np.ndarray | None = None
    character: Character | None = None


def choices_ui() -> tuple[CharacterSet, support.Support] | None:
    """The support set as chosen, or None after saying what is missing."""
    session = st.session_state
    data, alphabet, ways, more = st.columns([1.7, 2, 2, 1.2], vertical_alignment="bottom")
    data.segmented_control("Data", state.DATA, format_func=DATA_NAMES.get, required=True, key="data")
    if session.data == "omniglot" and not omniglot.available():
        st.info(
            "Omniglot, with its 50 alphabets and 20 drawers, is optional and not here yet: **Start** downloads it with one click."
        )
        return None
    try:
        characters = resources.character_set(session.data)
    except UserError as error:
        st.error(str(error))
        return None
    names = [a.name for a in characters.alphabets]
    if session.alphabet not in names:
        session.alphabet = state.CHOICES["alphabet"].default
    members = characters.members(alphabet.selectbox("Alphabet", names, format_func=parts.alphabet_name, key="alphabet"))
    session.n = min(session.n, len(members))
    ways.slider("How many characters (N)", 2, len(members), key="n", disabled=session.which == "picked")
    with more.popover("More choices", width="stretch"):
        chosen = which_ui(characters, members)
        drawers = support.common_drawers(characters, chosen)
        most = min(state.MOST_SHOTS, len(drawers))
        session.shots = min(session.shots, most)
        if session.drawer not in drawers:
            session.drawer = drawers[0]
        st.segmented_control("Drawings of each character (shots)", range(1, most + 1), required=True, key="shots")
        st.selectbox("Drawn by drawer", drawers, key="drawer")
        use.choose_ui()
    return characters, support.build(characters, chosen, session.drawer, session.shots)


def which_ui(characters: CharacterSet, members: tuple[int, ...]) -> tuple[int, ...]:
    """The characters of the support set, two at least."""
    session = st.session_state
    st.segmented_control("Which characters", state.WHICH, format_func=WHICH_NAMES.get, required=True, key="which")
    if session.which == "shuffled":
        st.number_input("Seed of the shuffle", 0, 9999, key="seed", help="The same seed gives the same characters.")
    elif session.which == "picked":
        names = [parts.character_name(characters.characters[member]) for member in members]
        session.picked = [place for place in session.picked if place < len(members)]
        st.multiselect(
            "Characters",
            range(len(members)),
            format_func=names.__getitem__,
            key="picked",
            placeholder="Pick two or more",
        )
    chosen = support.choose_characters(members, session.n, session.which, session.seed, session.picked)
    return chosen if len(chosen) >= 2 else members[:2]


def take_sample(characters: CharacterSet, chosen: support.Support) -> None:
    sample = support.sample_query(characters, chosen, np.random.default_rng())
    canvas.clear(PAPER)
    if sample is None:
        st.session_state.given = Given("There is no sample: every drawer of these characters is in the support set.")
        return
    character, row = sample
    words = f"A sample by drawer {characters.drawer_of[row]}"
    st.session_state.given = Given(words, characters.drawings([row])[0], characters.characters[character])


def take_upload() -> None:
    from siamese.data import photograph  # takes a second to import, and most visitors draw

    upload = st.session_state[f"upload {st.session_state.uploads}"]
    if upload is None:  # taken away again
        return
    st.session_state.uploads += 1  # an uploader under a new key is empty again
    canvas.clear(PAPER)
    try:
        st.session_state.given = Given("Your picture", photograph.draw_image(upload.getvalue()))
    except ink.InkError as error:
        st.session_state.given = Given(str(error))


def clear() -> None:
    canvas.clear(PAPER)
    st.session_state.given = None


def paper_ui(characters: CharacterSet, chosen: support.Support) -> tuple[np.ndarray | None, Given | None]:
    """Canvas and buttons; the drawing, if there is one, and what was given in its place."""
    session = st.session_state
    session.setdefault("given", None)
    session.setdefault("uploads", 0)
    with st.container(key="paper", width=canvas.SIDE):
        json_data = canvas.canvas(PAPER)
    if json_data:
        session.given = None
    parts.lay_paper("paper", session.given and session.given.drawing)
    with st.container(horizontal=True, gap="small", width=canvas.SIDE):
        st.button("Clear", on_click=clear, disabled=not (json_data or session.given), width="stretch")
        st.button("Undo", on_click=canvas.undo, args=(PAPER,), disabled=not json_data, width="stretch")
        with st.popover("Upload", width="stretch"):
            st.file_uploader(
                "A picture of one character (PNG, JPEG or WEBP, 5 MB at most)",
                ["png", "jpg", "jpeg", "webp"],
                key=f"upload {session.uploads}",
                on_change=take_upload,
            )
    st.button("Use a sample drawing", on_click=take_sample, args=(characters, chosen), width=canvas.SIDE)
    try:
        return (
            ink.draw_strokes(ink.canvas_strokes(json_data, canvas.SIDE))
            if json_data
            else session.given and session.given.drawing
        ), session.given
    except ink.InkError as error:
        return None, Given(str(error))


@st.fragment
def stage_ui(characters: CharacterSet, chosen: support.Support, seen: bool | None) -> None:
    """Canvas, answer and tiles: all that changes when the pen is lifted."""
    shown = [characters.characters[c] for c in chosen.characters]
    with st.container(key="stage"):
        left, right = st.columns(2, gap="medium")
        with left:
            drawing, given = paper_ui(characters, chosen)
        shots = characters.drawings(chosen.rows).reshape(*chosen.rows.shape, SIDE, SIDE)
        matcher = resources.network(st.session_state.network).matcher
        match = matcher.match(drawing, shots) if matcher and drawing is not None else None
        with right:
            if match:
                parts.answer(shown, match, verdict(given, shown, match.best))
            else:
                parts.no_answer(no_answer(given, drawing, shown))
            st.toggle("Most similar first", key="sorted")
            st.html(parts.tiles(shown, chosen.rows, match, seen, st.session_state.sorted))
    nearest = None
    if match:
        scorer = PixelNearest()
        nearest = (
            scorer.compare(scorer.prepare(drawing[None]), scorer.prepare(shots.reshape(-1, SIDE, SIDE)))
            .reshape(chosen.rows.shape)
            .mean(axis=1)
        )
    sees = matcher.twin_input(drawing[None])[0] if matcher and drawing is not None else None
    parts.why(drawing, sees, shown, chosen.rows, match, nearest)
    state.share(*LINK)


def verdict(given: Given | None, shown: list[Character], best: int) -> str:
    """HTML: whether the answer to a sample is right."""
    if given is None:
        return ""
    if given.character is None:
        return f"{html.escape(given.words)}."
    truth = parts.spoken(given.character)
    if given.character not in shown:
        return f"{html.escape(given.words)} of {truth}, which is not in the support set."
    right = shown[best] == given.character
    return f'{html.escape(given.words)} of {truth}: <span class="{"right" if right else "wrong"}">{"right" if right else "wrong"}</span>.'


def no_answer(given: Given | None, drawing: np.ndarray | None, shown: list[Character]) -> str:
    """Why there is no answer, and what to do."""
    if drawing is not None:
        return (
            resources.network(st.session_state.network).failure or "The answer comes as soon as the network is awake."
        )
    if given:
        return given.words
    return f"Draw one of these {len(shown)} characters, and the network says which it is."


LINK = ("data", "alphabet", "n", "which", "seed", "picked", "shots", "drawer", "sorted", "presenter", "network")

parts.opening(
    "Recognise",
    "Draw one of the characters shown: the network, which has one example of each to go by, says which it is. "
    "Notice the badge: it may never have seen this alphabet before.",
)
with st.container(key="choices"):
    choice = choices_ui()
if choice is None:
    st.stop()
use.in_use_ui()
parts.waking(st.session_state.network)
matcher = resources.network(st.session_state.network).matcher
characters, chosen = choice
alphabet = characters.alphabet(characters.characters[chosen.characters[0]].alphabet)
seen = matcher.trained_on(alphabet) if matcher else None
parts.pictures(characters, chosen.rows)
parts.summary(alphabet, chosen, seen)
stage_ui(characters, chosen, seen)
