from __future__ import annotations

import dataclasses
import json

import pytest

from siamese.config import PRESETS, TrainConfig, TwinConfig


def test_kochs_twin_ends_in_maps_of_six():
    assert TwinConfig().feature_side() == 6


@pytest.mark.parametrize("wrong", [{"filters": (4, 4)}, {"kernels": (60, 60, 4, 4)}])
def test_impossible_twins_are_refused(wrong):
    with pytest.raises(ValueError, match=r"kernel"):
        TwinConfig(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"drawers": 1},
        {"characters": 1},
        {"steps": 0},
        {"pairs": 3},
        {"layer_rates": (1, 1)},
        {"columns": 3},
        {"seed": -1},
        {"seed": 2**32},
    ],
)
def test_what_cannot_be_trained_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\d"):
        TrainConfig(**wrong)


def test_digest_tells_configurations_apart():
    config = PRESETS["best"]
    assert (
        config.digest() == TrainConfig(**{f.name: getattr(config, f.name) for f in dataclasses.fields(config)}).digest()
    )
    assert config.digest() != dataclasses.replace(config, rate=config.rate / 2).digest()
    assert config.digest() != dataclasses.replace(config, twin=TwinConfig(embedding=64)).digest()


def test_columns_are_together_as_wide_as_the_network():
    assert TwinConfig().column(4) == TwinConfig((16, 32, 32, 64), embedding=1024)
    assert TwinConfig().column(1) == TwinConfig()


def test_an_unknown_optimiser_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="adamw, adam, sgd"):
        TrainConfig(optimiser="magic")


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_configuration_survives_json(preset):
    written = json.loads(json.dumps(dataclasses.asdict(PRESETS[preset])))
    assert TrainConfig.from_dict(written) == PRESETS[preset]
