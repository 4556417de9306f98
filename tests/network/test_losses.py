from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from siamese.network.losses import all_pairs, one_shot_softmax, pair_losses, random_pair_losses


def test_all_pairs_and_its_gradient_equal_the_plain_computation():
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


def test_the_losses_of_all_pairs_follow_their_definitions():
    characters, drawers = 3, 2
    logits = np.random.default_rng(0).normal(size=(6, 6)).astype(np.float32)
    pairs, accuracy = map(float, pair_losses(tf.constant(logits), characters, drawers))
    shot = float(one_shot_softmax(tf.constant(logits), characters, drawers))
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
    assert accuracy == pytest.approx(0.5 * ((np.array(same) > 0).mean() + (np.array(different) <= 0).mean()))


def test_the_loss_of_random_pairs_is_the_cross_entropy():
    logits = np.array([3.0, -1.0, 0.5, -2.0], np.float32)
    loss, accuracy = random_pair_losses(tf.constant(logits))
    similarity = 1 / (1 + np.exp(-logits))
    assert float(loss) == pytest.approx(-np.log(np.r_[similarity[:2], 1 - similarity[2:]]).mean(), rel=1e-5)
    assert float(accuracy) == 0.5


def test_a_logit_of_zero_counts_as_different():
    _, accuracy = random_pair_losses(tf.constant([0.0, 5.0, 0.0, -1.0]))
    assert float(accuracy) == 0.75
    logits = np.full((4, 4), -1.0, np.float32)
    logits[0, 1] = logits[1, 0] = logits[0, 2] = 0.0
    _, accuracy = pair_losses(tf.constant(logits), 2, 2)
    assert float(accuracy) == pytest.approx(0.5 * (0 + 1))
