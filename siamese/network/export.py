"""The network for other programs: two drawings -> similarity, in Keras' own format, as a SavedModel or for LiteRT (TFLite).

What is written is the twin and the head and nothing of this package: whoever feeds it brings drawings float32
(batch, 105, 105, 1), ink 1, paper 0, named `first` and `second`, prepared as the app prepares them before the twin. A `.keras`
file opens in the Keras that wrote it and in newer ones; a SavedModel and a TFLite file do not ask for Keras at all.
"""

from __future__ import annotations

import os
import pathlib
import tempfile

import keras
import tensorflow as tf

from siamese.config import SIDE
from siamese.errors import UserError
from siamese.network.twin import assign, build_siamese, build_twin
from siamese.network.weights import Weights

FORMATS = ("keras", "savedmodel", "tflite")


def pair_network(weights: Weights) -> keras.Model:
    """The pair network with its weights, in float32: similarity (batch, 1) of `first` and `second`."""
    twin = build_twin(weights.config)
    assign(twin, weights.tensors)
    network = build_siamese(twin)
    network.get_layer("head").set_weights([weights.tensors["head.kernel"][:, None], weights.tensors["head.bias"]])
    return network


def export(weights: Weights, form: str, target: pathlib.Path) -> None:
    """Write the network in one of FORMATS; the target is whole or absent. Raises UserError when it cannot be written.

    `keras` and `tflite` are files, `savedmodel` is a folder.
    """
    if target.exists():
        raise UserError(f"{target} is there already: choose another name or move it away.")
    if form == "keras" and target.suffix != ".keras":
        raise UserError(f"{target}: Keras opens only files whose names end in .keras; name it {target.stem}.keras.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".export-") as folder:
            draft = pathlib.Path(folder) / "network.keras"
            network = pair_network(weights)
            if form == "keras":
                network.save(draft)
            elif form == "savedmodel":
                save_served(network, draft)
            else:
                draft.write_bytes(convert(network, pathlib.Path(folder) / "savedmodel"))
            os.replace(draft, target)
    except OSError as error:
        raise UserError(f"{target} cannot be written: {error.strerror or error}.") from error


def save_served(network: keras.Model, folder: pathlib.Path) -> None:
    """A SavedModel of the network's one signature. Keras' own export writes every weight twice: 312 MB instead of 156."""
    drawings = [tf.TensorSpec((None, SIDE, SIDE, 1), tf.float32, name=name) for name in ("first", "second")]
    served = tf.Module()
    served.weights = network.variables
    served.serve = tf.function(
        lambda first, second: {"similarity": network([first, second], training=False)}, input_signature=drawings
    )
    tf.saved_model.save(served, str(folder), signatures=served.serve)


def convert(network: keras.Model, folder: pathlib.Path) -> bytes:
    """The network for TFLite, by way of Keras' own SavedModel in `folder`: of ours the converter loses the weights."""
    network.export(folder, format="tf_saved_model", verbose=False)
    return tf.lite.TFLiteConverter.from_saved_model(str(folder)).convert()


def size(target: pathlib.Path) -> int:
    """Bytes of an exported file or folder."""
    files = target.rglob("*") if target.is_dir() else [target]
    return sum(file.stat().st_size for file in files if file.is_file())
