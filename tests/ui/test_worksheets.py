"""Worksheets on Start and Teach: what each button makes, made when it is pressed."""

from __future__ import annotations

import pytest
import streamlit as st

from siamese.classroom import worksheets as sheets
from siamese.ui import datasets, worksheets
from tests.apps import beside, part_of


@pytest.fixture
def offered(home, monkeypatch) -> dict[str, tuple]:
    """The downloads of the page: (function, file, kind, what a click does) by label."""
    kept: dict[str, tuple] = {}

    def download_button(label, make, name, mime, on_click):
        kept[label] = make, name, mime, on_click

    monkeypatch.setattr(st, "download_button", download_button)
    return kept


def test_a_test_is_of_the_chosen_alphabet_seed_and_paper(offered, monkeypatch):
    made = []
    monkeypatch.setattr(sheets, "paper_test", lambda *given, **options: made.append((given, options)) or b"PDF")
    characters = datasets.loaded("builtin")
    app = part_of(worksheets.worksheets_ui, characters)
    alphabet, paper = app.selectbox(key="worksheet alphabet"), app.selectbox(key="worksheet paper")
    assert (alphabet.value, paper.value, paper.options) == ("Kannada", "A4", ["A4", "Letter"])
    assert ["Alphabet", "Seed", "Paper"] in beside(app)
    large = [a.name for a in characters.alphabets if len(characters.members(a.name)) >= 20]
    assert alphabet.options == [name.replace("_", " ") for name in large]
    assert len(large) < len(characters.alphabets)
    seed = app.number_input(key="worksheet seed")
    assert (seed.value, seed.min, seed.max, seed.help) == (1, 0, 9999, "Another seed gives other questions.")
    alphabet.set_value("Cyrillic small").run()
    app.selectbox(key="worksheet paper").set_value("Letter").run()
    app.number_input(key="worksheet seed").set_value(12).run()
    make, name, mime, on_click = offered["Test on paper"]
    assert made == []
    assert make() == b"PDF"
    assert made == [((characters, "Cyrillic small", 12), {"paper": "Letter"})]
    assert (name, mime, on_click) == ("test-cyrillic-small-12.pdf", "application/pdf", "ignore")


def test_a_sheet_has_its_number_of_boxes(offered, monkeypatch):
    made = []
    monkeypatch.setattr(sheets, "grid_sheet", lambda *given: made.append(given) or b"PDF")
    part_of(worksheets.grid_buttons_ui, "Letter")
    labels = list(offered)
    assert len(labels) > 1
    for label in labels:
        make, name, *_ = offered[label]
        boxes = int(label.split()[2])
        assert label == f"Sheet of {boxes} boxes"
        assert name == f"sheet-of-{boxes}-boxes.pdf"
        make()
        assert made[-1] == (boxes, "Letter")
    assert len({boxes for boxes, _ in made}) == len(labels)
