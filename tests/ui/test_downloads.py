"""Files to take away: their names, formats and content."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from typing import Any

import pytest
import streamlit as st

from siamese.ui import downloads
from tests.apps import markup, part_of


@pytest.fixture
def offered(monkeypatch) -> dict[str, dict[str, Any]]:
    """What is offered for download, by label; the choice of a format is under "format"."""
    files: dict[str, dict[str, Any]] = {}

    def button(label, content, file, mime, *, disabled, **options):
        files[label] = {"content": content, "file": file, "mime": mime, "disabled": disabled, **options}

    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "container", lambda **options: contextlib.nullcontext())
    monkeypatch.setattr(st, "download_button", button)
    monkeypatch.setattr(st, "segmented_control", lambda *given, **options: files.update(format=options))
    monkeypatch.setattr(st, "html", lambda markup: None)
    return files


ROWS = [{"ways": 2, "accuracy": 0.9}, {"ways": 3, "accuracy": 0.8}]


def test_rows_are_offered_as_csv_and_as_json_with_what_they_are_about(offered):
    downloads.downloads_ui("curve", ROWS, {"words": "20-way, ä"})
    assert {
        label: (each["file"], each["mime"], each["disabled"]) for label, each in offered.items() if "file" in each
    } == {
        "CSV": ("curve.csv", "text/csv", False),
        "JSON": ("curve.json", "application/json", False),
    }
    read = list(csv.DictReader(io.StringIO(offered["CSV"]["content"])))
    assert read == [{"ways": "2", "accuracy": "0.9"}, {"ways": "3", "accuracy": "0.8"}]
    assert json.loads(offered["JSON"]["content"]) == {"words": "20-way, ä", "rows": ROWS}
    assert "ä" in offered["JSON"]["content"]
    assert offered["CSV"]["on_click"] == "ignore"  # the page does not run again
    assert offered["format"]["default"] == "png"


def test_without_rows_nothing_can_be_downloaded(offered):
    downloads.downloads_ui("curve", [], {})
    assert offered["CSV"]["disabled"]
    assert offered["JSON"]["disabled"]


def test_a_picture_takes_the_place_of_the_choice_of_a_format(offered):
    downloads.downloads_ui("lake", [], {}, picture=b"png")
    assert (offered["Picture"]["file"], offered["Picture"]["mime"]) == ("lake.png", "image/png")
    assert offered["Picture"]["content"] == b"png"
    assert not offered["Picture"]["disabled"]
    assert "format" not in offered


def test_pictures_are_png_unless_svg_is_chosen(monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    assert downloads.picture_format() == "png"
    st.session_state["picture_format"] = "svg"
    assert downloads.picture_format() == "svg"


@pytest.mark.parametrize(
    ("words", "name"), [(("Lake's runs", "20-way"), "lake-s-runs-20-way"), (("--Ä!", "B c "), "b-c"), (("",), "")]
)
def test_file_names_have_small_letters_digits_and_hyphens(words, name):
    assert downloads.file_name(*words) == name


def test_the_format_of_pictures_can_be_chosen():
    app = part_of(downloads.downloads_ui, "curve", ROWS, {})
    control = app.segmented_control(key="picture_format")
    assert (control.label, control.options, control.value) == ("Pictures", ["PNG", "SVG"], "png")
    assert control.proto.required
    assert "The camera above a chart saves it in this format." in markup(app)
