"""What a network is made of and how it is trained, as frozen dataclasses.

A preset holds only its differences from the defaults; the defaults are the preset `best`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

SIDE = 105
"""Height and width of every drawing in pixels, Omniglot's own size (Koch et al., section 4)."""


@dataclasses.dataclass(frozen=True)
class TwinConfig:
    """Sizes of the twin; the defaults are Koch's (figure 4): 38,951,745 parameters with the head."""

    filters: tuple[int, ...] = (64, 128, 128, 256)  # output channels of each convolution
    kernels: tuple[int, ...] = (10, 7, 4, 4)  # side of each square kernel, stride 1, no padding
    embedding: int = 4096  # outputs of the twin

    def __post_init__(self) -> None:
        if len(self.filters) != len(self.kernels):
            raise ValueError(
                f"{len(self.filters)} filter counts but {len(self.kernels)} kernel sizes: give one of each a layer."
            )
        self.feature_side()

    def column(self, columns: int) -> TwinConfig:
        """One of so many equal columns that are together as wide as this twin. Raises ValueError when they do not come out even."""
        if columns < 1 or any(count % columns for count in (*self.filters, self.embedding)):
            raise ValueError(
                f"{columns} columns do not divide {(*self.filters, self.embedding)} evenly: use 1 or a divisor of them all."
            )
        return TwinConfig(tuple(count // columns for count in self.filters), self.kernels, self.embedding // columns)

    def feature_side(self) -> int:
        """Side in pixels of the last feature map: 6 for Koch's twin. Raises ValueError when nothing would be left."""
        side = SIDE
        for layer, kernel in enumerate(self.kernels):
            side -= kernel - 1
            if layer < len(self.kernels) - 1:
                side //= 2
            if side < 1:
                raise ValueError(f"Convolution {layer + 1} with kernel {kernel} leaves nothing of a {SIDE} px drawing.")
        return side


@dataclasses.dataclass(frozen=True)
class DistortConfig:
    """How far a drawing is distorted while training. Koch's section 3.3 has the affine part; the rest is ours."""

    affine: float = 0.7  # probability of each of the four affine components
    rotation: float = 5.0  # degrees, uniform in +-
    shear: tuple[float, float] = (0.1, 0.06)  # horizontal, vertical
    scale: tuple[float, float] = (0.93, 1.07)  # each axis on its own
    shift: float = 5.0  # px, each axis
    elastic: float = 0.7  # probability of bending
    elastic_grid: tuple[int, int] = (4, 7)  # control points a side, inclusive range
    elastic_strength: tuple[float, float] = (0.2, 1.0)  # standard deviation of their displacement in px
    thicker: float = 0.35  # probability of a thicker pen
    thinner: float = 0.1  # probability of a thinner pen


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """One training run; the defaults are the preset `best`.

    A batch is either `characters` x `drawers` drawings, all pairs of which are training pairs, or, as in the paper, so
    many random `pairs`.
    """

    twin: TwinConfig = TwinConfig()
    columns: int = 4  # so many narrow networks are trained side by side; they share only the batches and `clip`
    distort: DistortConfig | None = DistortConfig()  # None: drawings as they are
    steps: int = 7000
    pairs: int = 0  # random pairs a batch, half of them same; 0: all pairs of characters x drawers
    characters: int = 32
    drawers: int = 4
    from_drawers: int = 20  # training drawings are those of the first so many drawers; the paper has 12
    normalised: bool = (
        True  # every drawing is brought to one size and place first (data/normalise.py), in use as in training
    )
    same_alphabet: float = (
        0.65  # share of the batches left by the next two whose characters are from few alphabets: look-alikes
    )
    composed: float = 0.2  # share of batches whose characters are put together from two each (data/compose.py)
    varied: float = 0.25  # share of batches of near misses: a mark more or a part less (data/vary.py)
    upright: float = (
        0.4  # probability that a batch's alphabet is shown as drawn; else turned or mirrored, as new characters
    )
    batch_norm: bool = True  # batch normalisation while training, folded into Koch's weights afterwards
    paper_start: bool = False  # the paper's initialisation (section 3.2); else Keras' own and a head that is a distance
    optimiser: str = "adamw"  # adamw, adam or sgd
    rate: float = 1e-3
    layer_rates: tuple[
        float, ...
    ] = ()  # adamw, sgd: factors on the rate of each convolution, the dense layer, the head; empty: all 1
    warmup: int = 200  # steps to the full rate, then a cosine to zero; adamw only
    epoch: int = 0  # steps after which the rate falls to 0.99 of itself (section 3.2); 0: never
    momentum: tuple[float, float] = (0.0, 0.0)  # sgd: first value, and the last after a linear rise over the run
    nesterov: bool = False
    decay: float = 1e-3  # adamw: decoupled weight decay; sgd: what Keras called decay, rate / (1 + decay * step)
    penalty: tuple[float, float] = (0.0, 0.0)  # L2 on the kernels of convolutions and of the dense layers
    clip: float = 1.0  # gradient norm, of all columns together; 0: none
    average: float = (
        0.995  # decay per step of the averaged weights, which are the ones evaluated and shipped; 0: the last step's
    )
    seed: int = 0
    validate_every: int = 500  # steps
    validation_trials: int = 1000
    patience: int = 0  # stop after so many validations without a better one; 0: never
    checkpoint_every: int = 250  # steps

    def __post_init__(self) -> None:
        if self.pairs == 0 and (self.characters < 2 or self.drawers < 2):
            raise ValueError(
                f"A batch of {self.characters} characters x {self.drawers} drawers has no pairs of both kinds: use 2 or more."
            )
        if self.pairs < 0 or self.pairs % 2:
            raise ValueError(
                f"{self.pairs} pairs a batch: half of them are the same character, so take an even number."
            )
        if self.steps < 1:
            raise ValueError(f"{self.steps} steps: train for at least one.")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise ValueError(f"{self.seed} as the seed: take one from 0 to {LARGEST_SEED}.")
        if self.optimiser not in OPTIMISERS:
            raise ValueError(f"There is no optimiser {self.optimiser!r}; there are {', '.join(OPTIMISERS)}.")
        self.twin.column(self.columns)
        if self.layer_rates and len(self.layer_rates) != len(self.twin.filters) + 2:
            raise ValueError(
                f"{len(self.layer_rates)} layer rates for {len(self.twin.filters)} convolutions, dense layer and head: give one of each."
            )

    @property
    def column(self) -> TwinConfig:
        """The twin of one column."""
        return self.twin.column(self.columns)

    @property
    def drawings(self) -> int:
        """Drawings in a batch."""
        return 2 * self.pairs or self.characters * self.drawers

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> TrainConfig:
        """What `dataclasses.asdict` made, also after a trip through JSON. Raises TypeError or ValueError for anything else."""
        fields = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
        if "framed" in fields:  # fields of earlier versions, under their names of then
            fields = {**fields, "batch_norm": fields["normalise"], "normalised": fields["framed"]}
            del fields["framed"], fields["normalise"]
        for name, kind in (("twin", TwinConfig), ("distort", DistortConfig)):
            if isinstance(fields.get(name), dict):
                fields[name] = kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in fields[name].items()})
        return cls(**fields)

    def digest(self) -> str:
        """Hash that tells two configurations apart; a checkpoint is resumed only under the same one."""
        return hashlib.sha256(json.dumps(dataclasses.asdict(self), sort_keys=True).encode()).hexdigest()[:16]


