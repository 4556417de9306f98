"""One-shot learning in six steps, each a few sentences and something to try."""

from __future__ import annotations

import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.ui import models, state
from siamese.ui.home import pairs, trials

TITLES = ("New characters", "An office", "A similarity", "Twins", "A trial", "Never seen")

LINK = ("step", "ways", "seed", "person", "pair")

choices = state.of("home")


@st.fragment
def steps_ui(builtin: CharacterSet) -> None:
    """The step that was chosen: its text, and what changes with each click there."""
    shows = (
        trials.new_character_ui,
        trials.office_ui,
        pairs.similarity_ui,
        pairs.twins_ui,
        trials.trial_ui,
        trials.unseen_ui,
    )
    for name in LINK:  # Streamlit forgets the value of a widget that another step shows, but not one that is set here
        setattr(choices, name, getattr(choices, name))
    st.header("One-shot learning in six steps", anchor=False)
    st.segmented_control(
        "Step",
        range(1, len(TITLES) + 1),
        format_func=lambda step: f"{step}. {TITLES[step - 1]}",
        required=True,
        key=choices.key("step"),
        label_visibility="collapsed",
    )
    with st.container(key="home_step"):
        shows[choices.step - 1](builtin, models.matcher())
    with st.container(horizontal=True):
        st.button("Back", on_click=_go, args=(-1,), disabled=choices.step == 1, key="home:back")
        st.button("Next step", on_click=_go, args=(1,), disabled=choices.step == len(TITLES), key="home:next")
    state.share("home", *LINK)


def _go(by: int) -> None:
    choices.step += by
