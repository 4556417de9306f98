"""The choice of the network: what is said of a network's origin and training."""

from __future__ import annotations

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from siamese import paths
from siamese.ui import network_panel, state, uploads
from siamese.ui.upload_limits import Turn
from tests import networks
from tests.apps import beside, buttons, markup, part_of, press


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


@pytest.fixture
def turn(home, monkeypatch) -> Turn:
    """The right to upload, which nobody has."""
    made = Turn()
    monkeypatch.setattr(uploads, "TURN", made)
    monkeypatch.delenv(uploads.SWITCH, raising=False)
    monkeypatch.setattr(uploads.teacher, "locked", lambda: False)
    return made


def panel(**session):
    return part_of(network_panel.network_ui, **{"network panel": True, **session})


def facts(app) -> dict[str, str]:
    return dict(re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", markup(app)))


def test_the_panel_names_the_shipped_network(turn):
    record = json.loads((paths.ASSETS / "koch.json").read_text())
    assert facts(panel()) == {
        "Answers": "Shipped",
        "From": "this program&#x27;s authors, with the preset Best",
        "Trained on": f"{len(record['trained_on']['alphabets'])} alphabets",
        "Drawings": "normalised first",
        "SHA-256": record["sha256"][:12],
    }
    assert "Use the shipped network" not in buttons(panel())


def test_a_network_that_cannot_be_read_is_named_so(turn, monkeypatch):
    monkeypatch.setattr(state, "forget_deleted", lambda: None)
    app = panel(network="upload-gone")
    assert facts(app) == {
        "Answers": "not readable",
        "From": "an upload",
        "Trained on": "not known",
        "Drawings": "not normalised",
        "SHA-256": "not known",
    }
    assert buttons(app)["Use the shipped network"]
    press(app, "shipped in panel")
    assert app.session_state["network"] == ""


def test_a_closed_panel_is_empty_but_learns_of_the_end_of_an_upload(turn, monkeypatch):
    monkeypatch.setattr(network_panel, "_progress_ui", lambda job: network_panel.st.caption(job.name))
    running = networks.loading()
    assert len(part_of(network_panel.network_ui).caption) == 0
    assert part_of(network_panel.network_ui, **{"upload job": running}).caption[0].value == running.name
    assert len(part_of(network_panel.network_ui, **{"upload job": networks.failed("No.")}).caption) == 0
    app = panel(**{"upload job": running})
    assert app.caption[0].value == running.name
    assert "Upload a network" not in buttons(app)


def test_the_reason_why_an_upload_failed_is_shown_until_the_next(turn):
    app = panel(**{"upload job": networks.failed("No <weights>.")})
    assert app.error[0].value == "No \\<weights\\>."
    press(app, "begin upload")
    assert len(app.error) == 0
    assert turn.held_by(app.session_state["visitor"])
    (uploader,) = (element.proto for element in app.get("file_uploader"))
    assert list(uploader.type) == [".h5", ".keras", ".safetensors", ".json"]
    assert (uploader.multiple_files, uploader.max_upload_size_mb) == (True, 200)
    assert uploader.help == network_panel.HINT
    assert ["Use the upload", "Cancel"] in beside(app)
    assert "more than 200 MB" in markup(app)


def test_who_has_to_wait_is_told_so(turn):
    turn.take("somebody else")
    app = panel()
    assert network_panel.BUSY in markup(app)
    press(app, "begin upload")
    assert app.get("file_uploader") == []
    turn.end("somebody else")
    assert network_panel.BUSY not in markup(panel())


def test_cancel_gives_the_turn_and_the_files_back(turn):
    app = press(panel(), "begin upload")
    press(app, "cancel upload")
    assert turn.free()
    assert app.session_state["uploader"] == 1
    assert "Upload a network" in buttons(app)


def test_the_files_are_read_with_the_chosen_ink_and_the_uploader_forgets_them(turn, monkeypatch):
    given, job = [], networks.loading()
    monkeypatch.setattr(job, "start", lambda: job)
    monkeypatch.setattr(uploads, "importing", lambda *arguments: given.append(arguments) or job)
    session = {"upload input": "white ink on black paper (255 and 0)", "upload files 2": ["a file"], "uploader": 2}
    session["visitor"] = "me"
    monkeypatch.setattr(network_panel.st, "session_state", session)
    network_panel._start()
    assert given == [(["a file"], 255.0, 0.0, "me")]
    assert (session["upload job"], session["uploader"]) == (job, 3)


@pytest.mark.parametrize(
    ("job", "network"),
    [
        (None, ""),
        (networks.loading(), ""),
        (networks.failed("No."), ""),
        (networks.ready(uploads.Import(0.5)), ""),
        (networks.ready(uploads.Import(1.0, "upload-7")), "upload-7"),
    ],
)
def test_a_network_that_has_been_read_answers(job, network, monkeypatch):
    session = {"network": "", "upload job": job, state.DROPPED: True}
    monkeypatch.setattr(network_panel.st, "session_state", session)
    network_panel.take_upload()
    assert session["network"] == network
    assert (session["upload job"] is None) == (job is None or bool(network))
    assert (state.DROPPED in session) == (not network)


def test_the_progress_of_an_upload_is_shown(turn, monkeypatch):
    job = networks.loading()
    job._progress = lambda value: (1, 4)
    (bar,) = part_of(network_panel._progress_ui, job).get("progress")
    assert bar.proto.value == 25
    assert bar.proto.text.startswith("Loading the network, about ")
