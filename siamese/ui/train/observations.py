"""What the network sees at a validation: a fixed trial, pairs, and the filters of the first layer."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping

import numpy as np
import streamlit as st
from PIL import Image

from siamese import runs
from siamese.data.characters import CharacterSet
from siamese.runs import Fixed, Run
from siamese.ui import cards, datasets

FILTER_CELL_PX = 12
"""Side of a filter with its margin; filters of 10 px leave 2."""
FILTERS_PER_ROW = 16

Snapshot = Mapping[str, np.ndarray]
session = st.session_state


def pictures_ui(run: Run) -> None:
    """Send the pictures of the drawings that occur in every snapshot, once for all of them."""
    characters = datasets.validation_set(run.data)
    fixed = Fixed(characters)
    cards.pictures(characters, np.concatenate([fixed.support, fixed.query, fixed.pairs.ravel()]))


def observations_ui(run: Run) -> None:
    """The snapshot of the validation chosen with the slider: the newest, unless an earlier one is chosen."""
    steps = runs.snapshot_steps(run.id)
    if not steps:
        note = "From the first validation on: a trial with twenty characters, pairs with their similarity, and filters."
        st.html(_section("What the network sees", note, ""))
        return
    earlier = session.get("train:earlier_step")
    step = earlier[1] if earlier and earlier[0] == run.id and earlier[1] in steps else steps[-1]
    if len(steps) > 1:
        session["train:step_shown"] = step
        args = run.id, steps[-1]
        st.select_slider("Step", steps, key="train:step_shown", on_change=_choose_step, args=args)
    snapshot, number = runs.snapshot(run.id, step), steps.index(step)
    before = runs.snapshot(run.id, steps[number - 1]) if number else None
    st.html(trial(datasets.validation_set(run.data), snapshot, before))
    st.html(pairs(snapshot))
    st.html(filters(snapshot))


def _choose_step(run_id: str, newest: int) -> None:
    chosen = session["train:step_shown"]
    session["train:earlier_step"] = None if chosen == newest else (run_id, chosen)


def _section(title: str, note: str, content: str) -> str:
    """HTML of a titled part. note: HTML."""
    return f'<section class="observation"><h3>{html.escape(title)}</h3><p class="note">{note}</p>{content}</section>'


def trial(characters: CharacterSet, snapshot: Snapshot, before: Snapshot | None) -> str:
    """HTML of twenty queries among the same twenty characters: the matched examples, and how many are right.

    before: the snapshot of the validation before, if there is one.
    """
    support, query, similarity = snapshot["trial.support"], snapshot["trial.query"], snapshot["trial.similarity"]
    chosen, truth = similarity.argmax(axis=1), np.arange(len(query))
    alphabet = characters.characters[characters.character_of[support[0]]].alphabet
    right = int((chosen == truth).sum())
    figures = []
    for way, row in enumerate(query):
        verdict = "right" if chosen[way] == truth[way] else "wrong"
        score = cards.number(float(similarity[way, chosen[way]]))
        tip = f"{verdict}, similarity {score}"
        matched = cards.card(int(support[chosen[way]]), f"matched with this example: {tip}")
        figures.append(
            f'<figure class="ask {verdict}" title="{html.escape(tip)}">{cards.card(int(row), "a query")}'
            f"{matched}<figcaption>{html.escape(score)}</figcaption></figure>"
        )
    change = ""
    if before is not None:
        change = _change(right - int((before["trial.similarity"].argmax(axis=1) == truth).sum()))
    note = (
        "Left: a drawing. Right: the example, by another person, that it is matched with. "
        f"{html.escape(cards.alphabet_name(alphabet))} {cards.badge(False)}"
    )
    return _section(f"{right} of {len(query)} right{change}", note, f'<div class="asks">{"".join(figures)}</div>')


def _change(difference: int) -> str:
    if not difference:
        return ""
    return f", {abs(difference)} {'more' if difference > 0 else 'fewer'} than at the validation before"


def pairs(snapshot: Snapshot) -> str:
    """HTML of pairs with their similarity: the same character first, then different ones of one alphabet."""
    rows, half, figures = snapshot["pairs.rows"], len(snapshot["pairs.rows"]) // 2, []
    for number, ((first, second), similarity) in enumerate(zip(rows, snapshot["pairs.similarity"], strict=True)):
        same, score = number < half, cards.number(float(similarity))
        verdict, what = "right" if (similarity > 0.5) == same else "wrong", "same" if same else "different"
        tip = html.escape(f"{what} character, similarity {score}")
        bar = f'<span class="bar"><span style="width:{similarity:.1%}"></span></span>'
        figures.append(
            f'<figure class="pair {verdict}" title="{tip}">{cards.card(int(first), "a drawing")}'
            f"{cards.card(int(second), f'a drawing of the {what} character' if same else 'a different character')}"
            f"<figcaption>{bar}<b>{html.escape(score)}</b></figcaption></figure>"
        )
    same_pairs = f'<div class="pairs">{"".join(figures[:half])}</div>'
    different_pairs = f'<div class="pairs">{"".join(figures[half:])}</div>'
    between = '<p class="note">Similarity of two different characters</p>'
    return _section("Pairs", "Similarity of the same character by two people", same_pairs + between + different_pairs)


def filters(snapshot: Snapshot) -> str:
    """HTML of the first layer's filters."""
    kernel = snapshot["conv1.kernel"].astype(np.float32)
    grid, content = filter_grid(kernel), io.BytesIO()
    Image.fromarray(grid).save(content, "PNG")
    url = "data:image/png;base64," + base64.b64encode(content.getvalue()).decode("ascii")
    size = f'width="{grid.shape[1]}" height="{grid.shape[0]}"'
    picture = f'<img class="filters" src="{url}" alt="The filters of the first layer" {size}>'
    count = f"Its {kernel.shape[-1]} filters of {kernel.shape[0]} × {kernel.shape[1]} pixels"
    return _section("First layer", f"{count}: noise at first, later edges and strokes.", picture)


def filter_grid(kernel: np.ndarray) -> np.ndarray:
    """Filters (10, 10, 1, n) as one picture, uint8 (h, w): dark where ink raises the output, else light."""
    side, count = kernel.shape[0], kernel.shape[-1]
    columns = min(FILTERS_PER_ROW, count)
    rows = -(-count // columns)
    grid = np.full((rows * FILTER_CELL_PX, columns * FILTER_CELL_PX), 255, np.uint8)
    for number in range(count):
        one = kernel[..., 0, number]
        largest = float(np.abs(one).max()) or 1.0
        top, left = number // columns * FILTER_CELL_PX + 1, number % columns * FILTER_CELL_PX + 1
        grid[top : top + side, left : left + side] = np.rint(127.5 - 127.5 * one / largest)
    return grid
