"""Arrays of another program's layers -> tensors of our network.

The layers are recognised by their shapes: four-dimensional kernels are convolutions, the dense layer takes the last
feature map, and the head has one output.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from siamese.config import TwinConfig
from siamese.network.columns import Tensors
from siamese.network.weights_record import MAX_EMBEDDING, MAX_FILTERS, MAX_KERNEL, MAX_LAYERS, WeightsError

Named = list[tuple[str, np.ndarray]]
"""Name and array of each weight, in the order of the layers."""

CONVERT = (
    "What is read: Koch's network as .h5 or .keras from Keras, or as .safetensors from PyTorch. Save it with "
    "model.save_weights('name.weights.h5') in Keras, or safetensors.torch.save_file(model.state_dict(), "
    "'name.safetensors') in PyTorch."
)
KOCH = "convolutions (10, 7, 4 and 4 px in the paper), one dense layer and a head with one output"


def from_keras(named: Named, shown: str) -> tuple[TwinConfig, Tensors]:
    """Kernels are (height, width, in, out) and (in, out). Raises WeightsError about `shown`."""
    return _assemble(_layers(named, shown), shown)


def from_pytorch(named: Named, shown: str) -> tuple[TwinConfig, Tensors]:
    """Kernels are (out, in, height, width) and (out, in), and maps are flattened channel first. Raises WeightsError."""
    turned = []
    for name, array in named:
        if array.ndim == 4:
            array = array.transpose(2, 3, 1, 0)
        elif array.ndim == 2:
            array = array.T
        turned.append((name, array))
    config, tensors = _assemble(_layers(turned, shown), shown)
    side, channels = config.feature_side(), config.filters[-1]
    kernel = tensors["embedding.kernel"].reshape(channels, side, side, -1).transpose(1, 2, 0, 3)
    return config, tensors | {"embedding.kernel": np.ascontiguousarray(kernel).reshape(side * side * channels, -1)}


def with_input(tensors: Tensors, ink: float, paper: float) -> Tensors:
    """The same function for our drawings, ink 1 and paper 0, as the network had for drawings with these values.

    Exact, because the first convolution has no padding: its kernel is scaled, and its bias takes the paper's value.
    """
    kernel = tensors["conv1.kernel"]
    bias = tensors["conv1.bias"] + paper * kernel.sum(axis=(0, 1, 2), dtype=np.float64)
    return tensors | {"conv1.kernel": (ink - paper) * kernel, "conv1.bias": bias.astype(np.float32)}


def check_description(config: Any, shown: str) -> None:
    """Refuse what a model's own description shows to be another function than Koch's. Raises WeightsError.

    config: Keras' JSON. Shapes say nothing about activations.
    """
    expected = {"Conv2D": ("relu", "linear"), "Dense": ("sigmoid", "linear")}
    waiting = [config]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            options = part.get("config")
            activation = options.get("activation") if isinstance(options, dict) else None
            known = expected.get(str(part.get("class_name")))
            if known and isinstance(activation, str) and activation not in known:
                layer, needed = part["class_name"], known[0]
                raise WeightsError(
                    f"{shown} is not Koch's network: a {layer} layer has the activation {activation[:20]}, "
                    f"which has to be {needed}."
                )


def _layers(named: Named, shown: str) -> list[list[np.ndarray]]:
    """The arrays of each layer: those whose names have the same beginning."""
    layers: dict[str, list[np.ndarray]] = {}
    for name, array in named:
        if not np.isfinite(array).all():
            raise WeightsError(f"{shown}: {name[:60]} holds values that are not finite numbers; use other weights.")
        layers.setdefault(re.sub(r"[/.]?[^/.]*$", "", name), []).append(np.asarray(array, np.float32))
    return [sorted(layer, key=lambda array: -array.ndim) for layer in layers.values()]  # the kernel, then the bias


def _assemble(layers: list[list[np.ndarray]], shown: str) -> tuple[TwinConfig, Tensors]:
    convolutions = [layer for layer in layers if layer[0].ndim == 4]
    dense = [layer for layer in layers if layer[0].ndim == 2]
    others = len(layers) - len(convolutions) - len(dense)
    if others and all(layer[0].ndim == 1 for layer in layers if layer[0].ndim not in (2, 4)):
        raise WeightsError(
            f"{shown} has {others} layers besides convolutions and dense layers, such as batch normalisation, whose "
            "place in the network the file does not tell: fold them into the kernels and biases before saving."
        )
    heads = [layer for layer in dense if layer[0].shape[1] == 1]
    if not convolutions or len(convolutions) > MAX_LAYERS or len(dense) != 2 or len(heads) != 1 or others:
        counts = f"{len(convolutions)} convolutions and {len(dense)} dense layers"
        raise WeightsError(f"{shown} is not Koch's network: it has {counts}, instead of {KOCH}. {CONVERT}")
    embedding = next(layer for layer in dense if layer is not heads[0])
    config = _config([layer[0].shape for layer in convolutions], embedding[0].shape, heads[0][0].shape, shown)
    tensors: Tensors = {}
    names = [f"conv{i}" for i in range(1, len(convolutions) + 1)]
    for name, layer in zip([*names, "embedding", "head"], [*convolutions, embedding, heads[0]], strict=True):
        kernel = layer[0]
        bias = layer[1] if len(layer) > 1 else np.zeros(kernel.shape[-1], np.float32)
        if len(layer) > 2 or bias.shape != kernel.shape[-1:]:
            raise WeightsError(f"{shown} is not Koch's network: a layer has other arrays than a kernel and a bias.")
        tensors[f"{name}.kernel"], tensors[f"{name}.bias"] = kernel, bias
    return config, tensors | {"head.kernel": tensors["head.kernel"][:, 0]}


def _config(
    kernels: list[tuple[int, ...]], embedding: tuple[int, ...], head: tuple[int, ...], shown: str
) -> TwinConfig:
    """The twin of these shapes. Raises WeightsError when they do not fit together for drawings of 105 x 105 px."""
    inputs = [shape[2] for shape in kernels]
    outputs = [shape[3] for shape in kernels]
    if inputs != [1, *outputs[:-1]] or any(
        shape[0] != shape[1] or not 1 <= shape[0] <= MAX_KERNEL or not 1 <= shape[3] <= MAX_FILTERS for shape in kernels
    ):
        raise WeightsError(
            f"{shown} is not Koch's network: the sizes of its convolutions, {_list(kernels)}, do not follow each other "
            "from drawings with one channel."
        )
    try:
        config = TwinConfig(tuple(outputs), tuple(shape[0] for shape in kernels), embedding[1])
    except ValueError as error:
        raise WeightsError(f"{shown} is not Koch's network: {error}") from error
    features = config.feature_side() ** 2 * outputs[-1]
    if embedding[0] != features or head[0] != embedding[1] or not 1 <= embedding[1] <= MAX_EMBEDDING:
        raise WeightsError(
            f"{shown} is not Koch's network for drawings of 105 x 105 px: its dense layer has the shape {embedding} "
            f"and its head {head}, but convolutions without padding give {features:,} inputs."
        )
    return config


def _list(shapes: list[tuple[int, ...]]) -> str:
    return ", ".join(" x ".join(map(str, shape)) for shape in shapes)


def renamed(tensors: Mapping[str, np.ndarray], names: Mapping[str, str], shown: str) -> Named:
    """The arrays that a map from our names to the file's names picks, under our names. Raises WeightsError."""
    missing = [theirs for theirs in names.values() if theirs not in tensors]
    if missing:
        raise WeightsError(f"{shown} has no tensor {missing[0][:60]!r}, which the map of names asks for.")
    return [(ours, tensors[theirs]) for ours, theirs in sorted(names.items())]
