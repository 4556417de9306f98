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


def test_only_the_network_is_the_one_given():
    network = Chance()
    assert scorers.make("network", network) is network
    assert type(scorers.make("normalised", network)) is NormalisedNearest
    with pytest.raises(ValueError, match="needs weights"):
        scorers.make("network")
