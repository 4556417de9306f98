"""Teach it: draw your own characters, one example each, and the network names new drawings of them at once."""

from __future__ import annotations

import pathlib

import numpy as np
import streamlit as st

from siamese.errors import UserError
from siamese.ui import cards, messages, models, page, state, teach
from siamese.ui.draw import paper
from siamese.ui.draw.paper import Given
from siamese.ui.recognise import answer
from siamese.ui.teach import controls, samples, sheet, sheet_check, taught
from siamese.ui.teach.draft import Draft


@st.fragment
def stage_ui(current: Draft, seen: bool | None) -> None:
    """Canvas, answer, name and tiles: all that changes when the pen is lifted."""
    if st.session_state.pop(taught.CHANGED, False):
        st.rerun()
    shown, rows = current.shown, current.rows
    with st.container(key="stage"):
        left, right = st.columns(2, gap="medium")
        with left:
            if shown:
                st.html(cards.strip(shown, rows))
            drawing, given = paper.paper_ui(taught.CANVAS, *examples, samples.HELP)
        match = None
        if matcher and len(shown) > 1 and drawing is not None:
            match = matcher.match(drawing, current.support())
        elif matcher and len(shown) > 1:
            matcher.embed_ahead(current.support())
        with right:
            if match:
                answer.answer(shown, match, "")
            else:
                answer.no_answer(instruction(current, drawing, given))
            if current.mine:
                taught.name_ui(given.drawing if given else None, drawing is not None)
            if shown:
                st.html(cards.tiles(shown, rows, match, seen))
            else:
                st.html('<p class="note">The characters that you teach will be here.</p>')


def instruction(current: Draft, drawing: np.ndarray | None, given: Given | None) -> str:
    """Why there is no answer, and what to do."""
    count = len(current.shown)
    if drawing is None:
        if given is not None:
            return given.words
        return "Draw one of these characters." if count > 1 else "Draw a character of your own, then type its name."
    if count > 1:
        return models.waiting(network)
    if not current.mine:
        return "This alphabet has one character; the network chooses from two or more."
    sample = f"A sample, {cards.character_name(given.character)}. " if given and given.character else ""
    if count:
        return f"{sample}Teach this one, too: the network chooses from two or more characters."
    return f"{sample}Type a name for this character, then press Teach."


page.opening(
    "Teach it",
    "Draw your own characters, one example of each, and name them. The network then names new drawings of them at "
    "once, without any training.",
    pathlib.Path(teach.__file__).with_name("style.css"),
    above_paper=True,
)
controls.take_import()
sheet.take_reading()
network = state.of(state.SHARED).network
with st.container(key="choices"):
    current = controls.controls_ui()
if current is None:
    st.stop()
try:
    examples = samples.support_set()
except UserError as error:
    messages.error(str(error))
    st.stop()
models.in_use_ui()
page.wait_for_network(network)
matcher = models.matcher(network)
seen = matcher.trained_on(current.characters.alphabets[current.place]) if matcher and current.characters else None
if current.characters is not None:
    cards.pictures(current.characters, np.concatenate(current.rows))
controls.summary(current, seen)
if current.mine and sheet.READ in st.session_state:
    sheet_check.check_ui()
else:
    stage_ui(current, seen)
    if current.mine:
        sheet.sheet_ui()
state.share("teach", "set")
