"""Losses of a training step: of all pairs of a batch, and of random pairs (Koch et al., section 3.2)."""

from __future__ import annotations

import tensorflow as tf


@tf.custom_gradient
def all_pairs(embeddings: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """sum_k weights[k] * |embeddings[i, k] - embeddings[j, k]| for all i, j: (n, d), (d,) -> (n, n), one row at a time.

    The (n, n, d) tensor, 268 MB for Koch's twin, is never made: each of its rows stays in the processor's cache.
    """

    def row(one):
        return tf.linalg.matvec(tf.abs(one - embeddings), weights)

    def gradient(upstream):
        both = upstream + tf.transpose(upstream)  # embedding i occurs in row i and in column i

        def rows(inputs):
            one, pull, half = inputs
            difference = one - embeddings
            towards = tf.linalg.matvec(tf.sign(difference), pull, transpose_a=True)
            return towards * weights, tf.linalg.matvec(tf.abs(difference), half, transpose_a=True)

        signature = (tf.float32, tf.float32)
        to_embeddings, to_weights = tf.map_fn(
            rows, (embeddings, both, upstream), fn_output_signature=signature, parallel_iterations=2
        )
        return to_embeddings, tf.reduce_sum(to_weights, axis=0)

    return tf.map_fn(row, embeddings, parallel_iterations=2), gradient


def pair_losses(logits: tf.Tensor, characters: int, drawers: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Cross-entropy and accuracy on the pairs of logits (n, n), n = characters * drawers.

    Same and different pairs have equal weight in total, although of 32 x 4 drawings 41 times fewer pairs are same.
    """
    character = tf.repeat(tf.range(characters), drawers)
    same = character[:, None] == character[None, :]
    distinct = ~tf.eye(characters * drawers, dtype=tf.bool)
    same_logits = tf.boolean_mask(logits, same & distinct)
    different_logits = tf.boolean_mask(logits, ~same)
    pairs = 0.5 * (tf.reduce_mean(tf.nn.softplus(-same_logits)) + tf.reduce_mean(tf.nn.softplus(different_logits)))
    accuracy = 0.5 * (
        tf.reduce_mean(tf.cast(same_logits > 0, tf.float32))
        + tf.reduce_mean(tf.cast(different_logits <= 0, tf.float32))
    )
    return pairs, accuracy


def one_shot_softmax(logits: tf.Tensor, characters: int, drawers: int) -> tf.Tensor:
    """Cross-entropy of the one-shot trials in logits (n, n), n = characters * drawers.

    The first drawings of all characters are the support set, then the second ones, and so on; all others are queries.
    A constant added to all logits changes nothing.
    """
    character = tf.repeat(tf.range(characters), drawers)
    by_place = tf.reshape(logits, (characters * drawers, characters, drawers))
    query_place = tf.tile(tf.range(drawers), [characters])
    shot = tf.nn.sparse_softmax_cross_entropy_with_logits(
        tf.repeat(character[:, None], drawers, axis=1), tf.transpose(by_place, (0, 2, 1))
    )
    return tf.reduce_mean(tf.boolean_mask(shot, query_place[:, None] != tf.range(drawers)[None, :]))


def random_pair_losses(logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Cross-entropy and accuracy of random pairs from logits (pairs,), the first half of which are same."""
    same = tf.cast(tf.range(tf.size(logits)) < tf.size(logits) // 2, tf.float32)
    accuracy = tf.reduce_mean(tf.cast(tf.equal(logits > 0, same > 0), tf.float32))
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(same, logits)), accuracy
