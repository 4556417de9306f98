"""Train: watch and control a network that learns to tell characters apart, in a process of its own."""

from __future__ import annotations

import pathlib

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from siamese import runs
from siamese.errors import UserError
from siamese.ui import cards, messages, page, state
from siamese.ui.train import labels, observations, run_list, setup, shown_run

STYLE = pathlib.Path(setup.__file__).with_name("style.css")
choices = state.of("train")


def view_ui() -> str:
    """The part of the page that is shown, one of `labels.VIEWS`."""
    st.segmented_control(
        "View",
        list(labels.VIEWS),
        format_func=labels.VIEWS.get,
        required=True,
        key=choices.key("view"),
        label_visibility="collapsed",
    )
    return choices.view


def view_container(view: str) -> DeltaGenerator:
    """Each view has a place of its own: what is left of the one before vanishes (see style.css) and pushes nothing."""
    for _ in range(list(labels.VIEWS).index(view)):
        st.empty()
    return st.container(key=f"train_view_{view}")


def empty_ui() -> None:
    """What will appear once there is a run."""
    st.html(
        '<div class="answer waiting"><p class="sentence">The curves will appear here.</p>'
        '<p class="note">How often the network is right in 20-way trials, on alphabets it is trained on '
        f"{cards.badge(True)} and on others {cards.badge(False)}; its loss; and what it sees. "
        "Start one under New run.</p></div>"
    )


def run_ui(statuses: list[runs.Status]) -> None:
    """One run: its progress, curves and observations, and what can be done with its weights."""
    run_id = run_list.choose_ui(statuses)
    status = shown_run.find(run_id)
    if status is None or status.run is None:
        st.rerun()  # it was deleted just now: another is shown
    observations.pictures_ui(status.run)
    shown_run.watch_ui(run_id)
    run_list.actions_ui(status)


def train_ui() -> None:
    """The page below its head."""
    statuses = runs.statuses()
    setup.prepare_choices(bool(statuses))
    view = view_ui()
    with view_container(view):
        if view == "new":
            setup.setup_ui()
        elif view == "all" and statuses:
            run_list.table_ui(statuses, choices.run)
        elif any(status.run for status in statuses):
            run_ui(statuses)
            return  # which follows the runs by itself
        elif statuses:
            run_list.table_ui(statuses)
        else:
            empty_ui()
        shown_run.notice_ui()


page.opening(
    "Train",
    "Start a network that knows nothing and watch it learn to tell characters apart. The trial next to the curves has "
    "characters that it is never trained on, and yet more and more of its answers are right.",
    STYLE,
)
try:
    train_ui()
except UserError as error:
    messages.error(str(error))
state.share("train", "view", "preset", "data", "run")
