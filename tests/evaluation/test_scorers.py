from __future__ import annotations

import pytest

from siamese.evaluation import scorers
from siamese.evaluation.baselines import Chance, ModifiedHausdorff, NormalisedNearest, PixelNearest


def test_the_table_has_every_scorer_once():
    factories = {key: info.factory for key, info in scorers.SCORERS.items()}
    assert factories == {
        "network": None,
        "nearest": PixelNearest,
        "normalised": NormalisedNearest,
        "hausdorff": ModifiedHausdorff,
        "chance": Chance,
    }
    assert all(info.key == key for key, info in scorers.SCORERS.items())
    assert len({info.label for info in scorers.SCORERS.values()}) == 5
    assert scorers.BASELINES == ("nearest", "normalised", "hausdorff", "chance")


def test_only_the_network_asks_for_the_network():
    network = object()
    assert scorers.make("network", lambda: network) is network
    assert type(scorers.make("normalised", pytest.fail)) is NormalisedNearest
