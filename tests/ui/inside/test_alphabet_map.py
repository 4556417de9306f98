"""The map of an alphabet: places, pictures, the character that is marked, and its work in the background."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from siamese.config import SIDE
from siamese.network.scorer import EmbeddingScorer
from siamese.ui.inside import alphabet_map
from siamese.ui.inside.alphabet_map import HEIGHT_PX, WIDTH_PX, AlphabetMap

SOON = 30.0


class Moments(EmbeddingScorer):
    """A network whose embedding is where the ink is: its mean row and column, and a constant."""

    def __init__(self):
        super().__init__(self.moments, -np.ones(3, np.float32), 2.0, normalised=False)
        self.record = {"sha256": "moments"}

    def moments(self, drawings: np.ndarray) -> np.ndarray:
        ink = drawings[..., 0] / np.maximum(drawings.sum(axis=(1, 2, 3))[:, None, None], 1)
        at = np.arange(SIDE)
        return np.stack([ink.sum(axis=2) @ at, ink.sum(axis=1) @ at, np.ones(len(ink))], axis=1).astype(np.float32)


@pytest.fixture(autouse=True)
def _nothing_kept():
    alphabet_map._jobs.clear()


@pytest.fixture
def shown(scribbles) -> AlphabetMap:
    job = alphabet_map.job(Moments(), scribbles, "Alphabet 1")
    assert job.wait(SOON)
    assert job.failure == ""
    return job.value


def opened(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.removeprefix("data:image/png;base64,"))))


def test_every_drawing_of_the_alphabet_is_on_the_map(shown, scribbles):
    assert len(shown.rows) == 40
    assert {scribbles.characters[c].alphabet for c in scribbles.character_of[shown.rows]} == {"Alphabet 1"}
    assert shown.places.min() > 0
    assert shown.places.max() < 1
    assert opened(shown.picture).size == (WIDTH_PX, HEIGHT_PX)
    assert shown.components.share == pytest.approx(1.0)


def test_distances_on_the_map_are_those_of_the_embeddings(shown):
    pixels = shown.places * [WIDTH_PX, HEIGHT_PX]
    embeddings = shown.embeddings.astype(np.float32)
    pairs = [(0, 1), (3, 17), (5, 30)]
    ratios = [np.linalg.norm(pixels[a] - pixels[b]) / np.linalg.norm(embeddings[a] - embeddings[b]) for a, b in pairs]
    assert np.ptp(ratios) < 0.02 * max(ratios)


def test_a_drawing_of_the_alphabet_lies_where_its_picture_is(shown, scribbles):
    embedding = Moments().prepare(scribbles.drawings(shown.rows[9:10]))[0]
    logits = shown.logits(Moments(), embedding)
    assert shown.place(embedding, logits) == pytest.approx(shown.places[9], abs=0.01)
    assert shown.nearest(logits)[0] == shown.rows[9]


def test_a_drawing_that_is_outside_lies_at_the_edge(shown):
    x, y = shown.place(np.array([5000, 5000, 1], np.float32), np.zeros(40))
    assert {x, y} & {0.02, 0.98}


def test_the_drawings_of_one_character_are_marked_where_they_are(shown, scribbles):
    character = int(scribbles.character_of[shown.rows[0]])
    marked = np.asarray(opened(alphabet_map.highlight(shown, scribbles, character)))[..., 3] > 0
    all_ink = np.asarray(opened(shown.picture)) < 255
    assert marked.any()
    assert marked.sum() < all_ink.sum()
    assert not (marked & ~all_ink).any()


def test_a_map_is_made_once_for_all_visitors(shown, scribbles):
    again = alphabet_map.job(Moments(), scribbles, "Alphabet 1")
    assert again.value is shown


def test_an_alphabet_of_one_drawing_has_a_map(scribbles):
    from siamese.data.characters import Alphabet, Character
    from tests import drawn

    one = drawn.from_drawings("one", [Alphabet("A", "")], [Character("A", "c")], {(0, 1): drawn.scribble(1, 1)})
    job = alphabet_map.job(Moments(), one, "A")
    assert job.wait(SOON)
    assert job.failure == ""
    assert job.value.places.tolist() == [[0.5, 0.5]]


def test_t_sne_takes_the_embeddings_of_the_other_map_and_puts_a_drawing_among_its_neighbours(shown, scribbles):
    network = Moments()
    network.prepare = pytest.fail
    job = alphabet_map.job(network, scribbles, "Alphabet 1", alphabet_map.TSNE)
    assert job.wait(SOON)
    assert job.failure == ""
    assert job.progress == (40 + 750, 40 + 750)
    arranged = job.value
    assert arranged.embeddings is shown.embeddings
    assert 0 < arranged.places.min() < arranged.places.max() < 1
    x, y = arranged.place(shown.embeddings[9], np.where(np.arange(40) == 9, 0.0, -100.0))
    assert (x, y) == pytest.approx(arranged.places[9], abs=1e-4)
