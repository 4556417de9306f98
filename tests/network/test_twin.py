from __future__ import annotations

import keras
import numpy as np
import pytest
from scipy.signal import correlate

from siamese.config import TwinConfig
from siamese.network.twin import FusedBatchNorm, assign, build_siamese, build_twin, fold
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


def test_the_moving_mean_and_variance_move_by_a_twentieth_of_the_way_to_the_batch():
    layer = FusedBatchNorm()
    inputs = np.random.default_rng(0).normal(3, 2, (2, 5, 5, 4)).astype(np.float32)
    for _ in range(2):
        layer(inputs, training=True)
    mean, variance = inputs.mean(axis=(0, 1, 2)), inputs.var(axis=(0, 1, 2), ddof=1)
    assert np.allclose(layer.mean, (1 - 0.95**2) * mean, atol=1e-4)
    assert np.allclose(layer.variance, 0.95**2 + (1 - 0.95**2) * variance, atol=1e-3)


def test_batch_normalisation_adds_0_001_to_the_variance():
    layer = FusedBatchNorm()
    inputs = np.random.default_rng(0).normal(1, 0.0003**0.5, (4, 8, 8, 2)).astype(np.float32)
    expected = (inputs - inputs.mean(axis=(0, 1, 2))) / np.sqrt(inputs.var(axis=(0, 1, 2)) + 1e-3)
    assert np.allclose(layer(inputs, training=True), expected, atol=1e-3)


def test_outside_training_the_moving_mean_and_variance_are_used_and_stay():
    layer = FusedBatchNorm()
    inputs = np.random.default_rng(0).normal(1, 1, (4, 8, 8, 2)).astype(np.float32)
    layer.build(inputs.shape)
    layer.offset.assign([1.0, -2.0])
    layer.mean.assign([0.5, 0.5])
    layer.variance.assign([3.0, 0.001])
    assert np.allclose(layer(inputs), (inputs - 0.5) / np.sqrt([3.001, 0.002]) + [1.0, -2.0], atol=1e-3)
    assert np.allclose(layer.mean, 0.5)


def test_batch_normalisation_of_the_embedding_has_the_same_constants():
    layer = build_twin(drawn.TINY, batch_norm=True).get_layer("norm_embedding")
    assert (layer.momentum, layer.epsilon) == (0.95, 1e-3)


def test_batch_normalisation_comes_before_every_non_linearity():
    names = [layer.name for layer in build_twin(drawn.TINY, batch_norm=True).layers]
    for i in range(1, 5):
        assert names.index(f"relu{i}") == names.index(f"norm{i}") + 1
    assert names[-3:] == ["embedding", "norm_embedding", "sigmoid"]
    assert not any("norm" in layer.name for layer in build_twin(drawn.TINY).layers)


def test_training_moves_the_offset_and_no_scale():
    norm = build_twin(drawn.TINY, batch_norm=True).get_layer("norm1")
    assert [v.name for v in norm.trainable_variables] == ["offset"]
    assert [v.name for v in norm.non_trainable_variables] == ["mean", "variance"]


@pytest.mark.parametrize("batch_norm", [False, True])
def test_all_layers_but_the_last_compute_in_the_policy(batch_norm):
    twin = build_twin(drawn.TINY, batch_norm, "mixed_bfloat16")
    policies = {layer.name: layer.dtype_policy.name for layer in twin.layers[1:]}
    assert policies.pop("sigmoid") == "float32"
    assert set(policies.values()) == {"mixed_bfloat16"}
    assert {v.dtype for v in twin.variables} == {"float32"}


def test_the_inputs_of_the_pair_have_names():
    network = build_siamese(build_twin(drawn.TINY))
    assert [each.name for each in network.inputs] == ["first", "second"]
    assert network.output_shape == (None, 1)


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
