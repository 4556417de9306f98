"""What a network is made of and how it is trained, as frozen dataclasses.

A preset holds only its differences from the defaults; the defaults are the recipe of the shipped weights.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json

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
            raise ValueError(f"{len(self.filters)} filter counts but {len(self.kernels)} kernel sizes: give one of each a layer.")
        self.feature_side()

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
    rotation: float = 12.0  # degrees, uniform in +-
    shear: tuple[float, float] = (0.3, 0.15)  # horizontal, vertical
    scale: tuple[float, float] = (0.8, 1.2)  # each axis on its own
    shift: float = 5.0  # px, each axis
    elastic: float = 0.7  # probability of bending
    elastic_grid: tuple[int, int] = (4, 7)  # control points a side, inclusive range
    elastic_strength: tuple[float, float] = (0.5, 2.5)  # standard deviation of their displacement in px
    thicker: float = 0.35  # probability of a thicker pen
    thinner: float = 0.1  # probability of a thinner pen


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """One training run. Batches are `characters` x `drawers` drawings; every pair of them is a training pair."""

    twin: TwinConfig = TwinConfig()
    distort: DistortConfig = DistortConfig()
    steps: int = 5500
    characters: int = 32
    drawers: int = 4
    same_alphabet: float = 0.65  # share of batches whose characters come from one or two alphabets: look-alikes
    upright: float = 0.4  # probability that a batch's alphabet is shown as drawn; else turned or mirrored, as new characters
    normalise: bool = True  # batch normalisation while training, folded into Koch's weights afterwards
    rate: float = 1e-3
    warmup: int = 200  # steps
    decay: float = 1e-3  # decoupled weight decay
    clip: float = 1.0  # global gradient norm
    average: float = 0.995  # decay per step of the averaged weights, which are the ones evaluated and shipped
    seed: int = 0
    validate_every: int = 500  # steps
    validation_trials: int = 500
    checkpoint_every: int = 125  # steps

    def __post_init__(self) -> None:
        if self.characters < 2 or self.drawers < 2:
            raise ValueError(f"A batch of {self.characters} characters x {self.drawers} drawers has no pairs of both kinds: use 2 or more.")
        if self.steps < 1:
            raise ValueError(f"{self.steps} steps: train for at least one.")

    def digest(self) -> str:
        """Hash that tells two configurations apart; a checkpoint is resumed only under the same one."""
        return hashlib.sha256(json.dumps(dataclasses.asdict(self), sort_keys=True).encode()).hexdigest()[:16]


PRESETS: dict[str, TrainConfig] = {
    "best": TrainConfig(),
}
"""`best`: the recipe of the shipped weights, see assets/koch.json for what it reached."""
