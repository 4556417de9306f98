"""What the network sees at a validation, as HTML: a fixed trial, pairs, the first layer's filters."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping

import numpy as np
import streamlit as st
from PIL import Image

from siamese.data.characters import CharacterSet
from siamese.ui import cards

CELL = 12
"""Side in px of a filter with its margin; filters of 10 px leave 2."""


def trial(characters: CharacterSet, seen: Mapping[str, np.ndarray], before: Mapping[str, np.ndarray] | None) -> None:
    """A fixed run of twenty queries among the same twenty characters: what the network takes each for, and how many are right."""
    support, query, similarity = seen["trial.support"], seen["trial.query"], seen["trial.similarity"]
    chosen, truth = similarity.argmax(axis=1), np.arange(len(query))
    alphabet = characters.characters[characters.character_of[support[0]]].alphabet
    right = int((chosen == truth).sum())
    parts_ = []
    for way, row in enumerate(query):
        good = chosen[way] == truth[way]
        score = cards.number(float(similarity[way, chosen[way]]))
        tip = f"{'right' if good else 'wrong'}, similarity {score}"
        parts_.append(
            f'<figure class="ask {"good" if good else "bad"}" title="{html.escape(tip)}">{cards.card(int(row), "the query")}'
            f"{cards.card(int(support[chosen[way]]), 'taken for this one, ' + tip)}<figcaption>{html.escape(score)}</figcaption></figure>"
        )
    change = ""
    if before is not None:
        was = int((before["trial.similarity"].argmax(axis=1) == truth).sum())
        change = (
            f", {abs(right - was)} {'more' if right > was else 'fewer'} than at the validation before"
            if right != was
            else ""
        )
    st.html(
        f'<section class="seen"><h3>{right} of {len(query)} right{change}</h3>'
        f'<p class="note">Left the query, right the example it is taken for, by another drawer. '
        f"{html.escape(cards.alphabet_name(alphabet))} {cards.badge(False)}</p>"
        f'<div class="asks">{"".join(parts_)}</div></section>'
    )


def pairs(seen: Mapping[str, np.ndarray]) -> None:
    """Pairs with their similarity: the same character above, two characters of one alphabet below."""
    shown = []
    for number, ((first, second), similarity) in enumerate(
        zip(seen["pairs.rows"], seen["pairs.similarity"], strict=True)
    ):
        same = number < len(seen["pairs.rows"]) // 2
        good, score = (similarity > 0.5) == same, cards.number(float(similarity))
        words = "same" if same else "different"
        shown.append(
            f'<figure class="pair {"good" if good else "bad"}" title="{words} characters, similarity {html.escape(score)}">'
            f"{cards.card(int(first), 'a drawing')}{cards.card(int(second), f'a drawing of {words} character')}"
            f'<figcaption><span class="bar"><span style="width:{similarity:.1%}"></span></span><b>{html.escape(score)}</b></figcaption></figure>'
        )
    half = len(shown) // 2
    st.html(
        '<section class="seen"><h3>Pairs</h3><p class="note">Similarity of the same character by two drawers</p>'
        f'<div class="pairs">{"".join(shown[:half])}</div><p class="note">and of two characters that look alike to somebody new</p>'
        f'<div class="pairs">{"".join(shown[half:])}</div></section>'
    )


def filters(seen: Mapping[str, np.ndarray]) -> None:
    """The first layer's filters as they form."""
    kernel = seen["conv1.kernel"].astype(np.float32)
    grid = filter_grid(kernel)
    content = io.BytesIO()
    Image.fromarray(grid).save(content, "PNG")
    url = "data:image/png;base64," + base64.b64encode(content.getvalue()).decode("ascii")
    st.html(
        f'<section class="seen"><h3>First layer</h3><p class="note">Its {kernel.shape[-1]} filters of {kernel.shape[0]} × {kernel.shape[1]} '
        "pixels: noise at first, then edges and strokes.</p>"
        f'<img class="filters" src="{url}" alt="The first layer\'s filters" width="{grid.shape[1]}" height="{grid.shape[0]}"></section>'
    )


def filter_grid(kernel: np.ndarray) -> np.ndarray:
    """Filters (10, 10, 1, n) as one picture, uint8 (h, w), sixteen in a row on white; dark where ink counts for it, light where against."""
    side, count = kernel.shape[0], kernel.shape[-1]
    across = min(16, count)
    down = -(-count // across)
    grid = np.full((down * CELL, across * CELL), 255, np.uint8)
    for number in range(count):
        one = kernel[..., 0, number]
        most = float(np.abs(one).max()) or 1.0
        top, left = number // across * CELL + 1, number % across * CELL + 1
        grid[top : top + side, left : left + side] = np.rint(127.5 - 127.5 * one / most)
    return grid
