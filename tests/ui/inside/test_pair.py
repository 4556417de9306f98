"""Two embeddings: how their differences become the similarity, in words."""

from __future__ import annotations

import re

import numpy as np
import pytest

from siamese.data.support import Support
from siamese.network.explain import contributions
from siamese.ui import charts, models
from siamese.ui.draw import paper
from siamese.ui.draw.paper import Given
from siamese.ui.inside import pair, pictures
from tests import networks
from tests.apps import markup, part_of
from tests.drawn import scribble
from tests.ui.inside.test_alphabet_map import Moments


def test_contributions_and_the_bias_add_up_to_the_logit_and_its_sigmoid():
    words = pair.sentence(np.array([-1.25, 0.5, -0.25]), 1.75)
    assert words == (
        "Bias 1.750, and 3 weighted differences that add up to −1.000, make the logit 0.750. "
        "Its sigmoid is the similarity, 0.68."
    )


def test_minus_signs_are_those_of_print():
    assert [pair.signed(value) for value in (-0.5, 0.0, 12.3456)] == ["−0.500", "0.000", "12.346"]


class Network(Moments):
    """With what a page asks of a network: three values."""

    head_bias = 2.0

    def embeddings(self, drawings):
        return self.prepare(drawings) / 105


@pytest.fixture
def papers(home, monkeypatch) -> dict[str, tuple]:
    """What is on both papers; the charts by their names."""
    on: dict = {"inside": (scribble(1, 1), None), "inside_second": (scribble(2, 1), None), "charts": {}}
    monkeypatch.setattr(paper, "paper_ui", lambda name, characters, chosen: on[name])
    monkeypatch.setattr(models, "_shipped", networks.ready(Network()))
    monkeypatch.setattr(charts, "chart", lambda figure, name, alt: on["charts"].update({name: (figure, alt)}))
    return on


def shown():
    return part_of(pair.pair_ui, "", None, Support((0,), np.zeros((1, 0), int), ()))


def test_two_embeddings_are_listed_by_what_their_values_contribute(papers):
    app = shown()
    page = markup(app)
    first, second = Network().embeddings(np.stack([papers["inside"][0], papers["inside_second"][0]]))
    parts = contributions(Network(), first, second)
    assert pair.sentence(parts, 2.0) in page
    assert pair.squares(first, second, parts) in page
    rows = [re.findall("<td>(.*?)</td>", row) for row in page.split("<tbody>")[1].split("</tr>")[:-1]]
    order = np.argsort(-np.abs(parts), kind="stable")
    assert [row[0] for row in rows] == [str(place + 1) for place in order]
    largest = order[0]
    expected = [first[largest], second[largest], abs(first[largest] - second[largest])]
    assert rows[0][1:4] == [f"{value:.3f}" for value in expected]
    assert rows[0][4:] == ["−1.000", pair.signed(parts[largest])]
    heads = re.findall("<th>(.*?)</th>", page)
    assert heads == ["value", "first drawing", "second drawing", "difference", "× weight", "= contribution"]
    ((name, (_, alt)),) = papers["charts"].items()
    assert name == "logit"
    assert alt.startswith("The sum of bias and contributions")
    assert [title in page for title in ("First drawing", "Second drawing")] == [True, True]


def test_the_squares_have_their_captions_and_scales():
    first, second, parts = np.array([0.5, 1, 0, 0.2]), np.array([0.1, 0.2, 0.3, 0.4]), np.array([-1.0, 2, 0, 0.5])
    page = pair.squares(first, second, parts)
    urls = [pictures.url(pictures.square(own), largest) for own, largest in ((first, 1.0), (second, 1.0), (parts, 0.0))]
    assert [page.index(url) for url in urls] == sorted(page.index(url) for url in urls)
    assert re.findall("<figcaption>(.*?)</figcaption>", page) == [
        "First embedding",
        "Second embedding",
        "Contributions: blue adds, orange subtracts",
    ]
    assert re.findall('aria-label="(.*?)"', page)[2] == "what each value adds to the logit"


@pytest.mark.parametrize("missing", ["inside", "inside_second"])
def test_without_both_drawings_there_is_an_instruction(missing, papers, monkeypatch):
    papers[missing] = None, None
    assert "Make two drawings to see how their embeddings become a similarity." in markup(shown())
    papers[missing] = None, Given("The <picture> is empty.")
    assert "The &lt;picture&gt; is empty." in markup(shown())
    assert papers["charts"] == {}


def test_without_a_network_the_drawings_wait(papers, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    assert "The network is loading" in markup(shown())
