"""The choice of the network: what is said of a network's origin and training."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from siamese.ui import network_panel, uploads


def test_ink_and_paper_have_the_values_that_the_words_say():
    assert network_panel.INPUTS == {
        "black ink on white paper (0 and 1)": (0.0, 1.0),
        "white ink on black paper (1 and 0)": (1.0, 0.0),
        "black ink on white paper (0 and 255)": (0.0, 255.0),
        "white ink on black paper (255 and 0)": (255.0, 0.0),
    }


@pytest.mark.parametrize(
    ("network", "record", "origin"),
    [
        ("", {}, "this program's authors, with the preset Best"),
        ("lesson-1", {}, "a training run on this server"),
        (f"{uploads.PREFIX}1", {}, "an upload"),
        (f"{uploads.PREFIX}1", {"origin": "keras"}, "an upload, trained elsewhere"),
    ],
)
def test_a_networks_origin_is_named(network, record, origin):
    assert network_panel._origin(network, record) == origin


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"trained_on": {"alphabets": ["a", "b"]}}, "2 alphabets"),
        ({"trained_on": None}, "not known"),
        ({"trained_on": {"alphabets": "ab"}}, "not known"),
        ({}, "not known"),
    ],
)
def test_what_a_network_has_seen_is_counted_or_not_known(record, words):
    assert network_panel._training(record) == words


def test_a_record_that_is_no_object_is_empty(tmp_path):
    file = tmp_path / "koch.safetensors"
    for version, (content, record) in enumerate([([1], {}), ({"sha256": "a"}, {"sha256": "a"})]):
        file.with_suffix(".json").write_text(json.dumps(content), encoding="utf-8")
        assert network_panel._record(file, version) == record


def files_form() -> None:
    from siamese.ui import network_panel

    network_panel._files_ui()


def test_the_form_of_an_upload_can_be_cancelled_and_needs_a_file():
    app = AppTest.from_function(files_form).run(timeout=60)
    assert [error.value for error in app.exception] == []
    assert [(button.label, button.disabled) for button in app.button] == [("Use the upload", True), ("Cancel", False)]
    assert app.selectbox(key="upload input").options == list(network_panel.INPUTS)
