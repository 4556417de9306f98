"""Measure the search for the most similar drawings: python tools/measure_nearest.py [builtin|omniglot]

Embeds all drawings of a data source once, as the Inside page does, then searches with drawings of it: seconds of a
search, and how many of the 24 drawings shown are among the 24 most similar by a comparison with all. About three
minutes on two cores.
"""

from __future__ import annotations

import pathlib
import sys
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))  # runs as a file, without being installed

from siamese.data import sources
from siamese.network import stored_embeddings
from siamese.network.matcher import Matcher

QUERIES, SHOWN, SEED = 100, 24, 0


def main() -> int:
    characters = sources.get(sys.argv[1] if len(sys.argv) > 1 else "builtin").load(None)
    matcher, rng = Matcher.load(), np.random.default_rng(SEED)
    matcher.trace()
    weights = matcher.record["sha256"]
    if stored_embeddings.load(weights, characters) is None:
        started = time.perf_counter()
        list(stored_embeddings.build(matcher, weights, characters))
        print(f"{len(characters):,} drawings embedded in {time.perf_counter() - started:.0f} s")
    stored = stored_embeddings.load(weights, characters)
    size = sum(file.stat().st_size for file in stored_embeddings.folder(weights, characters).iterdir())
    seconds, shared = [], []
    for drawing in characters.drawings(rng.choice(len(characters), QUERIES, replace=False)):
        started = time.perf_counter()
        embedding = matcher.prepare(drawing[None])[0]
        rows, _ = stored.nearest(matcher, embedding, SHOWN)
        seconds.append(time.perf_counter() - started)
        every = np.concatenate(
            [
                matcher.compare(embedding[None], stored.embeddings[start : start + 1024].astype(np.float32))[0]
                for start in range(0, len(characters), 1024)
            ]
        )
        shared.append(len(set(rows) & set(np.argsort(-every, kind="stable")[:SHOWN])) / SHOWN)
    print(f"{size / 1e6:.0f} MB on disk")
    print(
        f"a search, with the forward pass: median {np.median(seconds):.3f} s, p95 {np.quantile(seconds, 0.95):.3f} s, "
        f"longest {max(seconds):.3f} s"
    )
    complete = np.mean(np.array(shared) == 1)
    print(f"of the {SHOWN} most similar, {np.mean(shared):.2%} are shown; all of them in {complete:.0%} of searches")
    return 0


if __name__ == "__main__":
    sys.exit(main())
