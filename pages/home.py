"""Start: what one-shot learning is, a worked trial, what is ready."""

from __future__ import annotations

import html

import numpy as np
import streamlit as st

from siamese.data import omniglot, support
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.ui import parts, resources
from siamese.ui.download import download_ui

# The worked trial: the first six characters of an alphabet that no training has seen, and a drawing of the third by another drawer.
TRIAL_ALPHABET, TRIAL_WAYS, TRIAL_WAY, TRIAL_DRAWER = "Kannada", 6, 2, 2


def trial_ui(characters: CharacterSet) -> None:
    """One trial as pictures, with the network's own answer."""
    chosen = support.build(characters, characters.members(TRIAL_ALPHABET)[:TRIAL_WAYS], drawer=1, shots=1)
    shown = [characters.characters[c] for c in chosen.characters]
    row = characters.row(chosen.characters[TRIAL_WAY], TRIAL_DRAWER)
    parts.pictures(characters, np.append(chosen.rows, row))
    matcher = resources.network().matcher
    match = matcher.match(characters.drawings([row])[0], characters.drawings(chosen.rows)[:, None]) if matcher else None
    seen = matcher.trained_on(characters.alphabet(TRIAL_ALPHABET)) if matcher else None
    query = f'<div class="query"><p class="note">Which is this?</p>{parts.card(row, "the drawing to recognise")}</div>'
    examples = f'<div class="support"><p class="note">One example of each</p>{parts.tiles(shown, chosen.rows, match, seen)}</div>'
    title = (
        f'<p class="note">A trial with {html.escape(parts.alphabet_name(TRIAL_ALPHABET))} &ensp;{parts.badge(seen)}</p>'
    )
    st.html(f'{title}<div class="trial">{query}{examples}</div>')
    if match:
        right = match.best == TRIAL_WAY
        parts.answer(
            shown,
            match,
            f'The answer is <span class="{"right" if right else "wrong"}">{"right" if right else "wrong"}</span>.',
        )
    else:
        parts.no_answer(
            resources.network().failure
            or "The network answers as soon as it is awake, some seconds after the server's start."
        )


def ready_ui(builtin: CharacterSet) -> None:
    """Model, data and device, and the download of Omniglot."""
    network = resources.network()
    model = "Koch's siamese network, awake" if network.matcher else network.failure or "waking up"
    have = "here: 50 alphabets, 1,623 characters, 20 drawers" if omniglot.available() else "not here; optional"
    rows = {
        "Network": model,
        "Runs on": network.device or "not known yet",
        "Built-in": f"{len(builtin.alphabets)} alphabets, {len(builtin.characters):,} characters, {len(builtin):,} drawings",
        "Omniglot": have,
    }
    st.html(
        f'<dl class="ready">{"".join(f"<dt>{html.escape(k)}</dt><dd>{html.escape(v)}</dd>" for k, v in rows.items())}</dl>'
    )
    if not omniglot.available():
        download_ui()


parts.opening(
    "One-shot learning",
    "See one example of a character, and know it when somebody else draws it: people can, and so can this network. "
    "Notice that it has never seen this alphabet; it has only learned to tell whether two drawings show the same character.",
)
parts.waking()
try:
    builtin = resources.character_set("builtin")
except UserError as error:
    st.error(str(error))
    st.stop()
trial_ui(builtin)
st.html(
    '<p class="lead">Koch\'s siamese network turns each of two drawings into 4,096 numbers by the same rules and weighs how far they are apart: '
    "one similarity from 0 to 1. To recognise a drawing, it compares it with one example of each character and answers with the most similar.</p>"
)
with st.container(key="first_step"):
    st.page_link("pages/recognise.py", label="Draw a character yourself", icon=":material/draw:")
st.subheader("What is ready", anchor=False)
ready_ui(builtin)
