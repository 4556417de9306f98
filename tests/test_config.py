from __future__ import annotations

import dataclasses
import json

import pytest

from siamese.config import SGD, Adam, AdamW, AllPairs, DistortConfig, RandomPairs, Schedule, TrainConfig, TwinConfig
from siamese.presets import PRESETS

FLAT = {
    "twin": {"filters": [16, 32, 32, 64], "kernels": [10, 7, 4, 4], "embedding": 1024},
    "columns": 1,
    "distort": None,
    "steps": 20_000,
    "pairs": 32,
    "characters": 32,
    "drawers": 4,
    "from_drawers": 12,
    "normalised": False,
    "same_alphabet": 0.65,
    "composed": 0.2,
    "varied": 0.25,
    "upright": 0.4,
    "batch_norm": False,
    "paper_start": True,
    "optimiser": "sgd",
    "rate": 0.009,
    "layer_rates": [1, 1, 1, 1, 0.1, 1],
    "warmup": 0,
    "epoch": 1172,
    "momentum": [0.5, 0.9],
    "nesterov": True,
    "decay": 0.0003,
    "penalty": [0.0002, 0.001],
    "clip": 0.0,
    "average": 0.0,
    "seed": 3,
    "validate_every": 200,
    "validation_trials": 250,
    "patience": 20,
    "checkpoint_every": 250,
}
"""A config.json of earlier versions."""
NESTED = TrainConfig(
    twin=TwinConfig((16, 32, 32, 64), embedding=1024),
    columns=1,
    distort=None,
    batch=RandomPairs(32),
    optimiser=SGD(0.009, (0.5, 0.9), nesterov=True, decay=0.0003, epoch=1172, layer_rates=(1, 1, 1, 1, 0.1, 1)),
    schedule=Schedule(20_000, validate_every=200, validation_trials=250, patience=20),
    normalised=False,
    batch_norm=False,
    initial_weights="paper",
    penalty=(0.0002, 0.001, 0.001),
    average=0.0,
    from_drawers=12,
    seed=3,
)


def test_kochs_twin_ends_in_maps_of_six():
    assert TwinConfig().feature_side() == 6


@pytest.mark.parametrize("wrong", [{"filters": (4, 4)}, {"kernels": (60, 60, 4, 4)}])
def test_impossible_twins_are_refused(wrong):
    with pytest.raises(ValueError, match=r"kernel"):
        TwinConfig(**wrong)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (lambda: AllPairs(drawers=1), "32 characters x 1 drawers"),
        (lambda: AllPairs(characters=1), "1 characters x 4 drawers"),
        (lambda: AllPairs(pair_loss="none"), "use one of network, scale"),
        (lambda: RandomPairs(3), "3 pairs"),
        (lambda: RandomPairs(0), "0 pairs"),
        (lambda: Schedule(steps=0), "0 steps"),
        (lambda: Schedule(validate_every=0), "1 or more steps"),
        (lambda: TrainConfig(optimiser=AdamW(layer_rates=(1, 1))), "2 layer rates: give 6"),
        (lambda: TrainConfig(penalty=(0.1, 0.1)), "2 penalties"),
        (lambda: TrainConfig(columns=3), "3 columns"),
        (lambda: TrainConfig(seed=-1), "from 0 to 4294967295"),
        (lambda: TrainConfig(seed=2**32), "from 0 to 4294967295"),
        (lambda: TrainConfig(initial_weights="magic"), "distance, paper, walkthrough, keras"),
    ],
)
def test_what_cannot_be_trained_is_refused(wrong, named):
    with pytest.raises(ValueError, match=named):
        wrong()


def test_columns_are_together_as_wide_as_the_network():
    assert TwinConfig().column(4) == TwinConfig((16, 32, 32, 64), embedding=1024)
    assert TwinConfig().column(1) == TwinConfig()


def test_a_batch_counts_its_drawings():
    assert AllPairs(characters=32, drawers=4).drawings == 128
    assert RandomPairs(32).drawings == 64


def test_a_changed_copy_keeps_the_other_fields_of_a_part():
    changed = PRESETS["paper"].changed(seed=7, schedule={"steps": 10}, optimiser={"rate": 0.5}, batch=AllPairs(8))
    assert changed.schedule == dataclasses.replace(PRESETS["paper"].schedule, steps=10)
    assert changed.optimiser == dataclasses.replace(PRESETS["paper"].optimiser, rate=0.5)
    assert (changed.seed, changed.batch, changed.penalty) == (7, AllPairs(8), (2e-4, 1e-3, 1e-3))


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_configuration_survives_json(preset):
    written = json.loads(json.dumps(dataclasses.asdict(PRESETS[preset])))
    assert TrainConfig.from_dict(written) == PRESETS[preset]


def test_kinds_of_batch_and_optimiser_survive_json():
    for config in (TrainConfig(batch=RandomPairs(2), optimiser=Adam(0.1)), TrainConfig(optimiser=SGD(0.1))):
        assert TrainConfig.from_dict(json.loads(json.dumps(dataclasses.asdict(config)))) == config


def test_flat_configurations_of_earlier_versions_are_read():
    assert TrainConfig.from_dict(FLAT) == NESTED
    adamw = {**FLAT, "optimiser": "adamw", "pairs": 0, "clip": 2.0, "paper_start": False, "layer_rates": []}
    read = TrainConfig.from_dict(adamw)
    shares = {"same_alphabet": 0.65, "composed": 0.2, "varied": 0.25, "upright": 0.4}
    assert read.batch == AllPairs(32, 4, **shares, same_drawers=False, pair_loss="network")
    assert read.optimiser == AdamW(rate=0.009, decay=0.0003, warmup=0, clip=2.0)
    assert read.initial_weights == "distance"
    assert TrainConfig.from_dict({**FLAT, "optimiser": "adam"}).optimiser == Adam(0.009)


def test_the_oldest_names_are_read():
    """Then `framed` meant normalised drawings and `normalise` batch normalisation."""
    oldest = {name: value for name, value in FLAT.items() if name not in ("normalised", "batch_norm")}
    read = TrainConfig.from_dict({**oldest, "framed": True, "normalise": False})
    assert read == dataclasses.replace(NESTED, normalised=True, batch_norm=False)
    assert TrainConfig.from_dict({**oldest, "framed": False, "normalise": True}).batch_norm is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"batch": {"kind": "all triplets"}},
        {"optimiser": {"kind": "magic", "rate": 0.1}},
        {"optimiser": None},
        {"schedule": 7},
        {"colour": "red"},
        {"distort": {"colour": 1}},
        {name: value for name, value in FLAT.items() if name != "rate"},
        {**FLAT, "optimiser": "magic"},
        {**FLAT, "colour": "red"},
    ],
)
def test_what_is_no_configuration_is_refused(wrong):
    with pytest.raises((TypeError, ValueError)):
        TrainConfig.from_dict(wrong)


def test_a_distortion_is_optional():
    assert TrainConfig.from_dict({"distort": None}).distort is None
    assert TrainConfig.from_dict({"distort": {"shear": [0.5, 0.5]}}).distort == DistortConfig(shear=(0.5, 0.5))


def test_configurations_from_before_pair_losses_train_as_they_did():
    stored = json.loads(json.dumps(dataclasses.asdict(PRESETS["best"])))
    assert TrainConfig.from_dict(stored) == PRESETS["best"]
    del stored["batch"]["same_drawers"], stored["batch"]["pair_loss"]
    assert TrainConfig.from_dict(stored).batch == AllPairs(same_drawers=False, pair_loss="network")
