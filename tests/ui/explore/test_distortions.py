"""The distortions: sliders that stand for configurations, and copies that a seed fixes."""

from __future__ import annotations

import types

import numpy as np
import pytest

from siamese.config import DistortConfig
from siamese.presets import PRESETS
from siamese.ui.explore import distortions
from siamese.ui.links import CHOICES

NONE = DistortConfig(affine=0.0, elastic=0.0, thicker=0.0, thinner=0.0)


@pytest.mark.parametrize("preset", ["paper", "best"])
def test_the_sliders_reach_what_training_does(preset):
    values = distortions.sliders_of(PRESETS[preset].distort)
    assert set(values) == set(distortions.SLIDERS)
    assert [name for name, value in values.items() if not 0 <= value <= distortions.SLIDERS[name][1]] == []


def test_the_page_begins_as_in_the_paper():
    initial = {name: CHOICES["explore"][name].initial() for name in distortions.SLIDERS}
    assert initial == distortions.sliders_of(PRESETS["paper"].distort)


def test_a_seed_fixes_the_copies(scribbles):
    (drawing,) = scribbles.drawings([0])
    config = PRESETS["paper"].distort
    first = distortions.copies(drawing, config, 1)
    assert first.shape == (8, 105, 105)
    assert np.array_equal(first, distortions.copies(drawing, config, 1))
    assert not np.array_equal(first, distortions.copies(drawing, config, 2))


def test_without_distortions_the_copies_are_the_drawing(scribbles):
    (drawing,) = scribbles.drawings([0])
    assert (distortions.copies(drawing, NONE, 5) == drawing).all()


def test_every_slider_sets_its_distortion(monkeypatch):
    values = {"rotation": 12, "shear": 25, "scale": 15, "shift": 3, "bend": 20, "pen": 40}
    monkeypatch.setattr(distortions, "choices", types.SimpleNamespace(**values))
    config = distortions.chosen_config()
    assert config.affine == 0.5  # each with this probability, as in the paper
    assert (config.rotation, config.shear, config.scale, config.shift) == (12, (0.25, 0.25), (0.85, 1.15), 3)
    assert (config.elastic, config.elastic_strength) == (1, (0, 2))
    assert (config.thicker, config.thinner) == (0.2, 0.2)
    assert distortions.sliders_of(config) == values


def test_without_bending_there_is_no_elastic_distortion(monkeypatch):
    monkeypatch.setattr(distortions, "choices", types.SimpleNamespace(**dict.fromkeys(distortions.SLIDERS, 0)))
    assert distortions.chosen_config().elastic == 0
