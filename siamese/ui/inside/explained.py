"""What a block does, in words; and how one of its outputs comes about, with the actual numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from siamese.config import SIDE
from siamese.ui.inside import pictures

if TYPE_CHECKING:
    from siamese.network.architecture import Block
    from siamese.network.feature_maps import Output
    from siamese.network.weights import Weights

PRODUCTS_SHOWN = 5
"""The largest products of a weighted sum that are listed."""


def network(weights: Weights, blocks: Sequence[Block]) -> str:
    """HTML: what the drawing of the network shows."""
    from siamese.network.architecture import total

    count, trained = total(list(blocks))
    words = f"Both twins share their weights: {count:,} parameters. Select a block."
    if len(weights.columns) > 1:
        words = (
            f"Both twins share their weights: {count:,} parameters, as many as in the paper. But the network was "
            f"trained as {len(weights.columns)} columns side by side, one sheet each: {trained:,} parameters are used, "
            "and all weights between columns are zero. Select a block."
        )
    return words


def block(own: Block, weights: Weights) -> str:
    """HTML: what a block does."""
    columns = len(weights.columns)
    if own.kind == "conv":
        inputs = _inputs(weights, own)
        read = f"{own.kernel} × {own.kernel} pixels" + (f" of {inputs} feature maps" if inputs > 1 else "")
        words = (
            f"Each of the {own.shape[-1]} filters has a weight for every number in a window of {read}. It moves over "
            "all places: the sum of numbers times weights, plus a bias, is the output. ReLU replaces negative outputs "
            "by 0."
        )
        if columns > 1 and inputs > 1:
            words += f" Each of the {columns} columns reads its own maps only."
        return f"{words} One output depends on {own.receptive} × {own.receptive} px of the drawing."
    if own.kind == "pool":
        return (
            "Of each 2 × 2 numbers, only the largest is kept: small shifts matter less, and there is a quarter of the "
            f"work left. One output depends on {own.receptive} × {own.receptive} px of the drawing."
        )
    return {
        "drawing": f"What the network gets: {SIDE} × {SIDE} numbers, ink 1 and paper 0. "
        "Your drawing is centred and scaled first.",
        "dense": f"The last feature maps become {own.size} numbers from 0 to 1, the embedding. "
        "Each is the sigmoid of a weighted sum, and depends on the complete drawing.",
        "distance": f"Both embeddings are subtracted, number by number, without the sign: {own.size} distances.",
        "head": f"Each of the {own.parameters - 1:,} distances has a weight. Their weighted sum plus a bias is the "
        "logit; the sigmoid turns it into the similarity, from 0 to 1.",
    }[own.kind]


def filter_card(weights: Weights, own: Block, number: int) -> str:
    """HTML: the filter of one map of a convolution."""
    from siamese.network.feature_maps import filters

    return _tiles(filters(weights, own.name, number), "Filter", f"filter {number + 1}", signed=True)


def one_output(weights: Weights, own: Block, maps: dict[str, np.ndarray], place: tuple[int, int, int]) -> str:
    """HTML: how the output at (row, column, map) comes about, with its receptive field over the drawing."""
    from siamese.network.architecture import receptive_field
    from siamese.network.feature_maps import output

    row, column, number = place
    one, (height, width) = output(weights, maps, own.name, place), own.shape[:2]
    field = tuple(side / SIDE for side in receptive_field(own, row, column))
    here = (row / height, column / width, (row + 1) / height, (column + 1) / width)
    shown = pictures.card(
        pictures.url(maps["drawing"][..., 0]),
        f"the drawing; the output depends on rows {round(SIDE * field[0])} to {round(SIDE * field[2])} "
        f"and columns {round(SIDE * field[1])} to {round(SIDE * field[3])} of it",
        "Receptive field",
        field,
    )
    picture = pictures.url(maps[own.name][..., number])
    shown += pictures.card(picture, f"feature map {number + 1}", f"Feature map {number + 1}", here)
    if one.kernel is None:
        numbers = ", ".join(f"{value:.3f}" for value in one.inputs.ravel())
        return f'<div class="numbers">{shown}</div><p class="formula">max({numbers}) = <b>{one.value:.3f}</b></p>'
    shown += _tiles(one.inputs, "Numbers in the window", "the numbers in the window")
    shown += _tiles(one.kernel, f"× filter {number + 1}", "the weights of the filter", signed=True)
    shown += _tiles(one.inputs * one.kernel, "= products", "the products", signed=True)
    return f'<div class="numbers">{shown}</div>{_sum(one, "ReLU")}'


def embedding(weights: Weights, maps: dict[str, np.ndarray], number: int) -> str:
    """HTML: the embedding as a square, and how one of its values comes about."""
    from siamese.network.feature_maps import output

    values, one = maps["embedding"], output(weights, maps, "embedding", (number,))
    square = pictures.square(values)
    side = len(square)
    row, column = divmod(number, side)
    frame = (row / side, column / side, (row + 1) / side, (column + 1) / side)
    caption = f"{len(values):,} values, row by row"
    shown = pictures.card(pictures.url(square, 1.0), "the embedding", caption, frame)
    return f'<div class="numbers">{shown}</div>{_sum(one, "sigmoid")}'


def _sum(one: Output, function: str) -> str:
    """HTML of a weighted sum, its largest products, and what the function makes of it."""
    inputs, kernel = one.inputs.ravel(), one.kernel.ravel()
    products = inputs * kernel
    largest = np.argsort(-np.abs(products), kind="stable")[:PRODUCTS_SHOWN]
    listed = ", ".join(f"{inputs[i]:.3f} × {kernel[i]:.3f} = {products[i]:.3f}".replace("-", "−") for i in largest)
    before = one.weighted_sum + one.bias
    formula = f"{one.weighted_sum:.3f} {'+' if one.bias >= 0 else '−'} {abs(one.bias):.3f} = {before:.3f}"
    return (
        f'<p class="formula">sum of {len(products):,} products + bias = {formula.replace("-", "−")}; '
        f"{function} makes it <b>{one.value:.3f}</b></p>"
        f'<p class="note">The largest products: {listed}.</p>'
    )


def _tiles(numbers: np.ndarray, caption: str, alt: str, signed: bool = False) -> str:
    """HTML of numbers (h, w, n) as n small pictures side by side."""
    columns = math.ceil(math.sqrt(numbers.shape[-1]))
    return pictures.card(pictures.grid_url(numbers, columns, signed), alt, caption)


def _inputs(weights: Weights, own: Block) -> int:
    """The feature maps that a filter reads."""
    return weights.columns[0][f"{own.name}.kernel"].shape[2]
