"""Turn a finished training run into assets/koch.safetensors and its record: python tools/ship_weights.py

The dense layer is stored at low rank. The temperature and the threshold for "none of these" are fitted on the validation
alphabets; Lake's runs are scored once, at the end, with the very file that is shipped.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import sys

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import keras

from siamese import paths
from siamese.config import PRESETS, TwinConfig
from siamese.data import omniglot
from siamese.data.characters import CharacterSet
from siamese.data.episodes import sample_trials
from siamese.evaluation.trials import Accuracy, measure, measure_lake, score_trials
from siamese.evaluation.verification import calibration_error, fit_temperature, fit_threshold
from siamese.network import weights as weights_file
from siamese.network.device import Precision
from siamese.network.matcher import SHIPPED, Matcher
from siamese.network.trainer import Trainer
from siamese.network.twin import assign, build_twin

RANK = 320  # the largest that stays under 12 MB with room to spare
SEED = 20151109
TRIALS = 10_000
KEPT = 0.95  # share of validation trials with the answer in them that "none of these" must let pass
LOOKED_AT = 8_000  # drawings of the background set whose features decide what the low rank keeps


def figure(found: Accuracy) -> dict[str, float]:
    """An accuracy as the record keeps it."""
    low, high = found.interval()
    return {"accuracy": round(found.accuracy, 4), "trials": found.trials, "low": round(low, 4), "high": round(high, 4)}


def dense_inputs(config: TwinConfig, tensors: dict[str, np.ndarray], drawings: np.ndarray) -> np.ndarray:
    """What the dense layer gets for drawings: float32 (n, 9216)."""
    twin = build_twin(config, policy=Precision.of_this_machine().serving)
    assign(twin, tensors)
    features = keras.Model(twin.input, twin.get_layer("flatten").output)
    return features.predict(drawings[..., None], batch_size=128, verbose=0).astype(np.float32)


def calibrate(record: dict, matcher: Matcher, validation: CharacterSet) -> None:
    """Put temperature and threshold into the record, fitted on one half of the trials and judged on the other."""
    fit, judge = (sample_trials(validation, np.random.default_rng((SEED, part)), TRIALS // 2) for part in (1, 2))
    logits = score_trials(matcher, validation, fit)
    threshold = fit_threshold(logits.max(axis=1), KEPT)
    record["temperature"] = round(fit_temperature(logits, fit.answer), 4)
    record["none_threshold"] = round(float(1 / (1 + np.exp(-threshold))), 4)
    logits = score_trials(matcher, validation, judge)
    absent = logits.copy()
    absent[np.arange(len(judge)), judge.answer] = -np.inf
    record["calibration"] = {
        "protocol": "20-way 1-shot, validation alphabets; fitted on half of the trials, judged on the other half",
        "expected_calibration_error": round(calibration_error(logits, judge.answer, record["temperature"]), 4),
        "answer_present_and_not_refused": round(float((logits.max(axis=1) >= threshold).mean()), 4),
        "answer_absent_and_refused": round(float((absent.max(axis=1) < threshold).mean()), 4),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="best")
    preset = parser.parse_args().preset
    config, folder = PRESETS[preset], paths.runs() / preset
    everything = omniglot.load()
    background, validation = omniglot.background(everything), omniglot.validation(everything)
    trainer = Trainer(config, folder, background, validation)
    if trainer.step < config.steps:
        resume = f"python -m siamese train --preset {preset} --resume"
        print(f"{folder} has {trainer.step} of {config.steps} steps: finish it with `{resume}`.", file=sys.stderr)
        return 2
    tensors = trainer.weights()
    metrics = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
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
            "command": f"python -m siamese train --preset {preset}; python tools/ship_weights.py --preset {preset}",
            "date": datetime.date.today().isoformat(),
            "steps": trainer.step,
            "drawings_a_step": config.characters * config.drawers,
            "hours": round(sum(m.get("seconds", 0) for m in metrics) / 3600, 2),
            "machine": f"{os.cpu_count()} cores, {Precision.of_this_machine().device}",
        },
    }
    trials = sample_trials(validation, np.random.default_rng((SEED, 0)), TRIALS)
    full = figure(measure(Matcher(weights_file.Weights(config.twin, tensors, record)), validation, trials, np.random.default_rng(SEED)))
    print("validation, full rank:", full, flush=True)
    some = np.sort(np.random.default_rng(SEED).choice(len(background), LOOKED_AT, replace=False))
    kept = weights_file.low_rank(tensors, dense_inputs(config.twin, tensors, background.drawings(some)), RANK)
    weights_file.save(SHIPPED, kept, record)
    matcher = Matcher.load()
    record["validation"] = {
        "protocol": "20-way 1-shot within the ten validation alphabets, all drawers",
        **figure(measure(matcher, validation, trials, np.random.default_rng(SEED))),
        "accuracy_at_full_rank": full["accuracy"],
        "rank": RANK,
    }
    print("validation, as shipped:", record["validation"], flush=True)
    calibrate(record, matcher, validation)
    lake = measure_lake(matcher, omniglot.load_runs(), np.random.default_rng(SEED))
    record["lake_runs"] = {"protocol": "Lake's 20 runs, 20-way 1-shot within an alphabet, one pass", **figure(lake)}
    weights_file.save(SHIPPED, kept, record)
    print(json.dumps(record, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
