from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import tensorflow as tf

from siamese.config import DistortConfig, TrainConfig
from siamese.network import weights
from siamese.network.trainer import Trainer, TrainingError, all_pairs, pair_losses
from tests import drawn

CHARACTERS = drawn.character_set(alphabets=2, characters=20, drawers=5)
VALIDATION = drawn.character_set(alphabets=1, characters=20, drawers=3)
CONFIG = TrainConfig(
    twin=drawn.TINY,
    distort=DistortConfig(),
    steps=6,
    characters=4,
    drawers=3,
    warmup=2,
    validate_every=3,
    validation_trials=10,
    checkpoint_every=3,
)


def start(folder, **changes) -> Trainer:
    return Trainer(dataclasses.replace(CONFIG, **changes), folder, CHARACTERS, VALIDATION)


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
    assert pairs == pytest.approx(0.5 * (np.log1p(np.exp(-np.array(same))).mean() + np.log1p(np.exp(different)).mean()), rel=1e-5)
    assert shot == pytest.approx(np.mean(softmax), rel=1e-5)
    assert right == pytest.approx(0.5 * ((np.array(same) > 0).mean() + (np.array(different) <= 0).mean()))


def test_a_network_learns_scribbles(tmp_path):
    trainer = start(
        tmp_path / "run", steps=40, rate=3e-3, validate_every=40, checkpoint_every=40, validation_trials=60, same_alphabet=0.0, upright=1.0
    )
    losses = [record["loss"] for record in trainer.run() if "loss" in record]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])


def test_an_interrupted_run_ends_like_an_unbroken_one(tmp_path):
    unbroken = start(tmp_path / "unbroken")
    list(unbroken.run())
    interrupted = start(tmp_path / "interrupted")
    for record in interrupted.run():
        if record["step"] == 5:
            break  # the checkpoint of step 3 is the last one
    resumed = start(tmp_path / "interrupted")
    assert resumed.step == 3
    list(resumed.run())
    for name, tensor in unbroken.weights().items():
        assert np.allclose(tensor, resumed.weights()[name], atol=1e-4), name
    steps = [[r["step"] for r in map(json.loads, (tmp_path / run / "metrics.jsonl").read_text().splitlines())] for run in ("unbroken", "interrupted")]
    assert steps[0] == steps[1] == [1, 2, 3, 3, 4, 5, 6, 6]


def test_a_torn_last_line_is_forgotten(tmp_path):
    list(start(tmp_path).run())
    with (tmp_path / "metrics.jsonl").open("a") as metrics:
        metrics.write('{"step": 7, "lo')
    start(tmp_path)
    assert all(json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines())


def test_the_last_two_checkpoints_are_kept(tmp_path):
    list(start(tmp_path, checkpoint_every=1).run())
    assert sorted(p.name for p in (tmp_path / "checkpoints").iterdir()) == ["step-00000005", "step-00000006"]


def test_another_configuration_is_refused(tmp_path):
    list(start(tmp_path).run())
    with pytest.raises(TrainingError, match="another configuration"):
        start(tmp_path, rate=0.5)


def test_a_loss_that_is_no_number_ends_the_run_with_a_sentence(tmp_path):
    trainer = start(tmp_path)
    trainer.head.assign(tf.fill([drawn.TINY.embedding], np.nan))
    with pytest.raises(TrainingError, match="learning rate"):
        list(trainer.run())


def test_its_weights_are_those_of_the_plain_network(tmp_path):
    trainer = start(tmp_path)
    assert {name: tensor.shape for name, tensor in trainer.weights().items()} == weights.shapes(drawn.TINY)
