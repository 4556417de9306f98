"""Measure whether the map of the ink that decided tells the truth: python tools/measure_ink_map.py

On 200 pairs of validation alphabets, half of them the same character, the tenth of the first drawing's ink that its map
ranks highest is removed, and the loss of the logit compared with that for a random tenth: of connected ink, and of
single pixels. Also the seconds for the maps of a pair. Needs Omniglot; about five minutes on two cores.
"""

from __future__ import annotations

import pathlib
import statistics
import sys
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))  # runs as a file, without being installed

from siamese.config import SIDE
from siamese.data import omniglot, splits
from siamese.evaluation.probability import sigmoid
from siamese.evaluation.verification import sample_pairs
from siamese.network.explain import INK, ink_effects, marked
from siamese.network.matcher import Matcher

PAIRS, RANDOM_TENTHS, SEED = 200, 5, 0
WARM_UP_PAIRS = 5
KINDS = ("marked", "connected", "pixels")


def logits_without(
    matcher: Matcher, first: np.ndarray, second: np.ndarray, effects: np.ndarray, rng: np.random.Generator
) -> tuple[float, dict[str, np.ndarray]]:
    """The logit of a pair, and those without the marked tenth of the first drawing and without random ones, by kind."""
    rows, columns = np.indices((SIDE, SIDE))
    masks = {"marked": [marked(first, effects)], "connected": [], "pixels": []}
    for row, column in rng.permutation(np.argwhere(first > INK))[:RANDOM_TENTHS]:
        masks["connected"].append(marked(first, -np.hypot(rows - row, columns - column)))
        masks["pixels"].append(marked(first, rng.random((SIDE, SIDE))))
    without = [np.where(mask, 0, first) for kind in KINDS for mask in masks[kind]]
    embeddings = matcher.embed(np.stack([second, first, *without]).astype(np.float32))
    complete, *logits = matcher.compare(embeddings[1:], embeddings[:1])[:, 0]
    ends = np.cumsum([len(masks[kind]) for kind in KINDS])[:-1]
    return float(complete), dict(zip(KINDS, np.split(np.array(logits), ends), strict=True))


def main() -> int:
    matcher, rng = Matcher.load(), np.random.default_rng(SEED)
    characters = splits.subset("validation", omniglot.load())
    pairs = sample_pairs(characters, rng, PAIRS)
    losses, drops, seconds = {kind: [] for kind in KINDS}, {kind: [] for kind in KINDS}, []
    for pair in zip(pairs.first, pairs.second, strict=True):
        drawings = characters.drawings(np.array(pair))
        started = time.perf_counter()
        first, second = matcher.twin_input(drawings)
        effects = ink_effects(matcher, first, second)
        ink_effects(matcher, second, first)
        seconds.append(time.perf_counter() - started)
        complete, logits = logits_without(matcher, first, second, effects, rng)
        for kind in KINDS:
            losses[kind].append(complete - logits[kind])
            drops[kind].append(sigmoid(complete) - sigmoid(logits[kind]))
    for kind in KINDS:
        mean, similarity = np.mean(losses[kind]), np.mean(drops[kind])
        print(f"{kind:10} mean drop of the logit {mean:5.2f}, of the similarity {similarity:.3f}")
    for kind in KINDS[1:]:
        lost = [one > other for one, other in zip(losses["marked"], losses[kind], strict=True)]
        print(f"the marked tenth drops the logit more than a random one ({kind}) in {np.mean(lost):.1%}")
    seconds = seconds[WARM_UP_PAIRS:]
    median, longest = statistics.median(seconds), max(seconds)
    print(f"maps of a pair: shortest {min(seconds):.2f} s, median {median:.2f} s, longest {longest:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
