"""Make assets/koch.safetensors and its record from a training run: python tools/ship_weights.py RUN

Each column's dense layer is stored at low rank. The temperature and the thresholds for "none of these" and for "same"
are fitted on the validation alphabets; tools/fit_signatures.py then fits the one for signatures. Lake's ten alphabets
are not used: they are measured with `python -m siamese evaluate`, after everything is chosen.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import pathlib
import sys
from typing import Any

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import keras

from siamese import runs
from siamese.config import TwinConfig
from siamese.data import omniglot, splits
from siamese.data.characters import CharacterSet
from siamese.data.episodes import sample_trials
from siamese.data.normalise import normalise
from siamese.errors import UserError
from siamese.evaluation.features import Features
from siamese.evaluation.probability import calibration_error, fit_none_threshold, fit_temperature, sigmoid
from siamese.evaluation.trials import measure
from siamese.evaluation.verification import accuracy_at, fit_same_threshold, sample_pairs, score_pairs
from siamese.network import weights as weights_file
from siamese.network.device import Precision
from siamese.network.matcher import SHIPPED, Matcher
from siamese.network.twin import assign, build_twin

RANK = 384
"""Rank of each column's dense layer: the file has 11 of at most 12 MB."""
SEED = 20151109
TRIALS = PAIRS = 10_000
ANSWERED_SHARE = 0.95
"""Share of the validation trials that must not be answered with "none of these", since they show the character."""
LOW_RANK_DRAWINGS = 8_000
"""Drawings of the background set on whose features the low-rank approximation is fitted."""


def low_rank(config: TwinConfig, tensors: dict[str, np.ndarray], drawings: np.ndarray) -> dict[str, np.ndarray]:
    """A column with its dense layer at low rank, fitted on that layer's inputs for these drawings."""
    twin = build_twin(config, policy=Precision.of_this_machine().serving)
    assign(twin, tensors)
    features = keras.Model(twin.input, twin.get_layer("flatten").output)
    inputs = features.predict(drawings[..., None], batch_size=128, verbose=0).astype(np.float32)
    return weights_file.low_rank(tensors, inputs, RANK)


def calibrate(matcher: Matcher, validation: CharacterSet) -> dict[str, Any]:
    """Temperature and thresholds, fitted on one half of the trials and pairs, with their results on the other half."""
    features = Features(matcher, validation)
    fit, test = (sample_trials(validation, np.random.default_rng((SEED, part)), TRIALS // 2) for part in (1, 2))
    logits = features.score(fit)
    temperature, threshold = fit_temperature(logits, fit.answer), fit_none_threshold(logits.max(axis=1), ANSWERED_SHARE)
    logits = features.score(test)
    absent = logits.copy()
    absent[np.arange(len(test)), test.answer] = -np.inf
    fit_pairs, test_pairs = (sample_pairs(validation, np.random.default_rng((SEED, part)), PAIRS) for part in (3, 4))
    same = fit_same_threshold(score_pairs(features, fit_pairs), fit_pairs.same)
    return {
        "temperature": round(temperature, 4),
        "none_threshold": round(float(sigmoid(threshold)), 4),
        "same_threshold": round(float(sigmoid(same)), 4),
        "calibration": {
            "protocol": "validation alphabets, all drawers; fitted on half of the 20-way 1-shot trials and pairs, "
            "measured on the other half",
            "expected_calibration_error": round(calibration_error(logits, test.answer, temperature), 4),
            "answer_present_and_not_refused": round(float((logits.max(axis=1) >= threshold).mean()), 4),
            "answer_absent_and_refused": round(float((absent.max(axis=1) < threshold).mean()), 4),
            "verification": accuracy_at(score_pairs(features, test_pairs), test_pairs.same, same).figures(),
        },
    }


def ship(run_id: str) -> None:
    """Write the shipped files from a run's newest weights. Raises UserError if it has none or has not finished."""
    status = runs.status(run_id)
    if status.state != "finished":
        raise UserError(f"{status.name} is {status.state}: finish it with `python -m siamese train --resume {run_id}`.")
    everything = omniglot.load()
    background, validation = splits.subset("background", everything), splits.subset("validation", everything)
    trained = weights_file.load(runs.weights(run_id))
    recipe = status.run.config
    record = {**trained.record, "normalised": recipe.normalised, "columns": recipe.columns}
    del record["sha256"]
    trials = sample_trials(validation, np.random.default_rng((SEED, 0)), TRIALS)
    full = measure(
        Matcher(dataclasses.replace(trained, record=record)),
        validation,
        trials,
        np.random.default_rng(SEED),
    ).figures()
    print("validation, full rank:", full, flush=True)
    some = np.sort(np.random.default_rng(SEED).choice(len(background), LOW_RANK_DRAWINGS, replace=False))
    drawings = normalise(background.drawings(some)) if recipe.normalised else background.drawings(some)
    columns = weights_file.side_by_side([low_rank(recipe.column, tensors, drawings) for tensors in trained.columns])
    record["made"]["command"] += f"; python tools/ship_weights.py {run_id}"
    weights_file.save(SHIPPED, columns, record)
    matcher = Matcher.load()
    record["validation"] = {
        "protocol": "20-way 1-shot within the ten validation alphabets, all drawers",
        **measure(matcher, validation, trials, np.random.default_rng(SEED)).figures(),
        "accuracy_at_full_rank": full["accuracy"],
        "rank": RANK,
    }
    record |= calibrate(matcher, validation)
    weights_file.save(SHIPPED, columns, record)
    print(json.dumps(record, indent=1))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", help="id of the run, see `python -m siamese runs list`")
    try:
        ship(parser.parse_args().run)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
