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
from tests import networks
from tests.apps import part_of
from tests.threads import Slow, at_once

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


def test_colours_go_from_grey_to_blue_or_vermilion_and_paper_is_transparent():
    drawing, effects = np.ones((SIDE, SIDE), np.float32), np.zeros((SIDE, SIDE))
    effects[:, :50], effects[:, 55:] = 1.0, -1.0
    shown = pixels(picture_url(drawing, effects))
    assert tuple(shown[50, 20]) == (0, 114, 178, 255)
    assert tuple(shown[50, 52]) == (190, 190, 190, 255)
    assert tuple(shown[50, 80]) == (213, 94, 0, 255)
    half = pixels(picture_url(drawing, np.full((SIDE, SIDE), 0.5)))
    assert tuple(half[50, 50]) == (95, 152, 184, 255)
    content = base64.b64decode(picture_url(drawing, effects).removeprefix("data:image/png;base64,"))
    assert Image.open(io.BytesIO(content)).size == (210, 210)
    assert pixels(picture_url(1.5 * drawing, effects))[50, 50, 3] == 255


@pytest.mark.parametrize("failed", [False, True])
def test_the_panel_follows_its_map(failed, monkeypatch):
    intervals, reruns = [], []
    job = networks.failed("It <failed>.") if failed else networks.loading()

    def fragment(run_every=None):
        intervals.append(run_every)

        def ended(function):
            if not failed:
                job.state = "ready"
            return function

        return ended

    monkeypatch.setattr(ink_map, "_job", lambda matcher, pair: job)
    monkeypatch.setattr(st, "fragment", fragment)
    monkeypatch.setattr(st, "rerun", lambda: reruns.append(True))
    app = part_of(ink_map.ink_map_ui, None, np.stack([bars(20), bars(30)]), NAMES, 0.9)
    assert intervals == [None if failed else 0.25]
    assert len(reruns) == (0 if failed else 1)
    assert [error.value for error in app.error] == (["It \\<failed\\>."] if failed else [])
    assert "card empty" in "".join(element.proto.body for element in app.get("html"))


def test_without_an_answer_the_panel_says_what_will_be_there():
    app = part_of(ink_map.empty_ui, NAMES)
    (page,) = (element.proto.body for element in app.get("html"))
    assert "With an answer, you see here which ink decided." in page
    assert page.count("card empty") == 2
    assert "<figcaption>Your drawing</figcaption>" in page


def test_maps_are_made_one_at_a_time_and_a_visitor_keeps_the_one_he_has(monkeypatch):
    network, pair = Halves(), np.stack([bars(20), bars(30)])
    job = ink_map._job(network, pair)
    assert ink_map._job(network, pair) is job
    assert job._turn is ink_map._turn
    assert job.wait(SOON)
    other = Halves()
    other.record = {"sha256": "other weights"}
    another = ink_map._job(other, pair)
    assert another is not job
    assert another.wait(SOON)


def test_visitors_who_ask_for_a_map_at_once_share_it(monkeypatch):
    ink_map._maps.cache.clear()
    pair = np.stack([bars(40), bars(50)]).astype(np.float32)
    slow = Slow(ink_map.picture_url)
    monkeypatch.setattr(ink_map, "picture_url", slow)
    at_once(lambda: ink_map._maps(b"key", Halves(), pair))
    assert slow.calls == 2
