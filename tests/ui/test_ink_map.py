"""The map of the ink that decided: its pictures, its words, and its work in the background."""

from __future__ import annotations

import base64
import io
import re
import threading

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from siamese.config import SIDE
from siamese.network.scorer import EmbeddingScorer
from siamese.ui import ink_map
from siamese.ui.ink_map import AGAINST, FOR, InkMap, panel_of, picture_url

NAMES = ("your drawing", "the <b>example</b>")
SOON = 10.0


class Halves(EmbeddingScorer):
    """A network whose embedding is the ink in the upper and in the lower half; `passes` counts forward passes."""

    def __init__(self):
        super().__init__(self.halves, np.array([-0.01, -0.01], np.float32), 2.0, normalised=False)
        self.record, self.passes, self.gate = {"sha256": "halves"}, 0, threading.Event()
        self.gate.set()

    def halves(self, drawings: np.ndarray) -> np.ndarray:
        assert self.gate.wait(SOON)
        self.passes += 1
        middle = SIDE // 2
        return np.stack([part.sum(axis=(1, 2, 3)) for part in (drawings[:, :middle], drawings[:, middle:])], axis=1)


def bars(*rows: int) -> np.ndarray:
    """A drawing with level strokes, 4 high and 60 wide."""
    drawing = np.zeros((SIDE, SIDE), np.float32)
    for row in rows:
        drawing[row : row + 4, 20:80] = 1
    return drawing


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    ink_map._maps.cache_clear()


def maps_of(network: Halves, pair: np.ndarray) -> list[InkMap]:
    job = ink_map._job(network, pair)
    assert job.wait(SOON)
    assert job.failure == ""
    return job.value


def pixels(url: str) -> np.ndarray:
    content = base64.b64decode(url.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)).resize((SIDE, SIDE), Image.Resampling.BOX))


def test_ink_that_both_drawings_have_is_for_the_similarity_and_other_ink_against():
    one, other = maps_of(Halves(), np.stack([bars(20), bars(20, 80)]))
    assert (one.agreeing, one.differing) == (1.0, 0.0)
    assert other.agreeing == other.differing == 0.5
    shown = pixels(other.url)
    assert tuple(shown[21, 50]) == (*FOR, 255)
    assert tuple(shown[81, 50]) == (*AGAINST, 255)
    assert shown[50, 50, 3] == 0  # paper


def test_without_the_ink_that_adds_most_the_similarity_is_lower():
    pair = np.stack([bars(20), bars(20)])
    one, other = maps_of(Halves(), pair)
    assert one.without == other.without == pytest.approx(1 / (1 + np.exp(-(2 - 0.01 * 24))))  # a tenth of 240 pixels


def test_the_same_pair_is_computed_once_also_for_another_visitor(monkeypatch):
    network, pair = Halves(), np.stack([bars(20), bars(30)])
    first = maps_of(network, pair)
    passes = network.passes
    assert maps_of(network, pair) is first
    monkeypatch.setattr(st, "session_state", {})
    assert maps_of(network, pair) is first
    assert network.passes == passes


def test_a_visitor_who_draws_on_waits_for_one_map_only():
    network = Halves()
    network.gate.clear()
    jobs = [ink_map._job(network, np.stack([bars(row), bars(30)])) for row in (20, 40, 60)]
    network.gate.set()
    assert all(job.wait(SOON) for job in jobs)
    assert [job.state for job in jobs[1:]] == ["stopped", "ready"]  # the first one was already at work


def test_an_empty_drawing_has_a_map_without_ink():
    blank, other = maps_of(Halves(), np.stack([np.zeros((SIDE, SIDE)), bars(20)]))
    assert (blank.agreeing, blank.differing) == (0.0, 0.0)
    assert pixels(blank.url)[..., 3].max() == 0
    assert other.differing == 1.0


def test_the_panel_says_in_words_what_the_colours_show():
    maps = [InkMap("data:one", 0.62, 0.08, 0.413), InkMap("data:two", 1.0, 0.0, 0.55)]
    shown = panel_of(maps, NAMES, 0.934)
    assert 'aria-label="Your drawing: 62% of its ink makes the drawings more similar, 8% less similar"' in shown
    assert "The similarity is 0.93. Without the tenth of the ink that adds most, it is 0.41 (your drawing)" in shown
    assert "<b>" not in shown
    assert len(re.findall("<i style=", shown)) == 3


def test_the_panel_has_places_for_maps_that_are_not_computed_yet():
    assert panel_of([], NAMES, 0.9).count("card empty") == 2
    assert "piece by piece" in panel_of([], NAMES, 0.9)


def test_colours_are_paler_where_the_effect_is_smaller():
    strong, weak = (pixels(picture_url(bars(20), np.full((SIDE, SIDE), effect)))[21, 50] for effect in (-1.0, -0.2))
    assert tuple(strong[:3]) == AGAINST
    assert np.ptp(weak[:3].astype(int)) < 60
