"""Weights made in plain Keras as the two articles build the network, and in PyTorch's layout, imported."""

from __future__ import annotations

import json
import zipfile

import h5py
import keras
import numpy as np
import pytest
import safetensors.numpy

from siamese.cli import main
from siamese.network import weights
from siamese.network.export import pair_network
from siamese.network.foreign import source
from siamese.network.foreign.layers import CONVERT
from siamese.network.weights_record import WeightsError

FILTERS, KERNELS, EMBEDDING = (4, 6, 6, 8), (10, 7, 4, 4), 32
SAVED = {
    "koch.weights.h5": lambda model, file: model.save_weights(file),
    "model.h5": lambda model, file: model.save(file),
    "model.keras": lambda model, file: model.save(file),
}


def article_model(norm: bool = False, activation: str = "sigmoid") -> keras.Model:
    """The articles' network, narrow: a Sequential twin inside a model of two inputs."""
    shape = (105, 105, 1)
    twin = keras.Sequential([keras.Input(shape)])
    for i, (filters, kernel) in enumerate(zip(FILTERS, KERNELS, strict=True)):
        twin.add(
            keras.layers.Conv2D(filters, kernel, activation="relu", kernel_regularizer=keras.regularizers.l2(2e-4))
        )
        if norm:
            twin.add(keras.layers.BatchNormalization())
        if i < 3:
            twin.add(keras.layers.MaxPooling2D())
    twin.add(keras.layers.Flatten())
    twin.add(keras.layers.Dense(EMBEDDING, activation=activation))
    left, right = keras.Input(shape), keras.Input(shape)
    distance = keras.layers.Lambda(lambda pair: keras.ops.abs(pair[0] - pair[1]), output_shape=(EMBEDDING,))
    similarity = keras.layers.Dense(1, activation="sigmoid")(distance([twin(left), twin(right)]))
    return keras.Model([left, right], similarity)


@pytest.fixture(scope="module")
def pairs():
    """Three pairs of pictures with black ink (0) on white paper (1)."""
    return (np.random.default_rng(0).random((2, 3, 105, 105, 1)) > 0.1).astype(np.float32)


@pytest.fixture(scope="module")
def trained(pairs):
    keras.utils.set_random_seed(1)
    model = article_model()
    model.compile(keras.optimizers.Adam(1e-3), "binary_crossentropy")
    for _ in range(3):
        model.train_on_batch(list(pairs), np.array([1.0, 0.0, 1.0]))
    return model


def similarities(imported, pairs, ink=0.0, paper=1.0) -> np.ndarray:
    """Of the imported network in float32, for the same pictures as our drawings: ink 1, paper 0."""
    drawings = [(pictures - paper) / (ink - paper) for pictures in pairs]
    return pair_network(imported).predict(drawings, verbose=0)[:, 0]


@pytest.mark.parametrize("name", SAVED)
def test_weights_of_the_articles_give_the_same_similarity(name, trained, pairs, tmp_path, capsys):
    SAVED[name](trained, tmp_path / name)
    assert main(["weights", "import", str(tmp_path / name), "--to", str(tmp_path / "koch.safetensors")]) == 0
    assert source.ORIGIN in capsys.readouterr().out
    imported = weights.load(tmp_path / "koch.safetensors")
    expected = trained.predict(list(pairs), verbose=0)[:, 0]
    np.testing.assert_allclose(similarities(imported, pairs), expected, atol=1e-5)
    assert imported.record["trained_on"] is None
    assert not imported.record["normalised"]


def test_older_layout_of_weights_alone(trained, pairs, tmp_path):
    with h5py.File(tmp_path / "keras2.h5", "w") as file:
        layers = {"input_1": [], "sequential_1": trained.layers[2].weights, "dense_2": trained.layers[-1].weights}
        file.attrs["layer_names"] = [name.encode() for name in layers]
        for layer, variables in layers.items():
            names = [f"layer_{i // 2}/{v.name}:0" for i, v in enumerate(variables)]
            group = file.create_group(layer)
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, variable in zip(names, variables, strict=True):
                group[name] = variable.numpy()
    imported = source.read(tmp_path / "keras2.h5")
    np.testing.assert_allclose(similarities(imported, pairs), trained.predict(list(pairs), verbose=0)[:, 0], atol=1e-5)


def test_other_values_of_ink_and_paper(trained, pairs, tmp_path):
    trained.save_weights(tmp_path / "w.weights.h5")
    imported = source.read(tmp_path / "w.weights.h5", ink=1, paper=0)
    expected = trained.predict(list(pairs), verbose=0)[:, 0]
    np.testing.assert_allclose(similarities(imported, pairs, ink=1, paper=0), expected, atol=1e-5)
    with pytest.raises(WeightsError, match="both 1"):
        source.read(tmp_path / "w.weights.h5", ink=1, paper=1)


def pytorch_tensors(model) -> dict[str, np.ndarray]:
    """The weights in PyTorch's layout and names."""
    arrays = [variable.numpy() for variable in model.weights]
    tensors = {}
    for i, (kernel, bias) in enumerate(zip(arrays[:8:2], arrays[1:8:2], strict=True)):
        tensors[f"conv.{3 * i}.weight"], tensors[f"conv.{3 * i}.bias"] = kernel.transpose(3, 2, 0, 1), bias
    dense = arrays[8].reshape(6, 6, FILTERS[-1], EMBEDDING).transpose(2, 0, 1, 3).reshape(-1, EMBEDDING)
    tensors |= {"linear.0.weight": dense.T, "linear.0.bias": arrays[9]}
    return {
        k: np.ascontiguousarray(v) for k, v in (tensors | {"out.weight": arrays[10].T, "out.bias": arrays[11]}).items()
    }


