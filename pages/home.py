"""Start: what one-shot learning is, a worked example, and the status of network and data."""

from __future__ import annotations

import html

import streamlit as st

from siamese.data import omniglot, support
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.ui import cards, datasets, join, messages, models, page, worksheets
from siamese.ui.home import look_up, steps
from siamese.ui.home.trials import show_trial
from siamese.ui.server_paths import without_paths

ALPHABET, WAYS, QUERY_WAY, QUERY_DRAWER = "Kannada", 6, 2, 2
"""The worked example: the first characters of an alphabet that the shipped network was not trained on, and as the query
the third of them by another drawer."""


def example_ui(characters: CharacterSet) -> None:
    """One trial as pictures, with the network's own answer."""
    chosen = support.build(characters, characters.members(ALPHABET)[:WAYS], drawer=1, shots=1)
    matcher = models.matcher()
    seen = matcher.trained_on(characters.alphabet(ALPHABET)) if matcher else None
    st.html(f'<p class="note">Example: {ALPHABET}, a script from India &ensp;{cards.badge(seen)}</p>')
    show_trial(characters, chosen, characters.row(chosen.characters[QUERY_WAY], QUERY_DRAWER), QUERY_WAY, matcher)


def omniglot_words(state: omniglot.State) -> str:
    """What can be read of Omniglot, what is missing, or why nothing can be read."""
    if state.problem:
        return "Not installed (optional)" if state.problem == omniglot.MISSING else without_paths(state.problem)
    if not state.imported:
        return "being imported"
    missing = f"; missing: {', '.join(state.missing)}" if state.missing else ""
    return f"ready: {len(state.alphabets)} alphabets, {state.characters:,} characters, 20 people{missing}"


def status_ui(builtin: CharacterSet) -> None:
    """Network, device and data, and the download of Omniglot."""
    network = "ready" if models.matcher() else models.failure() or "loading"
    installed = datasets.omniglot_state()
    rows = {
        "Network": network,
        "Runs on": models.device() or "not known yet",
        "Built-in data": f"ready: {len(builtin.alphabets)} alphabets, {len(builtin.characters):,} characters",
        "Omniglot": omniglot_words(installed),
    }
    entries = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>" for name, value in rows.items())
    st.html(f'<dl class="status">{entries}</dl>')
    if installed.problem or (installed.imported and installed.missing):
        datasets.download_ui()


page.opening(
    "One-shot learning",
    "People can see a character once and recognise it in someone else's handwriting. So can this network. "
    "It was never trained on the alphabet below. "
    "It only learned to judge whether two drawings show the same character.",
)
if join.open_to_others():
    join.join_ui()
with st.container(key="first_step", horizontal=True, vertical_alignment="center"):
    st.page_link("pages/recognise.py", label="Draw a character yourself", icon=":material/draw:")
    with st.container(key="lesson_link", width="content"):
        st.page_link("pages/lesson.py", label="A lesson of 45 minutes", icon=":material/school:")
page.wait_for_network()
try:
    builtin = datasets.loaded("builtin")
except UserError as error:
    messages.error(str(error))
    st.stop()
example_ui(builtin)
st.html(
    '<p class="lead">Koch\'s siamese network turns each drawing into 4,096 numbers and compares the two lists: one '
    "similarity from 0 to 1. To recognise a drawing, it compares it with one example of each character and answers "
    "with the most similar.</p>"
)
steps.steps_ui(builtin)
st.header("Worksheets", anchor=False)
worksheets.worksheets_ui(builtin)
st.header("Status", anchor=False)
status_ui(builtin)
look_up.look_up_ui()
