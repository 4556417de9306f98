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

QUERIES, SHOWN, SEED = 50, 24, 0


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
    drawings = characters.drawings(rng.choice(len(characters), QUERIES, replace=False))
    seconds, shown, embeddings = [], [], []
    for drawing in drawings:
        started = time.perf_counter()
        embeddings.append(matcher.prepare(drawing[None])[0])
        shown.append(stored.nearest(matcher, embeddings[-1], SHOWN)[0])
        seconds.append(time.perf_counter() - started)
    every = np.concatenate(
        [
            matcher.compare(np.stack(embeddings), stored.embeddings[start : start + 256].astype(np.float32))
            for start in range(0, len(characters), 256)
        ],
        axis=1,
    )
    nearest = np.argsort(-every, axis=1, kind="stable")[:, :SHOWN]
    shared = [len(set(some) & set(all_)) / SHOWN for some, all_ in zip(shown, nearest, strict=True)]
    print(f"{size / 1e6:.0f} MB on disk")
    print(
        f"a search, with the forward pass: shortest {min(seconds):.3f} s, median {np.median(seconds):.3f} s, "
        f"p95 {np.quantile(seconds, 0.95):.3f} s"
    )
    complete = np.mean(np.array(shared) == 1)
    print(f"of the {SHOWN} most similar, {np.mean(shared):.2%} are shown; all of them in {complete:.0%} of searches")
    return 0


if __name__ == "__main__":
    sys.exit(main())
