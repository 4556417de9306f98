"""The part with the map: the picture, the visitor's drawing on it, and what is said meanwhile."""

from __future__ import annotations

import re
import types

import numpy as np
import pytest

from siamese.data.support import Support
from siamese.evaluation.probability import sigmoid
from siamese.ui import cards, datasets, models
from siamese.ui.draw import paper
from siamese.ui.draw.paper import Given
from siamese.ui.inside import alphabet_map, map_part
from siamese.ui.inside.map_part import map_ui
from tests import networks
from tests.apps import markup, part_of
from tests.ui.inside.test_nearest import Network


@pytest.fixture(autouse=True)
def on_paper(home, monkeypatch) -> dict:
    """What is on the paper."""
    now: dict = {"drawing": None, "given": None}
    monkeypatch.setattr(paper, "paper_ui", lambda *given: (now["drawing"], now["given"]))
    monkeypatch.setattr(models, "_shipped", networks.ready(Network()))
    monkeypatch.setattr(datasets, "progress_ui", lambda job, words: map_part.st.caption(words))
    alphabet_map._jobs.clear()
    return now


def mapped(scribbles, **session):
    chosen = Support((0, 1), np.zeros((2, 0), int), ())
    return part_of(map_ui, "", scribbles, chosen, inside__alphabet="Alphabet 1", **session)


@pytest.fixture
def ready(scribbles) -> alphabet_map.AlphabetMap:
    job = alphabet_map.job(Network(), scribbles, "Alphabet 1")
    assert job.wait(30)
    return job.value


def test_the_map_is_sent_as_one_picture_and_invites_to_draw(ready, scribbles, on_paper):
    app = mapped(scribbles)
    assert f".alphabet_map {{ background-image: url({ready.picture}) }}" in markup(app)
    assert 'aria-label="Map of 40 drawings">' in markup(app)
    assert "Draw one of these characters: your drawing appears on the map" in markup(app)
    assert f"They hold {ready.components.share:.0%} of the differences" in markup(app)
    assert "Each of the 40 drawings" in markup(app)
    assert app.query_params == {"alphabet": "Alphabet 1"}
    on_paper["given"] = Given("The <picture> is empty.")
    assert '<p class="sentence" aria-live="polite">The &lt;picture&gt; is empty.</p>' in markup(mapped(scribbles))


def test_a_drawing_lies_on_the_map_beside_the_most_similar_ones(ready, scribbles, on_paper):
    row = int(ready.rows[9])
    on_paper["drawing"] = scribbles.drawings([row])[0]
    page = markup(mapped(scribbles))
    embedding = Network().embeddings(on_paper["drawing"][None])[0]
    logits = ready.logits(Network(), embedding)
    x, y = ready.place(embedding, logits)
    assert re.search(r'class="card you" style="left:(.*?);top:(.*?);', page).groups() == (f"{x:.2%}", f"{y:.2%}")
    assert cards.picture_url(on_paper["drawing"]) in page
    character = int(scribbles.character_of[row])
    assert alphabet_map.highlight(ready, scribbles, character) in page
    similarity = cards.number(float(sigmoid(logits.max())))
    assert f"one of {cards.spoken(scribbles.characters[character])}: {similarity}. All drawings" in page
    assert 'aria-label="Map of 40 drawings, and yours"' in page


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "Embedding 10 drawings"), (types.SimpleNamespace(picture="", iterations=5), "Arranging 10 drawings")],
)
def test_while_the_map_is_made_its_progress_is_shown(value, words, scribbles, monkeypatch):
    job = networks.loading()
    job.value = value
    monkeypatch.setattr(alphabet_map, "job", lambda *given: job)
    app = mapped(scribbles)
    assert app.caption[0].value == words
    assert "background-image" not in markup(app)


def test_a_map_that_fails_says_why_and_without_a_network_there_is_none(scribbles, monkeypatch):
    monkeypatch.setattr(alphabet_map, "job", lambda *given: networks.failed("It <failed>."))
    assert mapped(scribbles).error[0].value == "It \\<failed\\>."
    monkeypatch.setattr(models, "_shipped", networks.loading())
    app = mapped(scribbles)
    assert "The network is loading" in markup(app)
    assert len(app.error) == 0


def test_the_arrangement_can_be_chosen(ready, scribbles):
    control = mapped(scribbles).segmented_control(key="inside:layout")
    assert (control.label, control.options) == ("Arranged by", ["Principal components", "t-SNE"])
    assert control.proto.required
