"""What a network is made of and how it is trained, as frozen dataclasses. The defaults are the preset `best`.

A configuration is stored as `dataclasses.asdict` gives it, and `TrainConfig.from_dict` reads that back. Where a field
can be one of several dataclasses (`batch`, `optimiser`), its `kind` says which. Invalid values raise ValueError.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

from siamese import flat_config

SIDE = 105
"""Height and width of every drawing in pixels, Omniglot's own size (Koch et al., section 4)."""
LARGEST_SEED = 2**32 - 1
"""The limit of numpy, by way of keras.utils.set_random_seed."""


@dataclasses.dataclass(frozen=True)
class TwinConfig:
    """Sizes of the twin; the defaults are Koch's (figure 4): 38,951,745 parameters with the head."""

    filters: tuple[int, ...] = (64, 128, 128, 256)  # output channels of each convolution
    kernels: tuple[int, ...] = (10, 7, 4, 4)  # side of each square kernel in px, stride 1, no padding
    embedding: int = 4096  # outputs of the twin

    def __post_init__(self) -> None:
        if len(self.filters) != len(self.kernels):
            raise ValueError(
                f"{len(self.filters)} filter counts but {len(self.kernels)} kernel sizes: give one of each per layer."
            )
        self.feature_side()

    def column(self, columns: int) -> TwinConfig:
        """One of `columns` equal twins that together are as wide as this one. `columns` must divide its widths."""
        counts = (*self.filters, self.embedding)
        if columns < 1 or any(count % columns for count in counts):
            raise ValueError(f"{columns} columns do not divide {counts} evenly: use a divisor of all of them.")
        return TwinConfig(tuple(count // columns for count in self.filters), self.kernels, self.embedding // columns)

    def feature_side(self) -> int:
        """Side in pixels of the last feature map: 6 for Koch's twin."""
        side = SIDE
        for layer, kernel in enumerate(self.kernels):
            side -= kernel - 1
            if layer < len(self.kernels) - 1:
                side //= 2
            if side < 1:
                raise ValueError(f"Convolution {layer + 1}: kernel {kernel} is too large for a {SIDE} px drawing.")
        return side


@dataclasses.dataclass(frozen=True)
class DistortConfig:
    """How far a drawing is distorted in training. Koch's section 3.2 has the affine part; the rest is ours."""

    affine: float = 0.7  # probability of each of the four affine components
    rotation: float = 5.0  # largest angle in degrees, either way
    shear: tuple[float, float] = (0.1, 0.06)  # largest horizontal and vertical shear, either way
    scale: tuple[float, float] = (0.93, 1.07)  # smallest and largest factor, drawn for each axis
    shift: float = 5.0  # largest shift in px along each axis, either way
    elastic: float = 0.7  # probability of bending
    elastic_grid: tuple[int, int] = (4, 7)  # fewest and most control points per side
    elastic_strength: tuple[float, float] = (0.2, 1.0)  # range of the standard deviation of their displacement in px
    thicker: float = 0.35  # probability of a thicker pen
    thinner: float = 0.1  # probability of a thinner pen


PAIR_LOSSES = {
    "network": "all weights; the one-shot softmax trains them, too",
    "scale": "scale and bias of the logit, so that similarities are probabilities; the softmax trains all else",
}


@dataclasses.dataclass(frozen=True)
class AllPairs:
    """A batch of `characters` x `drawers` drawings, all pairs of which are training pairs."""

    characters: int = 32
    drawers: int = 4
    same_alphabet: float = 0.65  # share of the plain batches whose characters come from few alphabets: look-alikes
    composed: float = 0.2  # share of batches of characters put together from two each (data/compose.py)
    varied: float = 0.25  # share of batches of near misses: with a mark more or a part less (data/vary.py)
    upright: float = 0.4  # probability that an alphabet is shown as drawn, not turned or mirrored into a new one
    same_drawers: bool = True  # all characters of a batch by the same drawers: a support set is then by one person
    pair_loss: str = "scale"  # what the cross-entropy on pairs trains, one of PAIR_LOSSES
    kind: str = dataclasses.field(default="all pairs", init=False)

    def __post_init__(self) -> None:
        if self.pair_loss not in PAIR_LOSSES:
            raise ValueError(f"There is no pair loss {self.pair_loss!r}: use one of {', '.join(PAIR_LOSSES)}.")
        if self.characters < 2 or self.drawers < 2:
            size = f"{self.characters} characters x {self.drawers} drawers"
            raise ValueError(f"A batch of {size} lacks same or different pairs: use at least 2 of each.")

    @property
    def drawings(self) -> int:
        """Drawings in a batch."""
        return self.characters * self.drawers


@dataclasses.dataclass(frozen=True)
class RandomPairs:
    """A batch of random pairs, the first half of them of the same character (section 3.2)."""

    pairs: int = 32
    kind: str = dataclasses.field(default="random pairs", init=False)

    def __post_init__(self) -> None:
        if self.pairs < 2 or self.pairs % 2:
            raise ValueError(
                f"{self.pairs} pairs in a batch: half of them show the same character; use an even number."
            )

    @property
    def drawings(self) -> int:
        """Drawings in a batch."""
        return 2 * self.pairs


@dataclasses.dataclass(frozen=True)
class AdamW:
    """Adam with decoupled weight decay; the rate warms up linearly, then falls to zero along a cosine."""

    rate: float = 1e-3
    decay: float = 1e-3  # weight decay per step, as a factor on the rate
    warmup: int = 200  # steps to the full rate
    layer_rates: tuple[float, ...] = ()  # factor on the rate of each convolution, dense layer and head; empty: all 1
    clip: float = 1.0  # largest norm of the gradient over all columns; 0: no limit
    kind: str = dataclasses.field(default="adamw", init=False)


@dataclasses.dataclass(frozen=True)
class Adam:
    """Adam at a constant rate, the same for all layers."""

    rate: float = 1e-3
    layer_rates: ClassVar[tuple[float, ...]] = ()
    kind: str = dataclasses.field(default="adam", init=False)


@dataclasses.dataclass(frozen=True)
class SGD:
    """Stochastic gradient descent with momentum, as the paper and the blog post use it."""

    rate: float = 1e-2
    momentum: tuple[float, float] = (0.0, 0.0)  # at the first step and, after a linear rise, at the last
    nesterov: bool = False
    decay: float = 0.0  # what Keras called decay in 2017: rate / (1 + decay * step)
    epoch: int = 0  # steps after which the rate is multiplied by 0.99 (section 3.2); 0: never
    layer_rates: tuple[float, ...] = ()  # factor on the rate of each convolution, dense layer and head; empty: all 1
    kind: str = dataclasses.field(default="sgd", init=False)


@dataclasses.dataclass(frozen=True)
class Schedule:
    """How long a run trains, and when it is validated and saved."""

    steps: int = 7000
    validate_every: int = 500  # steps
    validation_trials: int = 1000
    patience: int = 0  # stop after this many validations without a better one; 0: never
    checkpoint_every: int = 250  # steps

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(f"{self.steps} steps: train for at least 1.")
        if min(self.validate_every, self.validation_trials, self.checkpoint_every) < 1:
            raise ValueError("Validate and save every 1 or more steps, on 1 or more trials.")


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """One training run; the defaults are the preset `best`."""

    twin: TwinConfig = TwinConfig()
    columns: int = 4  # narrow networks trained side by side; they share only the batches and the limit on the gradient
    distort: DistortConfig | None = DistortConfig()  # None: drawings as they are
    batch: AllPairs | RandomPairs = AllPairs()
    optimiser: AdamW | Adam | SGD = AdamW()
    schedule: Schedule = Schedule()
    normalised: bool = True  # size, position and slant of every drawing are normalised, in training and in use
    batch_norm: bool = True  # batch normalisation in training, folded into Koch's weights afterwards
    initial_weights: str = "distance"  # one of INITIAL_WEIGHTS
    penalty: tuple[float, float, float] = (0.0, 0.0, 0.0)  # L2 on kernels of convolutions, dense layer and head
    average: float = 0.995  # decay per step of the averaged weights that are evaluated; 0: the last weights
    from_drawers: int = 20  # only drawings by drawers 1 to this one are used for training; the paper has 12
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= LARGEST_SEED:
            raise ValueError(f"The seed is {self.seed}: use one from 0 to {LARGEST_SEED}.")
        if self.initial_weights not in INITIAL_WEIGHTS:
            known = ", ".join(INITIAL_WEIGHTS)
            raise ValueError(f"There are no initial weights {self.initial_weights!r}: use one of {known}.")
        if len(self.penalty) != 3:
            raise ValueError(f"{len(self.penalty)} penalties: give one for convolutions, dense layer and head.")
        self.twin.column(self.columns)
        rates, layers = self.optimiser.layer_rates, len(self.twin.filters) + 2
        if rates and len(rates) != layers:
            raise ValueError(f"{len(rates)} layer rates: give {layers}, for convolutions, dense layer and head.")

    @property
    def column(self) -> TwinConfig:
        """The twin of one column."""
        return self.twin.column(self.columns)

    def changed(self, **changes: Any) -> TrainConfig:
        """A copy with these fields changed; a mapping changes fields of a part, as in `schedule={"steps": 100}`."""
        parts = {
            name: dataclasses.replace(getattr(self, name), **fields)
            for name, fields in changes.items()
            if isinstance(fields, Mapping)
        }
        return dataclasses.replace(self, **{**changes, **parts})

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> TrainConfig:
        """The configuration that `dataclasses.asdict` gave, also after a trip through JSON; flat ones of earlier
        versions too. Raises TypeError or ValueError for anything else."""
        fields = dict(flat_config.nested(fields) if "steps" in fields else fields)
        for name, classes in _NESTED.items():
            if name in fields and (name, fields[name]) != ("distort", None):
                fields[name] = _read(fields[name], classes)
        return cls(**{name: _tuple(value) for name, value in fields.items()})


INITIAL_WEIGHTS = {
    "distance": "Keras' own for the twin, and a head that is a distance: all weights -16 / embedding, bias 2",
    "paper": "section 3.2: kernels of convolutions N(0, 0.01), of dense layers N(0, 0.2), biases N(0.5, 0.01)",
    "walkthrough": "kernels N(0, 0.01), biases N(0.5, 0.01); Keras' own for conv1's bias and the head's kernel",
    "keras": "Keras' own for the twin and the head: kernels Glorot uniform, biases 0",
}

BEFORE_PAIR_LOSSES = {"same_drawers": False, "pair_loss": "network"}
"""What runs of earlier versions did, whose configurations lack these fields of `AllPairs`."""

_NESTED: dict[str, tuple[type, ...]] = {
    "twin": (TwinConfig,),
    "distort": (DistortConfig,),
    "batch": (AllPairs, RandomPairs),
    "optimiser": (AdamW, Adam, SGD),
    "schedule": (Schedule,),
}


def _read(fields: Mapping[str, Any], classes: tuple[type, ...]) -> Any:
    """The one of these dataclasses that the fields' `kind` names."""
    if not isinstance(fields, Mapping):
        raise ValueError(f"{fields!r} is not a set of fields")
    given = {name: _tuple(value) for name, value in fields.items()}
    if given.get("kind") == "all pairs":
        given = {**BEFORE_PAIR_LOSSES, **given}
    kinds = {getattr(each, "kind", None): each for each in classes}
    kind = given.pop("kind", None)
    if kind not in kinds:
        raise ValueError(f"{kind!r} is none of {', '.join(map(repr, kinds))}")
    return kinds[kind](**given)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
