"""Each path of the network tried once on each device, so that a new machine shows at once what it can do."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import time

import numpy as np
import tensorflow as tf

from siamese.config import SIDE
from siamese.data import sources
from siamese.network import weights
from siamese.network.device import Precision
from siamese.network.matcher import SHIPPED, forward_pass
from siamese.network.trainer import Trainer
from siamese.presets import PRESETS

REPEATS = 5
KINDS = ("CPU", "GPU")
TENSORFLOW = tf.__version__

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class DeviceCheck:
    """What one device can do. answer_seconds: for a new drawing; step_seconds: for a step of the preset `lesson`.

    problem: why it cannot be used, or "".
    """

    device: str
    name: str
    answer_seconds: float = 0.0
    step_seconds: float = 0.0
    problem: str = ""


def check_devices() -> list[DeviceCheck]:
    """Answer and train on every CPU and GPU that TensorFlow finds."""
    return [_check(device.name) for kind in KINDS for device in tf.config.list_logical_devices(kind)]


def precision() -> Precision:
    """The precision that is used, of the device that is used."""
    return Precision.of_this_machine()


def _check(device: str) -> DeviceCheck:
    name = device.removeprefix("/device:")
    try:
        with tf.device(device):
            return DeviceCheck(device, name, _time_answer(), _time_step())
    except Exception as error:  # TensorFlow raises many kinds for a device that does not work
        _log.exception("Device %s cannot be used", device)
        return DeviceCheck(device, name, problem=f"{type(error).__name__}: {str(error).splitlines()[0]}")


def _time_answer() -> float:
    forward = forward_pass(weights.load(SHIPPED))
    drawing = tf.zeros((1, SIDE, SIDE, 1))
    forward(drawing).numpy()  # traced
    started = time.perf_counter()
    for _ in range(REPEATS):
        embedding = forward(drawing).numpy()
    if not np.isfinite(embedding).all():
        raise ArithmeticError("the embedding has values that are not numbers")
    return (time.perf_counter() - started) / REPEATS


def _time_step() -> float:
    training, validation = sources.get("builtin").training_sets()
    with contextlib.closing(Trainer(PRESETS["lesson"], training, validation)) as trainer:
        trainer.advance()  # traced
        return trainer.advance()["seconds"]
