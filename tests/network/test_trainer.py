from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import tensorflow as tf

from siamese.config import AllPairs, RandomPairs
from siamese.network import weights
from siamese.network.trainer import Trainer, TrainingError, all_pairs, pair_losses, random_pair_losses
from siamese.network.twin import assign, build_twin
from siamese.presets import PRESETS
from tests import drawn
from tests.configs import TINY, change

CHARACTERS = drawn.character_set(alphabets=2, characters=20, drawers=5)
VALIDATION = drawn.character_set(alphabets=1, characters=20, drawers=3)


@pytest.fixture
def start() -> Iterator[Callable[..., Trainer]]:
    """Makes trainers of the small configuration with changes, and closes them after the test."""
    with contextlib.ExitStack() as made:

        def begin(**changes) -> Trainer:
            return made.enter_context(contextlib.closing(Trainer(change(TINY, **changes), CHARACTERS, VALIDATION)))

        yield begin


def test_all_pairs_and_its_gradient_are_the_plain_ones():
    rng = np.random.default_rng(0)
    embeddings, weights_, upstream = (tf.constant(rng.normal(size=s), tf.float32) for s in ((7, 11), (11,), (7, 7)))

    def plain(e, w):
        return tf.tensordot(tf.abs(e[:, None] - e[None, :]), w, 1)

    gradients = []
    for function in (all_pairs, plain):
        with tf.GradientTape() as tape:
            tape.watch([embeddings, weights_])
            result = function(embeddings, weights_)
            total = tf.reduce_sum(result * upstream)
        gradients.append((result, *tape.gradient(total, [embeddings, weights_])))
    for ours, expected in zip(*gradients, strict=True):
        assert np.allclose(ours, expected, atol=1e-4)


def test_losses_are_their_definitions():
    characters, drawers = 3, 2
    logits = np.random.default_rng(0).normal(size=(6, 6)).astype(np.float32)
    pairs, shot, right = (float(v) for v in pair_losses(tf.constant(logits), characters, drawers))
    same, different, softmax = [], [], []
    for i in range(6):
        for j in range(6):
            if i // 2 == j // 2 and i != j:
                same.append(logits[i, j])
            elif i // 2 != j // 2:
                different.append(logits[i, j])
        for drawer in range(drawers):
            if i % 2 != drawer:
                shown = logits[i, drawer::2]
                softmax.append(np.log(np.exp(shown).sum()) - shown[i // 2])
    assert pairs == pytest.approx(
        0.5 * (np.log1p(np.exp(-np.array(same))).mean() + np.log1p(np.exp(different)).mean()), rel=1e-5
    )
    assert shot == pytest.approx(np.mean(softmax), rel=1e-5)
    assert right == pytest.approx(0.5 * ((np.array(same) > 0).mean() + (np.array(different) <= 0).mean()))


def test_the_loss_of_random_pairs_is_the_cross_entropy():
    logits = np.array([3.0, -1.0, 0.5, -2.0], np.float32)
    loss, right = random_pair_losses(tf.constant(logits))
    similarity = 1 / (1 + np.exp(-logits))
    assert float(loss) == pytest.approx(-np.log(np.r_[similarity[:2], 1 - similarity[2:]]).mean(), rel=1e-5)
    assert float(right) == 0.5


@pytest.mark.parametrize(
    "changes",
    [
        {"batch": AllPairs(4, 3, same_alphabet=0.0, composed=0.0, varied=0.0, upright=1.0)},
        {"batch": RandomPairs(16), "average": 0.0},
    ],
    ids=["all pairs", "random pairs"],
)
def test_a_network_learns_scribbles(changes, start):
    trainer = start(steps=60, rate=3e-3, **changes)
    losses = [trainer.advance()["loss"] for _ in range(60)]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])


def test_a_restored_trainer_goes_on_like_an_unbroken_one(start):
    unbroken, first, second = start(), start(), start()
    for _ in range(6):
        unbroken.advance()
    for _ in range(3):
        first.advance()
    second.restore(first.state(), first.step)
    assert [second.advance()["step"] for _ in range(3)] == [4, 5, 6]
    for name, tensor in unbroken.weights().items():
        assert np.allclose(tensor, second.weights()[name], atol=1e-4), name