OPTIMISERS = ("adamw", "adam", "sgd")
LARGEST_SEED = 2**32 - 1
"""numpy's own limit, by way of keras.utils.set_random_seed."""

_ARTICLES = TrainConfig(
    columns=1,
    distort=None,
    steps=20_000,
    pairs=32,
    normalised=False,
    batch_norm=False,
    paper_start=True,
    warmup=0,
    decay=0.0,
    penalty=(2e-4, 1e-3),
    clip=0.0,
    average=0.0,
    validate_every=200,
    validation_trials=250,
)
"""What both articles have in common: Koch's network in plain Keras, 32 random pairs a step, nothing distorted."""

PRESETS: dict[str, TrainConfig] = {
    "best": TrainConfig(),
    "lesson": TrainConfig(
        twin=TwinConfig().column(4),
        columns=1,
        normalised=False,
        steps=1200,
        warmup=100,
        validate_every=50,
        validation_trials=200,
        checkpoint_every=50,
    ),
    "paper": dataclasses.replace(
        _ARTICLES,
        distort=DistortConfig(
            affine=0.5, rotation=10, shear=(0.3, 0.3), scale=(0.8, 1.2), shift=2, elastic=0, thicker=0, thinner=0
        ),
        steps=200 * 1172,
        pairs=128,
        from_drawers=12,
        optimiser="sgd",
        rate=1e-2,
        layer_rates=(1, 1, 1, 1, 0.1, 1),
        epoch=1172,
        momentum=(0.5, 0.9),
        validate_every=1172,
        validation_trials=320,
        patience=20,
    ),
    "walkthrough": dataclasses.replace(_ARTICLES, optimiser="adam", rate=6e-5),
    "blog": dataclasses.replace(_ARTICLES, optimiser="sgd", rate=0.009, momentum=(0.6, 0.6), nesterov=True, decay=3e-4),
}
"""Each a difference from the defaults, with its reason:

best         our recipe, and that of the shipped weights; what each part of it gives: docs/ablation.md
lesson       one column of the four, for a class that watches: past 70 % 20-way within two minutes on a CPU. Its drawings are not
             normalised, because random filters tell normalised ones apart before they have learned anything
paper        Koch, Zemel & Salakhutdinov (2015): 150,000 pairs an epoch with affine distortions, layer-wise rates, rising momentum,
             at most 200 epochs, ended by 20 without a better validation; 92.0 % on Lake's runs by their own account. The values they
             chose were never published: rates and momentum here are ours
walkthrough  the Keras walk-through of 2019: Adam 6e-5, 20,000 steps of 32 pairs; published 82 to 87 % across alphabets
blog         the blog post of 2017: SGD 0.009, Nesterov momentum 0.6, decay 0.0003; published about 83 % across alphabets
"""
