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
from tests.threads import Slow, at_once

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


def test_visitors_who_ask_for_a_map_at_once_share_it(scribbles, monkeypatch):
    monkeypatch.setattr(alphabet_map, "Job", Slow(alphabet_map.Job))
    at_once(lambda: alphabet_map.job(Moments(), scribbles, "Alphabet 1"))
    assert alphabet_map.Job.calls == 1
    (job,) = alphabet_map._jobs.values()
    assert job.wait(SOON)


def test_maps_take_turns_and_the_one_used_longest_ago_is_dropped(scribbles, monkeypatch):
    monkeypatch.setattr(alphabet_map, "MAX_MAPS", 2)
    jobs = {name: alphabet_map.job(Moments(), scribbles, f"Alphabet {name}") for name in "01"}
    assert all(job.wait(SOON) for job in jobs.values())
    assert alphabet_map.job(Moments(), scribbles, "Alphabet 0") is jobs["0"]
    assert jobs["0"]._turn is jobs["1"]._turn is alphabet_map._turn
    alphabet_map.job(Moments(), scribbles, "Alphabet 2").wait(SOON)
    assert [key[2] for key in alphabet_map._jobs] == ["Alphabet 0", "Alphabet 2"]
    assert jobs["1"]._stop.is_set()
    assert not jobs["0"]._stop.is_set()


def test_a_map_that_was_stopped_goes_on_when_somebody_looks(scribbles):
    job = alphabet_map.job(Moments(), scribbles, "Alphabet 1")
    assert job.wait(SOON)
    assert job.progress == (40, 40)
    job.state = "stopped"
    assert alphabet_map.job(Moments(), scribbles, "Alphabet 1") is job
    assert job.wait(SOON)
    assert job.state == "ready"


def test_the_progress_counts_the_drawings(scribbles, monkeypatch):
    monkeypatch.setattr(alphabet_map.Job, "start", lambda self: self)
    job = alphabet_map.job(Moments(), scribbles, "Alphabet 1")
    assert job.progress == (0, 40)
    job.value = AlphabetMap(np.arange(40), np.zeros((10, 3), np.float16))
    assert job.progress == (10, 40)


@pytest.mark.parametrize(("count", "side"), [(0, 64), (1, 64), (160, 63), (400, 40), (1000, 25), (5000, 22)])
def test_pictures_are_smaller_where_there_are_more(count, side):
    assert alphabet_map._picture_px(count) == side


def test_both_axes_have_the_same_scale_and_a_margin():
    wide = np.array([[0.0, 0.0], [100.0, 10.0], [50.0, 5.0]])
    pixels = alphabet_map._shares(wide, wide) * [1200, 840]
    assert pixels == pytest.approx(np.array([[40, 476], [1160, 364], [600, 420]]))
    tall = wide[:, ::-1]
    pixels = alphabet_map._shares(tall, tall) * [1200, 840]
    assert pixels == pytest.approx(np.array([[562, 800], [638, 40], [600, 420]]))
    one = alphabet_map._shares(np.array([[3.0]]), np.array([[1.0], [5.0]]))
    assert one * [1200, 840] == pytest.approx(np.array([[600, 420]]))
    same = np.ones((2, 2))
    assert alphabet_map._shares(same, same) == pytest.approx(np.full((2, 2), 0.5))


def test_pictures_stay_on_the_map_and_cover_no_others_ink():
    drawing = np.ones((1, SIDE, SIDE), np.float32)
    for x, y, box in ((0.5, 0.5, (410, 590)), (0.0, 0.0, (0, 0)), (1.0, 1.0, (820, 1180))):
        sheet = alphabet_map._sheet(drawing, np.array([[x, y]]), 20)
        rows, columns = np.nonzero(sheet)
        assert (rows.min(), columns.min()) == box
        assert (rows.max() + 1, columns.max() + 1) == (box[0] + 20, box[1] + 20)
    both = alphabet_map._sheet(np.concatenate([drawing, 0 * drawing]), np.full((2, 2), 0.5), 20)
    assert both.max() == 255


def test_ink_is_grey_on_white_and_blue_where_it_is_marked(shown, scribbles):
    picture = np.asarray(opened(shown.picture))
    assert (picture.min(), picture.max()) == (110, 255)
    marked = np.asarray(opened(alphabet_map.highlight(shown, scribbles, int(scribbles.character_of[shown.rows[0]]))))
    assert (marked[..., :3] == (0, 114, 178)).all()
    assert set(np.unique(marked[..., 3])) >= {0, 255}


def test_the_edge_keeps_a_drawing_on_the_map(shown):
    far = np.array([1e4, 1e4, 1.0], np.float32)
    x, y = shown.place(far, np.zeros(40))
    assert {round(x, 2), round(y, 2)} <= {0.02, 0.98}
