"""Embeddings on disk: exact answers, kept by weights and drawings, complete or absent."""

from __future__ import annotations

import numpy as np
import pytest

from siamese import paths
from siamese.config import SIDE
from siamese.errors import UserError
from siamese.network import stored_embeddings
from siamese.network.scorer import EmbeddingScorer

RNG = np.random.default_rng(0)
PROJECTION = RNG.normal(0, 0.1, (SIDE * SIDE, 24)).astype(np.float32)


def embed(drawings: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-drawings.reshape(len(drawings), -1) @ PROJECTION))


SCORER = EmbeddingScorer(embed, -RNG.random(24).astype(np.float32), 3.0, normalised=False)


@pytest.fixture
def stored(home, scribbles):
    *_, last = stored_embeddings.build(SCORER, "a" * 64, scribbles)
    assert last == len(scribbles)
    return stored_embeddings.load("a" * 64, scribbles)


def test_a_drawing_is_the_nearest_to_itself_and_the_order_is_that_of_the_logits(stored, scribbles):
    assert stored.embeddings.dtype == np.float16
    embeddings = SCORER.prepare(scribbles.drawings())
    logits = SCORER.compare(embeddings[7:8], embeddings)[0]
    rows, nearest = stored.nearest(SCORER, embeddings[7], 5)
    assert rows[0] == 7
    assert rows.tolist() == np.argsort(-logits)[:5].tolist()
    assert np.allclose(nearest, logits[rows], atol=0.02)  # float16


def test_few_candidates_are_enough_for_the_nearest(stored, scribbles, monkeypatch):
    monkeypatch.setattr(stored_embeddings, "CANDIDATES", 30)
    embeddings = SCORER.prepare(scribbles.drawings())
    for row in range(0, len(scribbles), 9):
        exact = np.argsort(-SCORER.compare(embeddings[row : row + 1], embeddings)[0])[:3]
        assert set(stored.nearest(SCORER, embeddings[row], 3)[0]) == set(exact)


def test_other_weights_and_other_drawings_have_embeddings_of_their_own(stored, scribbles):
    assert stored_embeddings.load("b" * 64, scribbles) is None
    assert stored_embeddings.load("a" * 64, scribbles.subset(["Alphabet 1"])) is None


def test_of_a_build_that_is_given_up_nothing_is_kept(home, scribbles, monkeypatch):
    monkeypatch.setattr(stored_embeddings, "CHUNK_DRAWINGS", 16)
    building = stored_embeddings.build(SCORER, "a" * 64, scribbles)
    assert next(building) == 16
    building.close()
    assert list((paths.data() / "embeddings").iterdir()) == []
    assert stored_embeddings.load("a" * 64, scribbles) is None


def test_a_damaged_file_counts_as_absent(stored, scribbles):
    place = stored_embeddings.folder("a" * 64, scribbles)
    (place / stored_embeddings.COARSE).write_bytes(b"damaged")
    assert stored_embeddings.load("a" * 64, scribbles) is None


def test_few_folders_are_kept_those_used_last(home, scribbles):
    for weights in "abcde":
        list(stored_embeddings.build(SCORER, weights * 64, scribbles))
    assert len(list((paths.data() / "embeddings").iterdir())) == stored_embeddings.MAX_KEPT
    assert stored_embeddings.load("e" * 64, scribbles) is not None


def test_a_disk_that_cannot_be_written_is_one_sentence(home, scribbles):
    home.mkdir()
    (home / "data").write_text("a file where the folder would be")
    with pytest.raises(UserError, match=r"^The embeddings cannot be kept in .*\.$"):
        list(stored_embeddings.build(SCORER, "a" * 64, scribbles))
