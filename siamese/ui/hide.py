"""What a link or the teacher can hide from students, so that a page shows only what the lesson needs.

It is hidden by style: this keeps a lesson simple, and protects nothing.
"""

from __future__ import annotations

import streamlit as st

from siamese.ui import state, teacher

HIDEABLE = {
    "pages": (
        "The other pages",
        '[data-testid="stTopNavLink"], .st-key-phone_navigation, .st-key-first_step',
    ),
    "network": ("Network", ".st-key-network_choice"),
    "choices": (
        "What is compared",
        ".st-key-choices, .st-key-protocol_form, .st-key-play_setup, .st-key-play_difficulty",
    ),
    "samples": ("Samples", '[class*="_buttons"] [class*="-sample"], .st-key-pair_actions'),
    "pictures": ("Pictures", '[class*="_buttons"] [class*="-picture"]'),
}
"""By the name in a link: label and CSS selectors."""


def hide_ui() -> None:
    """Hide what the link says, except from the teacher."""
    hidden = [] if teacher.is_teacher() else state.of(state.SHARED).hide
    rules = "".join(f"{HIDEABLE[name][1]} {{ display: none !important; }}" for name in hidden)
    st.html(f"<style>:root {{ --hidden: {len(hidden)}; }} {rules}</style>")
