"""The one table of scorers: what can be measured, its name in files and on the command line, its name on pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from siamese.evaluation.baselines import Chance, ModifiedHausdorff, NormalisedNearest, PixelNearest
from siamese.evaluation.features import Scorer

NETWORK = "network"


@dataclasses.dataclass(frozen=True)
class ScorerInfo:
    """A scorer. key: its name in URLs, files and on the command line; label: its name on pages.

    factory: makes it; None for the network, which needs weights and comes from `siamese.network`.
    """

    key: str
    label: str
    factory: Callable[[], Scorer] | None


SCORERS = {
    info.key: info
    for info in (
        ScorerInfo(NETWORK, "network", None),
        ScorerInfo("nearest", "nearest neighbour", PixelNearest),
        ScorerInfo("normalised", "nearest neighbour, normalised", NormalisedNearest),
        ScorerInfo("hausdorff", "modified Hausdorff distance", ModifiedHausdorff),
        ScorerInfo("chance", "chance", Chance),
    )
}
"""By key, in the order of tables and legends."""

BASELINES = tuple(key for key, info in SCORERS.items() if info.factory is not None)
"""Keys of the scorers that learn nothing."""


def make(key: str, network: Scorer | None = None) -> Scorer:
    """The scorer with this key. Raises ValueError for the network when it is not given."""
    factory = SCORERS[key].factory
    scorer = network if factory is None else factory()
    if scorer is None:
        raise ValueError(f"The scorer {key!r} needs weights.")
    return scorer
