"""The embeddings of all drawings of a character set, on disk: the most similar of 40,000 drawings in a quarter second.

float16, a folder for each pair of weights and drawings. A search compares the query with the projections of all
drawings on a few principal components, and takes the exact logits (Koch et al., section 3.1) of the nearest of them.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import shutil
import tempfile
from collections.abc import Iterator

import numpy as np

from siamese import paths
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.evaluation.principal import Components
from siamese.network.scorer import EmbeddingScorer

CHUNK_DRAWINGS = 128
"""Drawings embedded between two reports of progress."""
COMPONENTS, SAMPLE_DRAWINGS = 128, 1500
"""Principal components of the first comparison, and the drawings from which they are computed."""
CANDIDATES = 1500
"""Drawings whose exact logits are computed. tools/measure_nearest.py measures how often that misses one."""
MAX_KEPT = 3
"""Folders kept, each up to 360 MB; those used longest ago are deleted."""
EMBEDDINGS, COARSE, UNFINISHED = "embeddings.npy", "coarse.npz", "unfinished-"


@dataclasses.dataclass(frozen=True)
class StoredEmbeddings:
    """The embeddings of a character set by row, float16 (n, d), and their first comparison.

    coarse: float32 (n, k), the projections of embeddings that are scaled by the square roots of the head's weights.
    """

    embeddings: np.ndarray
    components: Components
    coarse: np.ndarray

    def nearest(self, scorer: EmbeddingScorer, embedding: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The rows of the most similar drawings and their logits (count,), for an embedding (d,), the best first."""
        place = self.components.place(_scaled(scorer, embedding[None]))[0]
        distance = np.square(self.coarse - place).sum(axis=1)
        most = min(CANDIDATES, len(distance))
        rows = np.sort(np.argpartition(distance, most - 1)[:most])
        logits = scorer.compare(embedding[None], self.embeddings[rows].astype(np.float32))[0]
        best = np.argsort(-logits, kind="stable")[:count]
        return rows[best], logits[best]


def folder(weights: str, characters: CharacterSet) -> pathlib.Path:
    """The place of the embeddings of a character set, by the sha256 of the weights."""
    return paths.data() / "embeddings" / f"{weights[:16]}-{characters.digest[:16]}"


def load(weights: str, characters: CharacterSet) -> StoredEmbeddings | None:
    """The embeddings that are on disk, or None. They are read when they are needed, not now."""
    place = folder(weights, characters)
    try:
        with np.load(place / COARSE, allow_pickle=False) as arrays:
            components = Components(arrays["mean"], arrays["directions"], float(arrays["share"]))
            coarse = arrays["coarse"]
        embeddings = np.load(place / EMBEDDINGS, mmap_mode="r", allow_pickle=False)
        os.utime(place)
    except (OSError, ValueError, KeyError):
        return None
    return (
        StoredEmbeddings(embeddings, components, coarse) if len(embeddings) == len(coarse) == len(characters) else None
    )


def build(scorer: EmbeddingScorer, weights: str, characters: CharacterSet) -> Iterator[int]:
    """Embed all drawings and keep the embeddings on disk; yields the number of drawings that are done.

    Nothing is kept of a build that does not reach its end. Raises UserError where the disk cannot hold them.
    """
    place, draft = folder(weights, characters), None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = pathlib.Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=place.parent))
        shape = (len(characters), len(scorer.head_weights))
        embeddings = np.lib.format.open_memmap(draft / EMBEDDINGS, "w+", np.float16, shape)
        for start in range(0, len(characters), CHUNK_DRAWINGS):
            rows = np.arange(start, min(start + CHUNK_DRAWINGS, len(characters)))
            embeddings[rows] = scorer.prepare(characters.drawings(rows))
            yield int(rows[-1]) + 1
        np.savez(draft / COARSE, **_first_comparison(scorer, embeddings))
        embeddings.flush()
        del embeddings  # Windows renames no folder of which a file is open
        shutil.rmtree(place, ignore_errors=True)
        draft.rename(place)
        _evict(place)
    except OSError as error:
        raise UserError(f"The embeddings cannot be kept in {place.parent}: {error.strerror}.") from error
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)


def _first_comparison(scorer: EmbeddingScorer, embeddings: np.ndarray) -> dict[str, np.ndarray]:
    sample = np.unique(np.linspace(0, len(embeddings) - 1, min(SAMPLE_DRAWINGS, len(embeddings))).astype(int))
    components = Components.of(_scaled(scorer, embeddings[sample].astype(np.float32)), COMPONENTS)
    parts = [
        components.place(_scaled(scorer, embeddings[start : start + CHUNK_DRAWINGS].astype(np.float32)))
        for start in range(0, len(embeddings), CHUNK_DRAWINGS)
    ]
    kept = {"mean": components.mean, "directions": components.directions, "share": np.float32(components.share)}
    return kept | {"coarse": np.concatenate(parts)}


def _scaled(scorer: EmbeddingScorer, embeddings: np.ndarray) -> np.ndarray:
    """Embeddings (n, d) in which values count as much as they do in the logit."""
    return embeddings * np.sqrt(np.abs(scorer.head_weights))


def _evict(newest: pathlib.Path) -> None:
    """Delete the folders that were used longest ago."""
    folders = [each for each in newest.parent.glob("*-*") if not each.name.startswith(UNFINISHED)]
    kept = sorted(folders, key=lambda each: each.stat().st_mtime, reverse=True)
    for old in kept[MAX_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
