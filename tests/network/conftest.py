from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from siamese.network import weights
from tests import drawn


def random_tensors(config=drawn.TINY) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {name: rng.normal(0, 0.2, shape).astype(np.float32) for name, shape in weights.shapes(config).items()}


@pytest.fixture
def record() -> dict:
    return {
        "twin": dataclasses.asdict(drawn.TINY),
        "trained_on": {"alphabets": ["Alphabet 0"], "scripts": ["Script 0"]},
        "temperature": 1.5,
        "none_threshold": 0.4,
    }


@pytest.fixture
def tensors() -> dict[str, np.ndarray]:
    """Random weights of the tiny twin."""
    return random_tensors()


@pytest.fixture
def saved(tmp_path, tensors, record):
    """A weights file of the tiny twin."""
    file = tmp_path / "tiny.safetensors"
    weights.save(file, tensors, record)
    return file
