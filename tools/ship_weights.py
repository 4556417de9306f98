"""Turn a training run into assets/koch.safetensors and its record: python tools/ship_weights.py --run best

The dense layer is stored at low rank. The rank, the temperature and the threshold for "none of these" are chosen on the
validation alphabets; Lake's runs are scored once, at the end, with the very file that is shipped.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import json
import pathlib
import platform
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from siamese import paths
from siamese.config import PRESETS
from siamese.data import omniglot
from siamese.data.episodes import Trials, sample_trials
from siamese.evaluation.trials import Accuracy, measure, measure_lake
from siamese.evaluation.verification import calibration_error, fit_temperature, fit_threshold
from siamese.network import weights as weights_file
from siamese.network.device import Precision
from siamese.network.matcher import SHIPPED, Matcher
from siamese.network.trainer import Trainer

RANKS = (192, 256, 320)
SEED = 20151109


def logits_of(matcher: Matcher, characters, trials: Trials) -> np.ndarray:
    """Logits (t, n) of one-shot trials, each drawing embedded once."""
    rows, place = np.unique(np.concatenate([trials.query, trials.support.ravel()]), return_inverse=True)
    embeddings = matcher.prepare(characters.drawings(rows))
    query, support = place[: len(trials)], place[len(trials) :].reshape(trials.support.shape)[:, :, 0]
    return np.concatenate([matcher.compare(embeddings[q : q + 1], embeddings[s]) for q, s in zip(query, support, strict=True)])


def figure(found: Accuracy) -> dict:
    """An accuracy as the record keeps it."""
    low, high = found.interval()
    return {"accuracy": round(found.accuracy, 4), "trials": found.trials, "low": round(low, 4), "high": round(high, 4)}


def dense_inputs(tensors: dict[str, np.ndarray], matcher: Matcher, drawings: np.ndarray) -> np.ndarray:
    """What the dense layer gets for drawings: float32 (n, 9216)."""
    import keras

    features = keras.Model(matcher._twin.inputs, matcher._twin.get_layer("flatten").output)
    return np.concatenate([features(drawings[i : i + 64, ..., None], training=False).numpy() for i in range(0, len(drawings), 64)])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="best")
    parser.add_argument("--run", default="best", help="name of the run's folder")
    arguments = parser.parse_args()
    config = PRESETS[arguments.preset]
    everything = omniglot.load()
    background, validation = omniglot.background(everything), omniglot.validation(everything)
    folder = paths.runs() / arguments.run
    trainer = Trainer(config, folder, background, validation)
    tensors = trainer.weights()
    seconds = sum(json.loads(line).get("seconds", 0) for line in (folder / "metrics.jsonl").read_text().splitlines())
    record = {
        "twin": dataclasses.asdict(config.twin),
        "trained_on": {
            "data": background.name,
            "alphabets": [a.name for a in background.alphabets],
            "scripts": sorted({a.script for a in background.alphabets if a.script}),
        },
        "temperature": 1.0,
        "none_threshold": 0.5,
        "made": {
            "command": f"python -m siamese train --preset {arguments.preset}, then python tools/ship_weights.py",
            "date": datetime.date.today().isoformat(),
            "steps": trainer.step,
            "drawings_a_step": config.characters * config.drawers,
            "hours": round(seconds / 3600, 2),
            "machine": f"{platform.machine()}, {Precision.of_this_machine().device}",
        },
    }
    trials = sample_trials(validation, np.random.default_rng(SEED), 4000)
    full = Matcher(weights_file.Weights(config.twin, tensors, record))
    print("validation, full rank:", figure(measure(full, validation, trials, np.random.default_rng(0))), flush=True)
    some = np.sort(np.random.default_rng(SEED).choice(len(background), 6000, replace=False))
    inputs = dense_inputs(tensors, full, background.drawings(some))
    for rank in RANKS:
        weights_file.save(SHIPPED, weights_file.low_rank(tensors, inputs, rank), record)
        matcher = Matcher.load()
        found = figure(measure(matcher, validation, trials, np.random.default_rng(0)))
        print(f"validation, rank {rank}: {found}, {SHIPPED.stat().st_size / 1e6:.1f} MB", flush=True)
    logits = logits_of(matcher, validation, trials)
    absent = logits.copy()
    absent[np.arange(len(trials)), trials.answer] = -np.inf
    threshold, balanced = fit_threshold(logits.max(axis=1), absent.max(axis=1))
    record["temperature"] = round(fit_temperature(logits, trials.answer), 4)
    record["none_threshold"] = round(float(1 / (1 + np.exp(-threshold))), 4)
    record["validation"] = {
        "protocol": "20-way 1-shot within the ten validation alphabets, all drawers",
        **found,
        "rank": rank,
        "calibration_error": round(calibration_error(logits, trials.answer, record["temperature"]), 4),
        "none_balanced_accuracy": round(balanced, 4),
    }
    kept = weights_file.low_rank(tensors, inputs, rank)
    weights_file.save(SHIPPED, kept, record)
    matcher = Matcher.load()
    lake = measure_lake(matcher, omniglot.load_runs(), np.random.default_rng(0))
    record["lake_runs"] = {"protocol": "Lake's 20 runs, 20-way 1-shot within alphabet, one pass, scored once", **figure(lake)}
    weights_file.save(SHIPPED, kept, record)
    print(json.dumps(record, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