def test_a_state_of_another_network_is_refused(start):
    other = start(twin=dataclasses.replace(drawn.TINY, embedding=drawn.TINY.embedding + 2))
    with pytest.raises(TrainingError, match="another network"):
        start().restore(other.state(), 1)


def test_a_validation_has_intervals_on_both_kinds_of_alphabets(start):
    found = start().validate()
    for name in ("validation", "background"):
        assert 0 <= found[f"{name}_low"] <= found[name] <= found[f"{name}_high"] <= 1
    assert found["validation_trials"] == 10


def test_a_loss_that_is_no_number_ends_the_run_with_a_sentence(start):
    trainer = start()
    trainer.head.assign(tf.fill(trainer.head.shape, np.nan))
    with pytest.raises(TrainingError, match="learning rate"):
        trainer.advance()


def test_its_weights_are_those_of_the_plain_network(start):
    assert {name: tensor.shape for name, tensor in start().weights().items()} == weights.shapes(drawn.TINY)


def test_its_graph_shows_every_layer(start):
    trainer = start()
    nodes = {node.name for node in tf.compat.v1.GraphDef.FromString(trainer.graph()).node}
    trainer.validate()  # with other batch sizes: the one graph serves them all
    for layer in ("conv1", "conv4", "embedding"):
        assert any(layer in name for name in nodes)


def test_without_an_average_the_weights_are_those_of_the_last_step(start):
    trainer = start(average=0.0, batch_norm=False)
    trainer.advance()
    assert np.array_equal(
        trainer.weights()["embedding.kernel"], trainer.columns[0].get_layer("embedding").kernel.numpy()
    )


def test_the_networks_logit_is_the_mean_of_its_columns(start):
    trainer = start(columns=2, normalised=False)
    for _ in range(3):
        trainer.advance()
    drawings = VALIDATION.drawings(np.arange(6))
    tensors, scorer = trainer.weights(), trainer.scorer()
    plain = build_twin(drawn.TINY)
    assign(plain, tensors)
    embedded = [column(drawings[..., None], training=False) for column in trainer.averaged_columns]
    heads, biases = trainer.averaged_head.numpy(), trainer.averaged_bias.numpy()
    logits = [
        np.abs(e[:1] - e[1:]) @ head + bias
        for e, head, bias in zip(map(np.asarray, embedded), heads, biases, strict=True)
    ]
    whole = np.asarray(plain(drawings[..., None]))
    assert np.allclose(
        np.abs(whole[:1] - whole[1:]) @ tensors["head.kernel"] + tensors["head.bias"],
        np.mean(logits, axis=0),
        atol=0.02,
    )
    features = scorer.prepare(drawings)
    assert np.allclose(scorer.compare(features[:1], features[1:]), np.mean(logits, axis=0), atol=0.02)
    assert not np.allclose(logits[0], logits[1], atol=0.1)


def test_the_papers_start_is_the_papers(start):
    trainer = start(initial_weights="paper", batch_norm=False)
    tensors = trainer.weights()
    assert np.std(tensors["embedding.kernel"]) == pytest.approx(0.2, rel=0.1)
    assert np.std(tensors["conv2.kernel"]) == pytest.approx(0.01, rel=0.2)
    assert np.mean(tensors["embedding.bias"]) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_trains(preset, start):
    recipe = PRESETS[preset]
    batch = {"pairs": 8} if isinstance(recipe.batch, RandomPairs) else {"characters": 4, "drawers": 3}
    sized = recipe.changed(twin=drawn.TINY, batch=batch, from_drawers=5, schedule={"validation_trials": 10})
    trainer = start(**vars(sized))
    before = trainer.weights()["embedding.kernel"]
    assert np.isfinite([trainer.advance()["loss"] for _ in range(2)]).all()
    assert not np.array_equal(before, trainer.weights()["embedding.kernel"])


def test_a_layers_rate_is_its_normalisations_too(start):
    layers = len(drawn.TINY.filters)
    trainer = start(layer_rates=(0.5,) + (1.0,) * (layers - 1) + (0.1, 2.0))
    paths = [v.path for column in trainer.columns for v in column.trainable_variables]
    named = list(zip(paths, trainer._rate_factors(), strict=False))
    assert {rate for path, rate in named if "1" in path.split("/")[0]} == {0.5}
    assert {rate for path, rate in named if "embedding" in path} == {0.1}
    assert trainer._rate_factors()[-2:] == [2.0, 2.0]
