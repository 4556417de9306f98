"""The Inside page: every block with its numbers, two embeddings, the map of an alphabet, the most similar drawings."""

from __future__ import annotations

import dataclasses
import pathlib
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from siamese.config import SIDE
from siamese.data import sources
from siamese.network.scorer import EmbeddingScorer
from siamese.ui import datasets, models
from siamese.ui.inside import alphabet_map, nearest
from siamese.ui.links import BLOCKS
from tests import networks

ROOT = pathlib.Path(__file__).resolve().parents[2]
VALUES = 16
PROJECTION = np.random.default_rng(0).normal(0, 0.1, (SIDE * SIDE, VALUES)).astype(np.float32)
SOON = 60.0


class Projecting(EmbeddingScorer):
    """A network whose embedding is a random projection of the drawing."""

    def __init__(self):
        super().__init__(self.project, -np.ones(VALUES, np.float32), 2.0, normalised=False)
        self.record = {"sha256": "f" * 64}

    def project(self, drawings: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-drawings.reshape(len(drawings), -1) @ PROJECTION))

    def trained_on(self, alphabet):
        return False

    embeddings = EmbeddingScorer.prepare


@pytest.fixture(autouse=True)
def _small(home, monkeypatch):
    """Few drawings, and a network that needs no TensorFlow; blocks are those of the shipped weights."""
    characters = datasets.loaded("builtin").subset(["Kannada", "Runic"])
    monkeypatch.setattr(datasets, "character_set", lambda key: characters)
    monkeypatch.setattr(models, "_shipped", networks.ready(Projecting()))
    alphabet_map._jobs.clear()
    nearest._jobs.clear()
    nearest._kept.clear()


def run(**choices: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "navigation.py"), default_timeout=120)
    app.switch_page("pages/inside.py")
    for name, value in choices.items():
        app.query_params[name] = value
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    assert [error.value for error in app.exception] == []
    assert [error.value for error in app.error] == []
    return app


def sample(app: AppTest, paper: str = "inside") -> AppTest:
    return checked(app.button(key=f"{paper}:sample").click().run())


def markup(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def formula(app: AppTest) -> str:
    (words,) = re.findall(r'<p class="formula"[^>]*>(.*?)</p>', markup(app))
    return re.sub(r"<[^>]*>", "", words).replace("−", "-")


def numbers(words: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d+", words)]


def test_the_page_says_what_the_shipped_network_is_made_of():
    assert "38,951,745 parameters, as many as in the paper. But the network was trained as 4 columns" in markup(run())
    assert "9,749,313 parameters are used" in markup(run())


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_can_be_looked_into_without_and_with_a_drawing(block):
    app = run(block=block)
    assert "<h2>" in markup(app)
    if block not in ("distance", "similarity"):
        sample(app)


@pytest.mark.parametrize(("block", "products"), [("conv1", 100), ("conv2", 784), ("conv4", 512)])
def test_the_formula_of_a_convolution_adds_up(block, products):
    app = sample(run(block=block, map="7"))
    assert formula(app).startswith(f"sum of {products} products + bias = ")
    bias, total, output = numbers(formula(app))[-3:]
    added = numbers(formula(app))[0] + (bias if " + " in formula(app).split("=")[1] else -bias)
    assert added == pytest.approx(total, abs=0.002)
    assert max(0.0, total) == pytest.approx(output, abs=0.001)


def test_a_person_chooses_the_output_that_is_explained():
    app = sample(run(block="pool2", by_hand="1", row="3", column="4"))
    before = formula(app)
    *inputs, output = numbers(before)
    assert len(inputs) == 4
    assert max(inputs) == output
    checked(app.number_input(key="inside:row").set_value(11).run())
    assert formula(app) != before
    assert "rows 40 to 65 and columns 12 to 37" in markup(app)  # 25 px, 4 px apart


def test_a_value_of_the_embedding_is_explained():
    app = sample(run(block="embedding"))
    checked(app.number_input(key="inside:map").set_value(4096).run())
    before, output = numbers(formula(app))[-2:]
    assert 1 / (1 + np.exp(-before)) == pytest.approx(output, abs=0.001)


def test_two_embeddings_add_up_to_the_logit():
    app = run(part="pair")
    assert "Make two drawings" in markup(app)
    sample(sample(app), "inside_second")
    bias, added, logit, _ = numbers(formula(app) + " 0.0")[:4]
    assert bias + added == pytest.approx(logit, abs=0.002)
    assert len(app.get("plotly_chart")) == 1
    assert re.findall(r"<figcaption>(.*?)</figcaption>", markup(app))[:2] == ["First embedding", "Second embedding"]


def test_the_drawing_appears_on_the_map_of_its_alphabet():
    app = run(part="map", alphabet="Runic")
    (job,) = alphabet_map._jobs.values()
    assert job.wait(SOON)
    checked(app.run())
    assert 'class="alphabet_map"' in markup(app)
    sample(app)
    assert 'class="card you" style="left:' in markup(app)
    assert "All drawings of this character are blue" in markup(app)


def test_the_map_can_be_arranged_by_t_sne():
    app = run(part="map", alphabet="Runic", layout="tsne")
    (job,) = alphabet_map._jobs.values()
    assert job.wait(SOON)
    sample(checked(app.run()))
    assert "t-SNE has put each of the" in markup(app)
    assert 'class="card you" style="left:' in markup(app)
    assert app.query_params["layout"] == "tsne"


def test_all_drawings_are_embedded_where_asked_for_and_searched():
    app = run(part="nearest")
    assert "of all alphabets appear here" not in markup(app)
    next(button for button in app.button if button.label == "Embed all drawings").click().run()
    (job,) = nearest._jobs.values()
    assert job.wait(SOON)
    sample(app)
    count = len(datasets.character_set("builtin"))
    assert f"The 24 most similar of {count:,} drawings" in markup(app)
    assert re.search(
        r'class="tile" title="[^"]*Kannada, person \d+: similarity 0\.88"', markup(app)
    )  # the sample itself
    assert "search" not in app.query_params


def test_omniglot_can_be_searched_where_it_is_installed(monkeypatch):
    assert [control.options for control in run(part="nearest").get("button_group")][1:] == [["Built-in"]]
    omniglot = datasets.character_set("builtin").subset(["Runic"])
    monkeypatch.setattr(datasets, "character_set", {"builtin": datasets.loaded("builtin"), "omniglot": omniglot}.get)
    available = dataclasses.replace(sources.SOURCES["omniglot"], available=lambda: True)
    monkeypatch.setitem(sources.SOURCES, "omniglot", available)
    app = run(part="nearest", search="omniglot")
    assert f"To search all {len(omniglot):,} drawings at once" in markup(app)
