"""Which network answers this visitor: the shipped one, or one that was trained in class, which every page that uses it says."""

from __future__ import annotations

import html

import streamlit as st

from siamese.errors import UserError
from siamese.runs import control, record
from siamese.ui.train.words import class_badge


def trained() -> dict[str, str]:
    """Run id -> name of the runs that have weights, newest first."""
    found = {}
    for run in record.every():
        try:
            control.weights(run.id)
        except UserError:
            continue
        found[run.id] = run.name
    return found


def choose_ui() -> None:
    """The choice, where there is one."""
    names = trained()
    if names:
        st.selectbox("Network", ["", *names], format_func=lambda run: names.get(run, "The shipped one"), key="network")


def in_use_ui() -> None:
    """While a network trained in class answers: a badge that cannot be missed, and the way back."""
    run_id = st.session_state.network
    with st.container(
        key="in_use", horizontal=True, vertical_alignment="center"
    ):  # there in any case, so that nothing below is remounted
        if run_id:
            name = html.escape(record.read(run_id).name)
            st.html(
                f'<p class="line">{class_badge()} <span>Answered by <b>{name}</b>, not by the shipped network.</span></p>'
            )
            st.button("Back to the shipped network", on_click=_back)


def _back() -> None:
    st.session_state.network = ""
