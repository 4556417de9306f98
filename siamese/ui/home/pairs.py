"""Steps on pairs: the network gives a similarity, and the order of the two drawings makes no difference."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.ui import cards, models, state

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher

ALPHABET = "Kannada"
"""The shipped network was not trained on it."""
PAIRS = {
    "same": ("One character, two people", (2, 1), (2, 2)),
    "alike": ("Characters that look alike", (0, 1), (1, 2)),
    "different": ("Different characters", (2, 1), (9, 2)),
}
"""Label of each pair, and (character in its alphabet, drawer) of its two drawings."""

choices = state.of("home")


def similarity_ui(builtin: CharacterSet, matcher: Matcher | None) -> None:
    """Step 3: two drawings, one number."""
    st.html(
        "<p>The network names nothing. It is shown two drawings and gives one number, from 0 to 1: their similarity. "
        "It was trained on pairs, to give a large number when both show the same character, even by two people, and a "
        "small one when they do not. Naming is then easy: compare the drawing with one example of each character, and "
        "take the most similar.</p>"
    )
    _pair_choice_ui()
    rows = _rows(builtin)
    cards.pictures(builtin, rows)
    _show(rows, _similarity(builtin, matcher, rows), digits=2)


def twins_ui(builtin: CharacterSet, matcher: Matcher | None) -> None:
    """Step 4: the same network sees both, so their order makes no difference."""
    st.html(
        "<p>Both drawings go through the same network with the same weights: two twins, hence a siamese network. Each "
        "drawing becomes 4,096 numbers, its embedding <i>h</i>. The similarity depends on how far the two embeddings "
        "are apart, number by number:</p>"
        '<p class="equation"><i>p</i>(<i>a</i>, <i>b</i>) = σ( Σ<sub><i>j</i></sub> <i>α<sub>j</sub></i> '
        "|<i>h<sub>j</sub></i>(<i>a</i>) − <i>h<sub>j</sub></i>(<i>b</i>)| + <i>β</i> )</p>"
        "<p>The weights <i>α</i> and <i>β</i> are learned; the sigmoid σ brings the sum between 0 and 1. Exchange the "
        "drawings: every distance stays what it was, and so does the similarity, to the last digit.</p>"
    )
    _pair_choice_ui()
    exchanged = st.toggle("Exchange the drawings", key="home:exchanged")
    rows = _rows(builtin)
    cards.pictures(builtin, rows)
    shown = rows[::-1] if exchanged else rows
    _show(shown, _similarity(builtin, matcher, shown), digits=8)
    if st.button("See both embeddings on Inside", icon=":material/neurology:", type="tertiary", key="home:inside"):
        state.of("inside").part = "pair"
        st.switch_page("pages/inside.py")


def _pair_choice_ui() -> None:
    st.segmented_control(
        "Pair",
        list(PAIRS),
        format_func=lambda pair: PAIRS[pair][0],
        required=True,
        key=choices.key("pair"),
        label_visibility="collapsed",
    )


def _rows(builtin: CharacterSet) -> np.ndarray:
    """Rows (2,) of the pair that was chosen."""
    members = builtin.members(ALPHABET)
    return np.array([builtin.row(members[character], drawer) for character, drawer in PAIRS[choices.pair][1:]])


def _similarity(builtin: CharacterSet, matcher: Matcher | None, rows: np.ndarray) -> float | None:
    if matcher is None:
        return None
    drawings = builtin.shared_drawings(rows)
    return float(matcher.match(drawings[0], drawings[1:, None]).similarity[0])


def _show(rows: np.ndarray, similarity: float | None, digits: int) -> None:
    first, second = (
        cards.card(int(row), f"the {place} drawing") for row, place in zip(rows, ("first", "second"), strict=True)
    )
    if similarity is None:
        words, bar = models.waiting(), 0.0
    else:
        figure = cards.number(similarity) if digits == 2 else f"{similarity:.{digits}f}"
        words, bar = f"similarity {figure}", similarity
    st.html(
        f'<div class="pair_shown">{first}{second}<div class="measure" aria-live="polite"><p>{html.escape(words)}</p>'
        f'<span class="bar"><span style="width:{bar:.1%}"></span></span></div></div>'
    )
