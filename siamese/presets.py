"""Training recipes by name, each as its differences from the defaults of `TrainConfig`, with the reason.

best         our recipe; docs/ablation.md shows what each part contributes. The shipped weights were trained with its
             earlier form, in which pairs trained all weights and each character had drawers of its own
lesson       one column of the four, for live lessons: over 70 % 20-way within two minutes on a CPU. Its drawings are
             not normalised, because random filters tell normalised drawings apart before they have learned anything.
             Its pairs train the whole network, as in the paper, so that the curve shows a similarity being learned
paper        Koch, Zemel & Salakhutdinov (2015): 150,000 pairs per epoch with affine distortions, layer-wise rates,
             rising momentum; at most 200 epochs, ended by 20 without a better validation. They report 92.0 % on Lake's
             runs. The values they chose were never published: rates, momentum and penalty here are ours
walkthrough  the Keras walk-through of 2019 as its code has it: Adam at 6e-5, 20,000 steps of 32 pairs, its own initial
             weights, L2; published 82 to 87 % across alphabets
blog         the blog post of 2017 in its version with SGD: rate 0.009, Nesterov momentum 0.6, decay 0.0003, Keras' own
             initial weights, no penalty; published about 83 % across alphabets

docs/departures.md names the versions of the two articles' code, and what differs.
"""

from __future__ import annotations

from siamese.config import SGD, Adam, AdamW, AllPairs, DistortConfig, RandomPairs, Schedule, TrainConfig, TwinConfig

_ARTICLES = TrainConfig(
    columns=1,
    distort=None,
    batch=RandomPairs(32),
    schedule=Schedule(steps=20_000, validate_every=200, validation_trials=250),
    normalised=False,
    batch_norm=False,
    average=0.0,
)
"""What the paper and both articles have in common: Koch's network on random pairs, none of our additions."""

PRESETS: dict[str, TrainConfig] = {
    "best": TrainConfig(),
    "lesson": TrainConfig(
        twin=TwinConfig().column(4),
        columns=1,
        batch=AllPairs(same_drawers=False, pair_loss="network"),
        optimiser=AdamW(warmup=100),
        schedule=Schedule(steps=1200, validate_every=50, validation_trials=200, checkpoint_every=50),
        normalised=False,
    ),
    "paper": _ARTICLES.changed(
        distort=DistortConfig(
            affine=0.5, rotation=10, shear=(0.3, 0.3), scale=(0.8, 1.2), shift=2, elastic=0, thicker=0, thinner=0
        ),
        batch=RandomPairs(128),
        optimiser=SGD(momentum=(0.5, 0.9), epoch=1172, layer_rates=(1, 1, 1, 1, 0.1, 1)),
        schedule=Schedule(steps=200 * 1172, validate_every=1172, validation_trials=320, patience=20),
        initial_weights="paper",
        penalty=(2e-4, 1e-3, 1e-3),
        from_drawers=12,
    ),
    "walkthrough": _ARTICLES.changed(optimiser=Adam(6e-5), initial_weights="walkthrough", penalty=(2e-4, 1e-3, 0.0)),
    "blog": _ARTICLES.changed(
        optimiser=SGD(0.009, momentum=(0.6, 0.6), nesterov=True, decay=3e-4), initial_weights="keras"
    ),
}
