"""Weights and feature maps for the Inside page, from memory after the first time; without TensorFlow."""

from __future__ import annotations

import pathlib
import threading
from typing import TYPE_CHECKING

import numpy as np
from cachetools import LRUCache, cached

from siamese.config import SIDE
from siamese.data.normalise import normalise
from siamese.ui import models

if TYPE_CHECKING:
    from siamese.network.architecture import Block
    from siamese.network.weights import Weights

MAX_CACHED_WEIGHTS = 2
"""Networks of which the weights are kept, 40 MB each, where they are columns of Koch's size."""
MAX_CACHED_DRAWINGS = 16
"""Drawings of which the feature maps are kept, 5 MB each."""


def weights_of(network: str) -> Weights:
    """The weights of the network that answers. Raises UserError."""
    file = models.weights_file(network)
    return _weights(file, _version(file))


def blocks_of(weights: Weights) -> list[Block]:
    """The blocks of a network."""
    from siamese.network import architecture

    return architecture.blocks(weights.config, len(weights.columns))


def maps_of(network: str, drawing: np.ndarray) -> dict[str, np.ndarray]:
    """The outputs of every block for a drawing (105, 105), by the block's name. Raises UserError."""
    file = models.weights_file(network)
    shown = normalise(drawing[None])[0] if weights_of(network).record.get("normalised") else drawing
    return _maps(file, _version(file), np.ascontiguousarray(shown, np.float32).tobytes())


def _version(file: pathlib.Path) -> int:
    return file.stat().st_mtime_ns if file.is_file() else 0


@cached(LRUCache(MAX_CACHED_WEIGHTS), condition=threading.Condition())
def _weights(file: pathlib.Path, version: int) -> Weights:
    from siamese.network import weights

    return weights.load(file)


@cached(LRUCache(MAX_CACHED_DRAWINGS), condition=threading.Condition())
def _maps(file: pathlib.Path, version: int, drawing: bytes) -> dict[str, np.ndarray]:
    from siamese.network.feature_maps import feature_maps

    return feature_maps(_weights(file, version), np.frombuffer(drawing, np.float32).reshape(SIDE, SIDE))
