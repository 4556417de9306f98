"""The network block by block: shapes, parameters, and the part of a drawing that an output depends on.

It needs no TensorFlow. The blocks are those of Koch et al., figure 4, at the sizes of a `TwinConfig`.
"""

from __future__ import annotations

import dataclasses
import math

from siamese.config import SIDE, TwinConfig
from siamese.network.weights import shapes

Shape = tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class Block:
    """One block of the network.

    kind: drawing, conv, pool, dense, distance or head. title, note: its name, and what it does, in words. shape: of its
    output for one drawing, (height, width, maps) or (values,). kernel: side of its window in px of its input, 0 without
    one. parameters: weights and biases of the network of full width; trained: those that are not zero by construction,
    since columns are not connected. receptive: side in px of the square of the drawing that one output depends on;
    stride: px between the squares of two neighbouring outputs.
    """

    name: str
    kind: str
    title: str
    note: str
    shape: Shape
    kernel: int = 0
    parameters: int = 0
    trained: int = 0
    receptive: int = SIDE
    stride: int = 0

    @property
    def size(self) -> str:
        """The shape in words: 96 × 96 × 64."""
        return " × ".join(f"{side:,}" for side in self.shape)


def blocks(config: TwinConfig, columns: int = 1) -> list[Block]:
    """The blocks of a network of this size made of these columns, from the drawing to the similarity."""
    made = [Block("drawing", "drawing", "Drawing", "ink 1, paper 0", (SIDE, SIDE, 1), receptive=1, stride=1)]
    side, receptive, stride = SIDE, 1, 1
    for i, (filters, kernel) in enumerate(zip(config.filters, config.kernels, strict=True), start=1):
        side, receptive = side - kernel + 1, receptive + (kernel - 1) * stride
        field = {"receptive": receptive, "stride": stride}
        note, shape = f"{kernel} × {kernel}, ReLU", (side, side, filters)
        counts = _parameters(config, columns, f"conv{i}")
        made.append(Block(f"conv{i}", "conv", f"Convolution {i}", note, shape, kernel, *counts, **field))
        if i < len(config.filters):
            side, receptive, stride = side // 2, receptive + stride, 2 * stride
            field, shape = {"receptive": receptive, "stride": stride}, (side, side, filters)
            made.append(Block(f"pool{i}", "pool", f"Max-pooling {i}", "2 × 2", shape, 2, **field))
    values = (config.embedding,)
    made.append(
        Block(
            "embedding", "dense", "Embedding", "dense, sigmoid", values, 0, *_parameters(config, columns, "embedding")
        )
    )
    made.append(Block("distance", "distance", "L1 distance", "|a − b|", values))
    head = config.embedding + 1
    made.append(Block("similarity", "head", "Similarity", "sigmoid", (1,), 0, head, head))
    return made


def total(made: list[Block]) -> tuple[int, int]:
    """Parameters of the network of full width, and those of them that are not zero by construction."""
    return sum(block.parameters for block in made), sum(block.trained for block in made)


def _parameters(config: TwinConfig, columns: int, layer: str) -> tuple[int, int]:
    def count(twin: TwinConfig) -> int:
        own = shapes(twin)
        return math.prod(own[f"{layer}.kernel"]) + math.prod(own[f"{layer}.bias"])

    return count(config), columns * count(config.column(columns))


def receptive_field(block: Block, row: int, column: int) -> tuple[int, int, int, int]:
    """Top, left, bottom, right in px (the last two excluded) of the part of the drawing that an output depends on."""
    if len(block.shape) < 3:
        return 0, 0, SIDE, SIDE
    top, left = row * block.stride, column * block.stride
    return top, left, top + block.receptive, left + block.receptive
