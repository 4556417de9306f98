"""Published results on Lake's runs: 20-way 1-shot within an alphabet, 400 trials. No other protocol compares with them.

Figures as published; those of Koch et al. (2015) are from their table 2. Our own figures are never written here.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Published:
    """An accuracy in [0, 1] on Lake's runs; people: whether it is that of people."""

    name: str
    accuracy: float
    source: str
    people: bool = False


PEOPLE = Published("People", 0.955, "Lake et al., 2015", people=True)
KOCH = Published("Koch's siamese network", 0.920, "Koch et al., 2015")
LAKE_RUNS = (
    Published("Attentive recurrent comparators", 0.985, "Shyam et al., 2017"),
    Published("Bayesian program learning, from pen strokes", 0.967, "Lake et al., 2015"),
    PEOPLE,
    KOCH,
    Published("Deep convolutional network", 0.865, "Lake et al., 2015"),
    Published("Affine model", 0.818, "Koch et al., 2015"),
    Published("Hierarchical deep model", 0.652, "Koch et al., 2015"),
    Published("Deep Boltzmann machine", 0.620, "Koch et al., 2015"),
    Published("Siamese network without convolutions", 0.583, "Koch et al., 2015"),
    Published("Simple stroke model", 0.352, "Koch et al., 2015"),
    Published("Nearest neighbour, as published", 0.217, "Koch et al., 2015"),
)
"""The best first."""
