"""What a worker needs of a trainer, and the real one; TensorFlow is imported only when that is built."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from siamese.config import TrainConfig
from siamese.data.characters import CharacterSet
from siamese.evaluation.features import Scorer


class Trains(Protocol):
    """What the loop needs of a trainer; see `network.trainer.Trainer`."""

    step: int

    def advance(self) -> dict[str, Any]: ...
    def validate(self) -> dict[str, Any]: ...
    def state(self) -> dict[str, np.ndarray]: ...
    def restore(self, tensors: dict[str, np.ndarray], step: int) -> None: ...
    def weights(self) -> dict[str, np.ndarray]: ...
    def scorer(self) -> Scorer: ...
    def graph(self) -> bytes: ...
    def close(self) -> None: ...


Make = Callable[[TrainConfig, CharacterSet, CharacterSet], Trains]
"""What makes a trainer: of a configuration, from alphabets to train on, judged by others."""


def build(config: TrainConfig, characters: CharacterSet, validation: CharacterSet) -> Trains:
    """The real trainer; TensorFlow is imported here, without its start-up notices."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from siamese.network.trainer import Trainer

    return Trainer(config, characters, validation)


def versions() -> dict[str, str]:
    """What this start of the run computes with."""
    found = {"python": platform.python_version(), "system": platform.platform(), "device": device()}
    return found | {name: importlib.metadata.version(name) for name in ("tensorflow", "keras", "numpy")}


def device() -> str:
    """The device in words; empty when the trainer does not use TensorFlow."""
    if "tensorflow" not in sys.modules:
        return ""
    from siamese.network.device import Precision

    return Precision.of_this_machine().device
