"""The form that chooses the alphabet of samples."""

from __future__ import annotations

import pytest

from siamese.ui import datasets, models, state
from siamese.ui.draw import samples_form
from siamese.ui.draw.samples_form import samples_form_ui
from tests import networks
from tests.apps import markup, part_of
from tests.networks import ByPixels

CHOICES = state.of("verify")


@pytest.fixture(autouse=True)
def _network(home, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.ready(ByPixels()))


def test_samples_are_of_all_characters_of_the_alphabet():
    app = part_of(samples_form_ui, CHOICES, "", verify__alphabet="Runic")
    characters, chosen = app.session_state["returned"]
    assert characters is datasets.loaded("builtin")
    assert chosen.characters == characters.members("Runic")
    assert chosen.rows.shape == (len(chosen.characters), 0)
    assert chosen.drawers == ()
    assert app.selectbox(key="verify:alphabet").value == "Runic"
    assert app.selectbox(key="verify:data").value == "builtin"


@pytest.mark.parametrize(
    ("alphabet", "badge"), [("Latin capital", ">seen in training"), ("Runic", ">never seen in training")]
)
def test_the_badge_is_that_of_the_alphabet(alphabet, badge, monkeypatch):
    page = markup(part_of(samples_form_ui, CHOICES, "", verify__alphabet=alphabet))
    assert "Samples of this alphabet" in page
    assert badge in page
    monkeypatch.setattr(models, "_shipped", networks.loading())
    page = markup(part_of(samples_form_ui, CHOICES, "", verify__alphabet=alphabet))
    assert "not known whether seen" in page


def test_a_source_that_is_missing_gives_no_samples(monkeypatch):
    monkeypatch.setattr(samples_form, "character_set_ui", lambda choices: None)
    assert part_of(samples_form_ui, CHOICES, "").session_state["returned"] is None
