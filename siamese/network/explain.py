"""Why two drawings are similar or not: what every value of the embedding, and every piece of ink, adds to the logit."""

from __future__ import annotations

import numpy as np

from siamese.config import SIDE
from siamese.network.scorer import EmbeddingScorer

INK = 0.5
"""Grey value from which a pixel is ink."""
PIECE_SHARE = 0.07
"""Ink of the piece that is removed at a time, as a share of the drawing's ink. With larger pieces the map is blurred;
smaller ones change too little."""
CELL_PX = 6
"""Side of the squares in which one piece each is centred: about 80 pieces a drawing."""
MARKED_SHARE = 0.1
"""The share of a drawing's ink that `marked` takes."""


def contributions(scorer: EmbeddingScorer, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """What each value of two embeddings (d,) adds to the logit, float32 (d,): its weighted L1 distance.

    Together with the bias of the head they are the logit (Koch et al., section 3.1).
    """
    return np.abs(first - second) * scorer.head_weights


def ink_effects(scorer: EmbeddingScorer, drawing: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How much the ink of a drawing adds to the logit of a pair, float32 (105, 105), 0 on paper.

    drawing, other: (105, 105), as the twin receives them (`twin_input`). A pixel's value is the mean loss of the logit
    when a piece of ink round it is removed: positive where the ink makes the drawings similar.
    """
    pieces = pieces_of_ink(drawing)
    if not len(pieces):
        return np.zeros((SIDE, SIDE), np.float32)
    complete, *without = _logits(scorer, drawing, pieces, other)
    return np.tensordot(complete - np.array(without, np.float32), pieces, 1) / np.maximum(pieces.sum(axis=0), 1)


def logit_without(scorer: EmbeddingScorer, drawing: np.ndarray, mask: np.ndarray, other: np.ndarray) -> float:
    """The logit of a pair, as `ink_effects` takes it, without the ink of one drawing under a mask, bool (105, 105)."""
    return float(_logits(scorer, drawing, mask[None], other)[1])


def marked(drawing: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """The tenth of a drawing's ink that has the highest rank (105, 105), as a mask, bool (105, 105)."""
    ink = np.argwhere(drawing > INK)
    order = np.argsort(-rank[ink[:, 0], ink[:, 1]], kind="stable")
    first = ink[order[: max(1, round(MARKED_SHARE * len(ink)))]]
    mask = np.zeros((SIDE, SIDE), bool)
    mask[first[:, 0], first[:, 1]] = True
    return mask


def pieces_of_ink(drawing: np.ndarray) -> np.ndarray:
    """Pieces of a drawing's ink that overlap and cover it, bool (n, 105, 105).

    One for each square of CELL_PX that has ink: that ink, and what is nearest to its centre up to PIECE_SHARE.
    """
    ink = np.argwhere(drawing > INK)
    size = max(1, round(PIECE_SHARE * len(ink)))
    _, squares = np.unique(ink // CELL_PX, axis=0, return_inverse=True)
    pieces = np.zeros((squares.max() + 1 if len(ink) else 0, SIDE, SIDE), bool)
    for square, piece in enumerate(pieces):
        own = ink[squares.ravel() == square]
        nearest = ink[np.argsort(((ink - own.mean(axis=0)) ** 2).sum(axis=1), kind="stable")[:size]]
        for part in (own, nearest):
            piece[part[:, 0], part[:, 1]] = True
    return pieces


def _logits(scorer: EmbeddingScorer, drawing: np.ndarray, masks: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Logits (1 + n,) of a pair: complete, and without the ink of the drawing under each mask (n, 105, 105)."""
    without = np.where(masks, 0, drawing)
    embeddings = scorer.embed(np.concatenate([np.stack([other, drawing]), without]).astype(np.float32))
    return scorer.compare(embeddings[1:], embeddings[:1])[:, 0]
