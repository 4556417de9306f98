"""Uploaded networks: read in the background, kept on the disk, few of them, and by whom."""

from __future__ import annotations

import io

import numpy as np
import pytest
import safetensors.numpy
from streamlit.testing.v1 import AppTest

from siamese.errors import UserError
from siamese.network import weights
from siamese.ui import models, network_panel, teacher, upload_limits, uploads
from tests import drawn, networks


class File(io.BytesIO):
    """An uploaded file."""

    def __init__(self, name: str, content: bytes):
        super().__init__(content)
        self.name = name


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SIAMESE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(uploads.SWITCH, raising=False)
    monkeypatch.setattr(models, "_shipped", networks.ready(object()))
    monkeypatch.setattr(models, "_of_runs", type(models._of_runs)())
    monkeypatch.setattr(uploads, "TURN", upload_limits.Turn())


def pytorch(name: str = "theirs.safetensors") -> File:
    """A small network in PyTorch's layout."""
    rng, tensors, channels = np.random.default_rng(0), {}, 1
    for i, (filters, kernel) in enumerate(zip(drawn.TINY.filters, drawn.TINY.kernels, strict=True)):
        tensors[f"conv.{i}.weight"] = rng.normal(size=(filters, channels, kernel, kernel)).astype(np.float32)
        tensors[f"conv.{i}.bias"] = np.zeros(filters, np.float32)
        channels = filters
    inputs = drawn.TINY.feature_side() ** 2 * channels
    tensors["linear.weight"] = rng.normal(size=(drawn.TINY.embedding, inputs)).astype(np.float32)
    tensors["linear.bias"] = np.zeros(drawn.TINY.embedding, np.float32)
    tensors["out.weight"], tensors["out.bias"] = np.ones((1, drawn.TINY.embedding), np.float32), np.zeros(1, np.float32)
    return File(name, safetensors.numpy.save(tensors))


def upload(*files: File):
    job = uploads.importing(files, 0.0, 1.0, "visitor").start()
    assert job.wait(60)
    return job


def test_an_upload_answers_and_is_not_known_to_have_been_trained_on_anything():
    job = upload(pytorch())
    assert (job.failure, job.share) == ("", 1.0)
    assert uploads.names() == {job.value.network: "theirs.safetensors"}
    assert models.get(job.value.network).wait(60)
    assert models.failure(job.value.network) == ""
    assert models.matcher(job.value.network).trained_on(drawn.character_set(1, 2, 2).alphabets[0]) is None


def test_weights_of_this_program_are_uploaded_with_their_record(tmp_path):
    first = upload(pytorch())
    source = uploads.weights_file(first.value.network)
    job = upload(File("a.safetensors", source.read_bytes()), File("a.json", source.with_suffix(".json").read_bytes()))
    assert job.failure == ""
    assert weights.load(uploads.weights_file(job.value.network)).config == drawn.TINY


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ((), "one weights file"),
        ((File("photo.h5", b"no weights in here"),), "What is read"),
        ((File("a.json", b"{}"), File("b.json", b"{}")), "one weights file"),
    ],
)
def test_other_files_are_refused_in_a_sentence_and_nothing_is_kept(files, sentence):
    assert sentence in upload(*files).failure
    assert uploads.names() == {}


def test_few_uploads_are_kept_and_a_dropped_one_is_named(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_NETWORKS", 2)
    ids = [upload(pytorch(f"{i}.safetensors")).value.network for i in range(3)]
    assert set(uploads.names()) == set(ids[1:])
    with pytest.raises(UserError, match="upload it again"):
        uploads.weights_file(ids[0])


def test_who_may_upload(monkeypatch):
    assert uploads.refusal() == ""
    monkeypatch.setattr(teacher, "locked", lambda: True)
    assert "Only the teacher" in uploads.refusal()
    monkeypatch.setenv(uploads.SWITCH, "off")
    assert "switched off" in uploads.refusal()


def panel() -> None:
    import streamlit as st

    from siamese.ui import models, network_panel

    st.session_state.setdefault("network", "")
    network_panel.take_upload()
    network_panel.network_ui()
    models.in_use_ui()


def run_panel(**choices) -> AppTest:
    app = AppTest.from_function(panel)
    for key, value in {network_panel.PANEL_KEY: True, **choices}.items():
        app.session_state[key] = value
    app.run(timeout=60)
    assert [error.value for error in app.exception] == []
    return app


def markup(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_the_panel_says_which_network_answers_and_the_shipped_one_is_a_click_away():
    assert "30 alphabets" in markup(run_panel())
    job = upload(pytorch("<i>theirs</i>.safetensors"))
    app = run_panel(**{"upload job": job})
    assert app.session_state["network"] == job.value.network
    assert "&lt;i&gt;theirs" in markup(app)
    assert "trained elsewhere" in markup(app)
    assert "not known" in markup(app)
    app.button(key="shipped in panel").click().run(timeout=60)
    assert app.session_state["network"] == ""


def test_the_panel_says_why_uploading_is_refused(monkeypatch):
    monkeypatch.setenv(uploads.SWITCH, "off")
    app = run_panel()
    assert "switched off" in markup(app)
    assert len(app.get("file_uploader")) == 0
    assert "begin upload" not in [button.key for button in app.button]


def test_one_visitor_uploads_at_a_time():
    first = run_panel()
    assert len(first.get("file_uploader")) == 0
    first.button(key="begin upload").click().run(timeout=60)
    assert len(first.get("file_uploader")) == 1
    second = run_panel()
    second.button(key="begin upload").click().run(timeout=60)
    assert len(second.get("file_uploader")) == 0
    assert "try again in a few minutes" in markup(second)
    first.button(key="cancel upload").click().run(timeout=60)
    assert len(first.get("file_uploader")) == 0
    second.button(key="begin upload").click().run(timeout=60)
    assert len(second.get("file_uploader")) == 1


def test_after_an_upload_it_is_the_next_ones_turn_and_a_reason_is_shown():
    uploads.TURN.take("visitor")
    job = upload(File("photo.h5", b"no weights in here"))
    assert uploads.TURN.free()
    app = run_panel(**{"upload job": job})
    assert "What is read" in app.error[0].value
    app.button(key="begin upload").click().run(timeout=60)
    assert [error.value for error in app.error] == []
