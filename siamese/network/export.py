"""The network for other programs: two drawings -> similarity, as a Keras file, a SavedModel or for LiteRT (TFLite).

The exported network is the twin and the head, with its columns joined, and works without this package. Its inputs
`first` and `second` are drawings float32 (batch, 105, 105, 1), ink 1, paper 0, normalised first if the network was
trained that way (`EmbeddingScorer.twin_input`). A `.keras` file opens in the Keras version that wrote it and in newer
ones; a SavedModel and a TFLite file need no Keras.
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
    twin, tensors = build_twin(weights.config), weights.joined()
    assign(twin, tensors)
    network = build_siamese(twin)
    network.get_layer("head").set_weights([tensors["head.kernel"][:, None], tensors["head.bias"]])
    return network


def export(weights: Weights, form: str, target: pathlib.Path) -> None:
    """Write the network in one of FORMATS; `keras` and `tflite` are files, `savedmodel` is a folder.

    The target appears only once it is complete. Raises UserError when it exists already or cannot be written.
    """
    if target.exists():
        raise UserError(f"{target} already exists: choose another name or move it away.")
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
    """Write a SavedModel with one signature. Keras' own export writes every weight twice: 312 MB instead of 156."""
    drawings = [tf.TensorSpec((None, SIDE, SIDE, 1), tf.float32, name=name) for name in ("first", "second")]
    served = tf.Module()
    served.weights = network.variables
    served.serve = tf.function(
        lambda first, second: {"similarity": network([first, second], training=False)}, input_signature=drawings
    )
    tf.saved_model.save(served, str(folder), signatures=served.serve)


def convert(network: keras.Model, folder: pathlib.Path) -> bytes:
    """The network as a TFLite file.

    It is converted from Keras' own SavedModel, written to `folder`: from ours, the converter loses the weights.
    """
    network.export(folder, format="tf_saved_model", verbose=False)
    return tf.lite.TFLiteConverter.from_saved_model(str(folder)).convert()


def size(target: pathlib.Path) -> int:
    """Bytes of an exported file or folder."""
    files = target.rglob("*") if target.is_dir() else [target]
    return sum(file.stat().st_size for file in files if file.is_file())