def test_safetensors_of_pytorch(trained, pairs, tmp_path):
    tensors = pytorch_tensors(trained)
    file = tmp_path / "torch.safetensors"
    safetensors.numpy.save_file(tensors, file)
    expected = trained.predict(list(pairs), verbose=0)[:, 0]
    np.testing.assert_allclose(similarities(source.read(file), pairs), expected, atol=1e-5)


def test_map_of_names(trained, pairs, tmp_path):
    tensors = pytorch_tensors(trained)
    ours = [f"conv{i}" for i in range(1, 5)] + ["embedding", "head"]
    theirs = ["conv.0", "conv.3", "conv.6", "conv.9", "linear.0", "out"]
    odd = {name: f"n{i}" for i, name in enumerate(sorted(tensors, reverse=True))}
    names = {
        f"{o}.{a}": odd[f"{t}.{b}"]
        for o, t in zip(ours, theirs, strict=True)
        for a, b in (("kernel", "weight"), ("bias", "bias"))
    }
    safetensors.numpy.save_file({odd[name]: tensor for name, tensor in tensors.items()}, tmp_path / "odd.safetensors")
    (tmp_path / "names.json").write_text(json.dumps(names))
    read = source.read(tmp_path / "odd.safetensors", names=source.read_names(tmp_path / "names.json"))
    np.testing.assert_allclose(similarities(read, pairs), trained.predict(list(pairs), verbose=0)[:, 0], atol=1e-5)
    with pytest.raises(WeightsError, match="asks for"):
        source.read(tmp_path / "odd.safetensors", names={"conv1.kernel": "absent"})


def test_batch_normalisation_is_refused_with_what_to_do(tmp_path):
    article_model(norm=True).save_weights(tmp_path / "norm.weights.h5")
    with pytest.raises(WeightsError, match="fold them into the kernels"):
        source.read(tmp_path / "norm.weights.h5")


@pytest.mark.parametrize("name", ["model.h5", "model.keras"])
def test_another_activation_is_noticed_where_the_file_tells_it(name, tmp_path):
    article_model(activation="relu").save(tmp_path / name)
    with pytest.raises(WeightsError, match="activation relu, which has to be sigmoid"):
        source.read(tmp_path / name)


NOT_WEIGHTS = {
    "empty.h5": b"",
    "text.h5": b"Not weights at all, but a text that is long enough.",
    "cut.h5": b"\x89HDF\r\n\x1a\n" + bytes(100),
    "photo.png": b"\x89PNG\r\n\x1a\n" + bytes(100),
}


@pytest.mark.parametrize("name", NOT_WEIGHTS)
def test_other_files_get_a_sentence_on_what_is_read(name, tmp_path, capsys):
    (tmp_path / name).write_bytes(NOT_WEIGHTS[name])
    assert main(["weights", "import", str(tmp_path / name)]) == 2
    assert CONVERT in capsys.readouterr().err


def test_a_zip_without_weights(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as archive:
        archive.writestr("model/data.pkl", b"cos\nsystem\n(S'echo'\ntR.")
    with pytest.raises(WeightsError, match=r"safetensors\.torch"):
        source.read(tmp_path / "model.pt")


def test_a_strongly_compressed_part_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", bytes(10_000_000))
    with pytest.raises(WeightsError, match="too strongly compressed"):
        source.read(tmp_path / "bomb.keras")


@pytest.mark.parametrize("kind", ["external link", "soft link", "external data", "compressed"])
def test_hdf5_that_refers_elsewhere_is_refused(kind, tmp_path):
    (tmp_path / "secret").write_bytes(bytes(400))
    with h5py.File(tmp_path / "x.h5", "w") as file:
        group = file.create_group("layers/conv2d/vars")
        if kind == "external link":
            group["0"] = h5py.ExternalLink(tmp_path / "other.h5", "/0")
        elif kind == "soft link":
            group["0"] = h5py.SoftLink("/nowhere")
        elif kind == "external data":
            group.create_dataset("0", (10, 10, 1, 1), "f4", external=[(str(tmp_path / "secret"), 0, 400)])
        else:
            group.create_dataset("0", data=np.zeros((10, 10, 1, 1)), compression="gzip")
    with pytest.raises(WeightsError, match=r"other places or files|compressed or lies in another file"):
        source.read(tmp_path / "x.h5")


def test_targets_are_not_overwritten(trained, tmp_path, capsys):
    trained.save_weights(tmp_path / "w.weights.h5")
    (tmp_path / "w.weights.safetensors").touch()
    assert main(["weights", "import", str(tmp_path / "w.weights.h5")]) == 2
    assert "already exists" in capsys.readouterr().err


def test_weights_that_are_not_finite_or_do_not_fit(trained, tmp_path):
    tensors = pytorch_tensors(trained)
    safetensors.numpy.save_file(tensors | {"out.bias": np.array([np.nan], np.float32)}, tmp_path / "nan.safetensors")
    with pytest.raises(WeightsError, match="not finite"):
        source.read(tmp_path / "nan.safetensors")
    wrong = tensors | {"linear.0.weight": np.zeros((EMBEDDING, 100), np.float32)}
    safetensors.numpy.save_file(wrong, tmp_path / "wrong.safetensors")
    with pytest.raises(WeightsError, match="105 x 105"):
        source.read(tmp_path / "wrong.safetensors")
