from __future__ import annotations

import keras
import numpy as np
import pytest
from scipy.signal import correlate

from siamese.config import TwinConfig
from siamese.network.twin import assign, build_siamese, build_twin, fold
from tests import drawn

PAIR = [np.stack([drawn.scribble(c, d) for c in range(3)])[..., None] for d in (1, 2)]


def by_hand(drawing: np.ndarray, weights: dict[str, np.ndarray], pooled: int = 3) -> np.ndarray:
    """The embedding of a drawing as the paper writes it: convolution, ReLU, max-pooling; no Keras."""
    x = drawing[..., None].astype(np.float64)
    for i in range(1, 5):
        kernel, bias = weights[f"conv{i}.kernel"].astype(np.float64), weights[f"conv{i}.bias"]
        maps = [
            sum(correlate(x[..., c], kernel[..., c, f], mode="valid") for c in range(x.shape[2])) + bias[f]
            for f in range(kernel.shape[3])
        ]
        x = np.maximum(np.stack(maps, axis=-1), 0)
        if i <= pooled:
            h, w = x.shape[0] // 2, x.shape[1] // 2
            x = x[: 2 * h, : 2 * w].reshape(h, 2, w, 2, -1).max(axis=(1, 3))
    return 1 / (1 + np.exp(-(x.reshape(-1) @ weights["embedding.kernel"] + weights["embedding.bias"])))


def test_kochs_network_has_38_951_745_parameters():
    network = build_siamese(build_twin(TwinConfig()))
    assert network.count_params() == 38_951_745
    shapes = {layer.name: layer.output.shape[1:] for layer in network.get_layer("twin").layers}
    assert shapes["conv1"] == (96, 96, 64)
    assert shapes["pool1"] == (48, 48, 64)
    assert shapes["conv2"] == (42, 42, 128)
    assert shapes["conv3"] == (18, 18, 128)
    assert shapes["conv4"] == (6, 6, 256)
    assert shapes["flatten"] == (9216,)
    assert shapes["embedding"] == (4096,)


def test_the_twin_computes_the_papers_formula():
    twin = build_twin(drawn.TINY)
    drawing = drawn.scribble(1, 1)
    assert np.allclose(twin(drawing[None, ..., None])[0], by_hand(drawing, fold(twin, drawn.TINY)), atol=1e-5)


def test_the_order_of_a_pair_does_not_matter_to_the_last_bit():
    network = build_siamese(build_twin(drawn.TINY))
    assert np.array_equal(network(PAIR), network(PAIR[::-1]))


def test_the_similarity_of_a_drawing_to_itself_is_the_sigmoid_of_the_bias():
    network = build_siamese(build_twin(drawn.TINY))
    bias = network.get_layer("head").get_weights()[1][0]
    assert np.allclose(network([PAIR[0], PAIR[0]]), 1 / (1 + np.exp(-bias)))


def test_folding_batch_normalisation_does_not_change_the_function():
    trained = build_twin(drawn.TINY, batch_norm=True)
    for _ in range(30):  # statistics and offsets that are not the initial ones
        trained(PAIR[0], training=True)
    for variable in trained.trainable_variables:
        variable.assign(variable + 0.1 * np.random.default_rng(0).normal(size=variable.shape))
    plain = build_twin(drawn.TINY)
    assign(plain, fold(trained, drawn.TINY))
    assert np.allclose(plain(PAIR[1]), trained(PAIR[1], training=False), atol=1e-5)


def test_batch_normalisation_centres_and_scales_a_batch():
    trained = build_twin(drawn.TINY, batch_norm=True)
    maps = keras.Model(trained.input, trained.get_layer("norm1").output)(PAIR[0], training=True).numpy()
    assert np.allclose(maps.mean(axis=(0, 1, 2)), 0, atol=1e-4)
    assert np.allclose(maps.std(axis=(0, 1, 2)), 1, atol=0.1)


@pytest.mark.parametrize("policy", ["bfloat16", "mixed_bfloat16"])
def test_bfloat16_changes_embeddings_by_at_most_two_hundredths(policy):
    exact, rough = build_twin(drawn.TINY), build_twin(drawn.TINY, policy=policy)
    rough.set_weights(exact.get_weights())
    assert rough(PAIR[0]).dtype == "float32"
    assert np.allclose(exact(PAIR[0]), rough(PAIR[0]), atol=0.02)


def test_a_keras_file_of_the_network_opens_in_safe_mode(tmp_path):
    network = build_siamese(build_twin(drawn.TINY))
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras", safe_mode=True)
    assert np.array_equal(loaded(PAIR), network(PAIR))
