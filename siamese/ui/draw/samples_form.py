"""The form that chooses an alphabet from which samples are taken: data source and alphabet."""

from __future__ import annotations

import numpy as np
import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.data.support import Support
from siamese.ui import cards, models, state
from siamese.ui.draw.source_form import source_ui, take_import
from siamese.ui.draw.support_form import alphabet_ui, character_set_ui


def samples_form_ui(choices: state.Choices, network: str) -> tuple[CharacterSet, Support] | None:
    """The alphabet from which samples are taken: all drawings of it, or None after saying what is missing.

    choices: those of a page that declares data and alphabet.
    """
    take_import(choices)
    with st.container(key="choices"):
        alphabet, summary, more = st.columns([2, 2.4, 1], vertical_alignment="center")
    with more.popover("More", width="stretch"):
        source_ui(choices)
    characters = character_set_ui(choices)
    if characters is None:
        return None
    members = alphabet_ui(alphabet, choices, characters)
    matcher = models.matcher(network)
    seen = matcher.trained_on(characters.alphabet(choices.alphabet)) if matcher else None
    summary.html(f'<p class="note summary"><span>Samples of this alphabet &ensp;</span>{cards.badge(seen)}</p>')
    return characters, Support(members, np.zeros((len(members), 0), int), ())
