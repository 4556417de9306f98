"""Worksheets to print: the one-shot test on paper, on Start, and the grid for own alphabets, on Start and Teach.

A PDF is made when its button is pressed, not when the page is.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.data.printed_grid import GRIDS
from siamese.ui import cards, links
from siamese.ui.downloads import file_name

ALPHABET, SEED, PAPER = "worksheet alphabet", "worksheet seed", "worksheet paper"
"""Session keys."""
_PAPERS = ("A4", "Letter")
_WAYS = 20
_NARROW, _WIDE = 120, 240  # px


def worksheets_ui(characters: CharacterSet) -> None:
    """Both worksheets, with the choices of the test."""
    st.html(
        '<p class="note">For people without a device, and for comparison with the network: a 20-way one-shot test, its '
        "key on the last page; and a sheet of boxes for characters of your own, which Teach reads from a photograph."
        "</p>"
    )
    names = [a.name for a in characters.alphabets if len(characters.members(a.name)) >= _WAYS]
    with st.container(key="worksheets", horizontal=True, vertical_alignment="bottom", gap="small"):
        start = names.index("Kannada")
        st.selectbox("Alphabet", names, start, format_func=cards.alphabet_name, key=ALPHABET, width=_WIDE)
        st.number_input(
            "Seed", 0, links.MAX_SEED, 1, help="Another seed gives other questions.", key=SEED, width=_NARROW
        )
        paper_ui(PAPER)
        alphabet, seed, paper = (st.session_state[key] for key in (ALPHABET, SEED, PAPER))
        _download("Test on paper", lambda: _test(characters, alphabet, seed, paper), f"test-{alphabet}-{seed}")
        grid_buttons_ui(paper)


def paper_ui(key: str) -> None:
    """The choice of the paper's size."""
    st.selectbox("Paper", _PAPERS, key=key, width=_NARROW)


def grid_buttons_ui(paper: str) -> None:
    """A button for each number of boxes."""
    for boxes in GRIDS:
        _download(f"Sheet of {boxes} boxes", lambda boxes=boxes: _grid(boxes, paper), f"sheet-of-{boxes}-boxes")


def _download(label: str, make: Callable[[], bytes], name: str) -> None:
    st.download_button(label, make, f"{file_name(name)}.pdf", "application/pdf", on_click="ignore")


def _test(characters: CharacterSet, alphabet: str, seed: int, paper: str) -> bytes:
    from siamese.classroom.worksheets import paper_test  # its library takes a while to import

    return paper_test(characters, alphabet, seed, paper=paper)


def _grid(boxes: int, paper: str) -> bytes:
    from siamese.classroom.worksheets import grid_sheet

    return grid_sheet(boxes, paper)
