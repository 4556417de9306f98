"""t-SNE: a map on which the nearest neighbours of embeddings are near each other (van der Maaten and Hinton, 2008).

It arranges the given embeddings only. A new one has no place of its own: `between` puts it among its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siamese.errors import UserError
from siamese.evaluation.principal import Components

MIN_DRAWINGS = 10
PERPLEXITY = 20.0
"""Neighbours of a drawing that count, about: as many as a character has drawings in Omniglot."""
COMPONENTS = 50
"""Principal components that are arranged, as is usual: the others are mostly noise."""
FIRST_ITERATIONS, ITERATIONS, REPORTED = 250, 750, 50
"""Iterations that pull neighbours together strongly; all of them; and those between two reports of progress."""
EXAGGERATION, FIRST_MOMENTUM, MOMENTUM = 12.0, 0.5, 0.8
NEIGHBOURS = 5


def arrange(vectors: np.ndarray, seed: int) -> Iterator[tuple[int, np.ndarray]]:
    """Iterations that are done, and points float32 (n, 2) of vectors (n, d); the last ones are the map.

    The same vectors and seed give the same map. Raises UserError for fewer than MIN_DRAWINGS.
    """
    if len(vectors) < MIN_DRAWINGS:
        raise UserError(f"t-SNE needs at least {MIN_DRAWINGS} drawings, and these are {len(vectors)}: use PCA.")
    from openTSNE import TSNEEmbedding, affinity, initialization  # takes two seconds to import

    parts = Components.of(vectors, COMPONENTS).place(vectors)
    perplexity = min(PERPLEXITY, (len(parts) - 1) / 3)
    near = affinity.PerplexityBasedNN(parts, perplexity, method="exact", n_jobs=1, random_state=seed)
    embedding = TSNEEmbedding(initialization.pca(parts, random_state=seed), near, n_jobs=1, random_state=seed)
    for done in range(0, ITERATIONS, REPORTED):
        first = done < FIRST_ITERATIONS
        embedding.optimize(
            REPORTED,
            inplace=True,
            exaggeration=EXAGGERATION if first else 1,
            momentum=FIRST_MOMENTUM if first else MOMENTUM,
        )
        yield done + REPORTED, np.array(embedding, dtype=np.float32)


def between(points: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """A point (2,) among the most similar of points (n, 2): their mean, weighted by the similarity in logits (n,)."""
    nearest = np.argsort(-logits, kind="stable")[:NEIGHBOURS]
    weights = np.exp(logits[nearest] - logits[nearest[0]])
    return weights @ points[nearest] / weights.sum()
