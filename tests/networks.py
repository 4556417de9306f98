"""Networks in the states in which pages meet them, without TensorFlow."""

from __future__ import annotations

import types
from typing import Any, ClassVar

import numpy as np

from siamese.data.characters import Alphabet
from siamese.errors import UserError
from siamese.evaluation.baselines import PixelNearest
from siamese.ui.jobs import Job


def ready(matcher: Any) -> Job:
    """A network that is ready."""
    job = Job("Loading the network", lambda value: iter([matcher]))
    assert job.start().wait(5)
    return job


def failed(sentence: str) -> Job:
    """A network that cannot be used."""

    def steps(value):
        raise UserError(sentence)
        yield

    job = Job("Loading the network", steps)
    assert job.start().wait(5)
    return job


def loading() -> Job:
    """A network that is still loading."""
    job = Job("Loading the network", lambda value: iter(()))
    job.state = "running"
    return job


class ByPixels(PixelNearest):
    """Answers as a network does, by pixels; knows one alphabet, and finds none that is less similar than `limit`."""

    record: ClassVar = {"sha256": "pixels"}

    def __init__(self, limit: float = 0.0):
        self.limit = limit

    def trained_on(self, alphabet: Alphabet) -> bool:
        return alphabet.name == "Latin capital"

    def embed_ahead(self, support: np.ndarray) -> None:
        """Nothing is worth doing before it is asked for."""

    def match(self, drawing: np.ndarray, support: np.ndarray) -> types.SimpleNamespace:
        """What a Match has. support: (n, k, 105, 105)."""
        ways, shots = support.shape[:2]
        scores = self.compare(self.prepare(drawing[None]), self.prepare(support.reshape(ways * shots, 105, 105)))
        logit = scores.reshape(ways, shots).mean(axis=1)
        similarity = np.exp(logit / np.abs(logit).max())
        ranked = np.sort(np.append(similarity, 0))
        return types.SimpleNamespace(
            logit=logit,
            similarity=similarity,
            share=similarity / similarity.sum(),
            best=int(logit.argmax()),
            margin=float(ranked[-1] - ranked[-2]),
            none=bool(ranked[-1] < self.limit),
        )
