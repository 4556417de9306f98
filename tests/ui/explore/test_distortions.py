"""The distortions: sliders that stand for configurations, and copies that a seed fixes."""

from __future__ import annotations

import dataclasses
import re
import types

import numpy as np
import pytest

from siamese.config import DistortConfig
from siamese.data.distort import distort
from siamese.presets import PRESETS
from siamese.ui import cards
from siamese.ui.explore import distortions
from siamese.ui.links import CHOICES
from tests import drawn
from tests.apps import beside, markup, part_of, press

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


def test_the_copies_are_those_of_the_generator_with_this_seed(scribbles):
    (drawing,) = scribbles.drawings([0])
    config = PRESETS["paper"].distort
    rng = np.random.default_rng(7)
    expected = np.stack([distort(drawing, config, rng) for _ in range(8)]) >= 0.5
    assert np.array_equal(distortions.copies(drawing, config, 7) >= 0.5, expected)


@pytest.fixture
def kannada(scribbles):
    """Scribbles whose second alphabet is Kannada."""
    named = (scribbles.alphabets[0], dataclasses.replace(scribbles.alphabets[1], name="Kannada"))
    characters = tuple(
        dataclasses.replace(c, alphabet=named[place // 8].name) for place, c in enumerate(scribbles.characters[:16])
    )
    drawings = {(c, d): drawn.scribble(c, d) for c in range(16) for d in range(1, 6)}
    return drawn.from_drawings("x", list(named), list(characters), drawings)


def shown(characters, **choices):
    return part_of(
        distortions.distortions_ui, characters, **{f"explore__{name}": value for name, value in choices.items()}
    )


def test_without_an_alphabet_the_usual_ones_first_character_is_distorted(kannada, scribbles, home):
    app = shown(kannada, drawer=2)
    assert cards.picture_url(kannada.drawings([kannada.row(8, 2)])[0]) in markup(app)
    assert len(app.selectbox) == 0
    assert cards.picture_url(scribbles.drawings([scribbles.row(0, 1)])[0]) in markup(shown(scribbles))


def test_a_character_of_the_alphabet_can_be_chosen(kannada, home):
    app = shown(kannada, alphabet="Kannada", character=3, drawer=4, seed=5)
    box = app.selectbox(key="explore:character")
    assert box.options == [f"character {number:02}" for number in range(1, 9)]
    assert box.value == 3
    (drawing,) = kannada.drawings([kannada.row(10, 4)])
    assert re.findall('aria-label="(.*?)"', markup(app)) == [
        "character 03, as it was drawn",
        *(f"character 03, distorted copy {number}" for number in range(1, 9)),
    ]
    assert re.findall('class="name">(.*?)<', markup(app)) == ["As drawn", *(f"Copy {number}" for number in range(1, 9))]
    copies = distortions.copies(drawing, PRESETS["paper"].distort, 5)
    assert [url in markup(app) for url in map(cards.picture_url, [drawing, *copies])] == [True] * 9
    assert app.query_params == {"alphabet": "Kannada", "character": "3", "drawer": "4", "seed": "5"}
    assert shown(kannada, alphabet="Kannada", character=0).session_state["explore:character"] == 1


def test_the_sliders_have_their_labels_and_ends(kannada, home):
    app = shown(kannada)
    assert [(slider.label, slider.min, slider.max) for slider in app.slider] == [
        ("Rotation, at most (degrees)", 0, 45),
        ("Shear, at most (hundredths)", 0, 60),
        ("Change of size, at most (%)", 0, 50),
        ("Shift, at most (px)", 0, 20),
        ("Bending, at most (tenths of a px)", 0, 40),
        ("Thicker or thinner pen (% of copies)", 0, 100),
    ]
    seed = app.number_input(key="explore:seed")
    assert (seed.min, seed.max) == (0, 9999)
    assert ["Seed", "As in the paper", "As in this program's training"] in beside(app)


@pytest.mark.parametrize(("label", "preset"), [("As in the paper", "paper"), ("As in this program's training", "best")])
def test_a_button_sets_all_sliders(label, preset, kannada, home):
    app = press(shown(kannada, rotation=1, shear=1, scale=1, shift=1, bend=1, pen=1), label)
    values = {name: app.session_state[f"explore:{name}"] for name in distortions.SLIDERS}
    assert values == distortions.sliders_of(PRESETS[preset].distort)
