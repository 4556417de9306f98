"""What the network sees at a validation: fixed pairs, a fixed Lake-style run, the filters of the first layer.

The drawings are the same at every validation and in every run on the same data, so that one can watch right answers
appear. None of this is a result: those come from the many more trials of the validation.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import safetensors.numpy

from siamese.data.characters import CharacterSet
from siamese.data.episodes import VALIDATION_SEED, sample_trials
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.features import Scorer
from siamese.evaluation.probability import sigmoid
from siamese.evaluation.trials import measure
from siamese.runs import curves, files, folder
from siamese.runs.folder import Run, RunError

WAYS = 20
PAIRS = 4
"""Pairs of the same character, and as many of two characters of one alphabet."""
TENSORS = (
    "trial.support",
    "trial.query",
    "trial.similarity",
    "pairs.rows",
    "pairs.similarity",
    "conv1.kernel",
)
"""Names of the arrays in a snapshot."""


class Fixed:
    """The drawings that the network is shown at every validation, as rows of the validation set.

    support, query: int (20,), twenty characters of one alphabet by two drawers; pairs: int (8, 2), the first half the
    same character. Raises ValueError when no alphabet has 20 characters or there is only one drawer.
    """

    def __init__(self, validation: CharacterSet):
        rng = np.random.default_rng(VALIDATION_SEED)
        trial = sample_trials(validation, rng, 1, WAYS)
        self.support = trial.support[0, :, 0]
        other = int(validation.drawer_of[trial.query[0]])
        self.query = np.array([_by(validation, int(row), other) for row in self.support])
        drawn = sample_trials(validation, rng, 2 * PAIRS, ways=2)
        way = np.where(np.arange(2 * PAIRS) < PAIRS, drawn.answer, 1 - drawn.answer)
        self.pairs = np.stack([drawn.query, drawn.support[np.arange(2 * PAIRS), way, 0]], axis=1)


def _by(characters: CharacterSet, row: int, drawer: int) -> int:
    """Row of the same character by this drawer, or by another than that of `row` where this one did not draw it."""
    rows = characters.rows(int(characters.character_of[row]))
    by_drawer = rows[characters.drawer_of[rows] == drawer]
    return int(by_drawer[0] if len(by_drawer) else rows[rows != row][0])


def take(scorer: Scorer, kernel: np.ndarray, validation: CharacterSet) -> dict[str, np.ndarray]:
    """The snapshot of a validation.

    `trial.support`, `trial.query` and `pairs.rows`: rows of the validation set, as in `Fixed`. `trial.similarity`:
    (20, 20), one row per query; `pairs.similarity`: (8,); both in [0, 1]. `conv1.kernel`: filters of the first layer,
    float16 (10, 10, 1, n).
    """
    fixed = Fixed(validation)
    rows = np.unique(np.concatenate([fixed.support, fixed.query, fixed.pairs.ravel()]))
    features = scorer.prepare(validation.drawings(rows))

    def similarity(queries: np.ndarray, support: np.ndarray) -> np.ndarray:
        logits = scorer.compare(features[np.searchsorted(rows, queries)], features[np.searchsorted(rows, support)])
        return sigmoid(logits.astype(np.float64))

    pairs = [similarity(pair[:1], pair[1:])[0, 0] for pair in fixed.pairs]
    return {
        "trial.support": fixed.support.astype(np.int64),
        "trial.query": fixed.query.astype(np.int64),
        "trial.similarity": similarity(fixed.query, fixed.support),
        "pairs.rows": fixed.pairs.astype(np.int64),
        "pairs.similarity": np.array(pairs),
        "conv1.kernel": kernel.astype(np.float16),
    }


def nearest_neighbour(validation: CharacterSet, trials: int) -> Mapping[str, float]:
    """Nearest neighbour on the trials of a run's validations: {trials, right, accuracy, low, high}."""
    drawn = sample_trials(validation, np.random.default_rng(VALIDATION_SEED), trials)
    return measure(PixelNearest(), validation, drawn, np.random.default_rng(VALIDATION_SEED)).figures()


def nearest(run_id: str) -> Mapping[str, float] | None:
    """The figures of `nearest_neighbour` that a run has kept; None before its first validation. Raises RunError."""
    try:
        figures = files.read_json(folder.locate(run_id) / "nearest.json")
    except (OSError, files.DamagedFile):
        return None
    return figures if all(curves.is_number(figures.get(name)) for name in ("accuracy", "low", "high")) else None


def save(run: Run, step: int, tensors: Mapping[str, np.ndarray]) -> None:
    """Write the snapshot of a step. Raises WriteError."""
    with files.atomic_file(run.snapshots / f"{step:08}.safetensors") as draft:
        files.write_tensors(draft, tensors)


def steps(run_id: str) -> list[int]:
    """Steps of a run that have a snapshot, ascending. Raises RunError when there is no such run."""
    stems = (file.stem for file in (folder.locate(run_id) / "snapshots").glob("*.safetensors"))
    return sorted(int(stem) for stem in stems if stem.isdecimal())


def load(run_id: str, step: int) -> dict[str, np.ndarray]:
    """The snapshot of a step (see `take`). Raises RunError when there is none or it is damaged."""
    try:
        tensors = safetensors.numpy.load_file(folder.locate(run_id) / "snapshots" / f"{step:08}.safetensors")
        return {name: tensors[name] for name in TENSORS}
    except (OSError, KeyError, safetensors.SafetensorError) as error:
        raise RunError(f"{run_id} has no readable snapshot of step {step}: choose another step.") from error


def remove_after(run: Run, step: int) -> None:
    """Delete the snapshots of later steps."""
    for later in steps(run.id):
        if later > step:
            (run.snapshots / f"{later:08}.safetensors").unlink()
