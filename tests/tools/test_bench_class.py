"""A small class on the real server, and the checks by which the benchmark judges its answers."""

from __future__ import annotations

import dataclasses
import sys

import numpy as np
import pytest

from siamese.data import fabric, ink
from siamese.ui import cards
from siamese.ui.draw.canvas import SIDE
from tests.threads import in_thread
from tools.bench_class import measure
from tools.classroom.attendance import Plan, quantiles
from tools.classroom.engine import Drawn, Engine, fabric_path, number
from tools.classroom.page_html import answer_text, tile_scores, verdict_text
from tools.classroom.server import ROOT
from tools.classroom.visitor import Answer


@pytest.mark.skipif(sys.platform != "linux", reason="reads the server's memory from /proc")
def test_a_small_class_on_a_cold_server_gets_the_engines_answers(home):  # the benchmark sets SIAMESE_HOME; it is reset
    plan = Plan(clients=4, minutes=3, drawings=3, think=0.2, data="builtin")
    figures = in_thread(measure, plan, arrive="cold", train=False, visits=0, checkout=ROOT)
    assert figures["examples"] == []
    assert figures["answers"] == 12
    assert figures["failed sessions"] == figures["health checks failed"] == 0
    assert figures["crossed answers"] == figures["wrong answers"] == 0
    assert figures["largest message, kB"] < 200


@pytest.mark.skipif(sys.platform != "linux", reason="reads the server's memory from /proc")
@pytest.mark.parametrize(("page", "wait"), [("teach", "character saved, s"), ("play", "answer to verdict, s")])
def test_a_small_class_teaches_and_plays(home, page, wait):
    plan = Plan(clients=3, minutes=0.5, drawings=0, think=0.2, data="builtin", page=page)
    figures = in_thread(measure, plan, arrive="warm", train=False, visits=0, checkout=ROOT)
    assert figures["examples"] == []
    assert figures["answers"] >= 3
    assert figures["failed sessions"] == figures["health checks failed"] == 0
    assert 0 < figures[wait]["p95"] < 10


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def shown(engine: Engine, alphabet: str, seed: int) -> Drawn:
    """A drawing with the answer that a page shows for it."""
    from siamese.network.matcher import Matcher

    objects = engine.drawing(alphabet, np.random.default_rng(seed))
    chosen = engine.support_set(alphabet)
    drawing = ink.draw_strokes(fabric.canvas_strokes({"objects": objects}, SIDE))
    match = Matcher.load().match(drawing, engine.characters.drawings(chosen.rows.ravel())[:, None])
    best = cards.character_name(engine.characters.characters[chosen.characters[match.best]])
    scores = tuple(cards.number(float(similarity)) for similarity in match.similarity)
    return Drawn(alphabet, objects, Answer(f"This is {best}, similarity {max(scores)}.", scores, 0.1))


def test_answers_of_others_and_wrong_similarities_are_noticed(engine):
    kannada, thai = shown(engine, "Kannada", 1), shown(engine, "Thai", 2)
    assert engine.faults([kannada, thai]) == {"crossed": [], "wrong": []}
    swapped = dataclasses.replace(kannada, answer=thai.answer)
    assert [len(faults) for faults in engine.faults([swapped, thai]).values()] == [1, 0]
    later = dataclasses.replace(kannada, answer=shown(engine, "Kannada", 3).answer)
    assert [len(faults) for faults in engine.faults([later]).values()] == [0, 1]
    short = dataclasses.replace(kannada, answer=dataclasses.replace(kannada.answer, similarities=("0.50",)))
    assert [len(faults) for faults in engine.faults([short]).values()] == [0, 1]


def test_fresh_drawings_differ_and_look_like_their_character(engine):
    rng = np.random.default_rng(0)
    first, second = (engine.drawing("Kannada", rng) for _ in range(2))
    assert first != second
    for objects in (first, second):
        drawing = ink.draw_strokes(fabric.canvas_strokes({"objects": objects}, SIDE))
        assert 200 < drawing.sum() < 2000


def test_a_stroke_is_sent_where_it_was_drawn():
    points = np.array([[40.0, 80.0], [160.0, 80.0], [160.0, 240.0]])
    (line,) = fabric.canvas_strokes({"objects": [fabric_path(points)]}, SIDE)
    scale = 105 / SIDE
    assert np.allclose(line[0], points[0] * scale, atol=0.01)
    assert np.allclose(line[-1], points[-1] * scale, atol=0.01)


def test_answers_and_scores_are_read_from_the_page():
    waiting = '<div class="answer waiting"><p>Draw one of these.</p></div>'
    sentence = "This is <span>க</span>, KA<small>, similarity &gt;0.99</small>"
    answered = f'<div class="answer"><p class="sentence">{sentence}</p></div>'
    assert answer_text(waiting) == ""
    assert answer_text(answered) == "This is க, KA, similarity >0.99"
    verdict = (
        '<p class="verdict"><span class="right">Right</span>: this is <span>க</span>, KA. The network was wrong.</p>'
    )
    assert verdict_text(verdict) == "Right: this is க, KA. The network was wrong."
    assert verdict_text(waiting) == ""
    tile = '<figure class="tile"><span class="score"><span class="bar"><span></span></span><b>{}</b></span></figure>'
    assert tile_scores(f'<div class="tiles">{tile.format("&lt;0.01")}{tile.format("0.51")}</div>') == ["<0.01", "0.51"]


@pytest.mark.parametrize(("text", "value"), [("<0.01", 0.0), (">0.99", 1.0), ("0.37", 0.37), ("1.00", 1.0)])
def test_similarities_as_pages_write_them(text, value):
    assert number(text) == value


def test_a_text_that_is_no_similarity_is_nan():
    assert np.isnan(number(""))
    assert np.isnan(number("<0.05"))


def test_quantiles_of_a_known_sample():
    assert quantiles([i / 100 for i in range(101)]) == {"p50": 0.5, "p95": 0.95, "max": 1.0}
    assert quantiles([]) == {}
