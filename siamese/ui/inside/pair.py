"""Two embeddings: their weighted differences, which add up to the logit."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from siamese.data.characters import CharacterSet
from siamese.data.support import Support
from siamese.evaluation.probability import sigmoid
from siamese.figures import contributions as figures
from siamese.ui import cards, charts, models, state
from siamese.ui.draw import canvas, paper
from siamese.ui.inside import pictures

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher

PAPERS = {"inside": "First drawing", "inside_second": "Second drawing"}
"""The first paper is that of the other parts, too: a drawing is kept."""
VALUES_SHOWN = 8
"""The values of the embedding that the table lists."""
INSTRUCTION = "Make two drawings to see how their embeddings become a similarity."
ALT = "The sum of bias and contributions, value by value: it begins at the bias and ends at the logit."


@st.fragment
def pair_ui(network: str, characters: CharacterSet, chosen: Support) -> None:
    """Both papers, and how their similarity adds up: all that changes when the pen is lifted."""
    matcher, drawings, problems = models.matcher(network), [], []
    with st.container(key="inside_pair", horizontal=True, gap="medium"):
        for name, title in PAPERS.items():
            with st.container(key=f"{name}_side", width=canvas.SIDE):
                st.html(f'<p class="note side">{title}</p>')
                drawing, given = paper.paper_ui(name, characters, chosen)
                drawings += [] if drawing is None else [drawing]
                problems += [given.words] if drawing is None and given else []
        with st.container(key="inside_answer"):
            if matcher is None or len(drawings) < len(PAPERS):
                words = models.waiting(network) if len(drawings) == len(PAPERS) else INSTRUCTION
                words = problems[0] if problems else words
                st.html(f'<p class="note" aria-live="polite">{html.escape(words)}</p>')
            else:
                _sum_ui(matcher, np.stack(drawings))
    state.share("inside", "part", "data", "alphabet")


def _sum_ui(matcher: Matcher, drawings: np.ndarray) -> None:
    from siamese.network.explain import contributions

    first, second = matcher.embeddings(drawings)
    parts, bias = contributions(matcher, first, second), matcher.head_bias
    st.html(f'<p class="formula" aria-live="polite">{sentence(parts, bias)}</p>')
    st.html(f'<div class="numbers">{squares(first, second, parts)}</div>')
    charts.chart(figures.logit(parts, bias, charts.dark(), charts.scale()), "logit", ALT)
    ranked = figures.order(parts)[:VALUES_SHOWN]
    rows = [
        [f"{i + 1:,}", *(f"{value:.3f}" for value in (first[i], second[i], abs(first[i] - second[i]))), weight, part]
        for i, weight, part in ((i, signed(matcher.head_weights[i]), signed(parts[i])) for i in ranked)
    ]
    head = ("value", "first drawing", "second drawing", "difference", "× weight", "= contribution")
    st.html(f'<div class="scrolled">{cards.table(head, rows)}</div>')


def squares(first: np.ndarray, second: np.ndarray, parts: np.ndarray) -> str:
    """HTML: two embeddings (d,) and their contributions as squares, row by row."""
    shown = (
        (first, 1.0, "First embedding", "the first embedding"),
        (second, 1.0, "Second embedding", "the second embedding"),
        (parts, 0.0, "Contributions: blue adds, orange subtracts", "what each value adds to the logit"),
    )
    return "".join(
        pictures.card(pictures.url(pictures.square(values), largest), alt, caption)
        for values, largest, caption, alt in shown
    )


def sentence(parts: np.ndarray, bias: float) -> str:
    """How contributions (d,) and the bias become the similarity, as text."""
    added = float(parts.astype(np.float64).sum())
    similarity = cards.number(float(sigmoid(bias + added)))
    return (
        f"Bias {signed(bias)}, and {len(parts):,} weighted differences that add up to {signed(added)}, make the logit "
        f"{signed(bias + added)}. Its sigmoid is the similarity, {html.escape(similarity)}."
    )


def signed(value: float) -> str:
    """A number with three decimals and a true minus sign."""
    return f"{value:.3f}".replace("-", "−")
