"""What each part of our recipe contributes, on validation alphabets: python tools/ablation.py

Trains one of the four columns of the preset `best` with the complete recipe and once without each part, for the same
number of steps. Every network is measured on the same 20-way 1-shot trials: of the validation alphabets, of the
training alphabets, and across validation alphabets. A variant takes about three minutes. Results are kept in a file, by
configuration and number of trials, so that an interrupted command continues where it stopped.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
import pathlib
import sys
import time
from typing import Any

import numpy as np
import tqdm

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from siamese import paths
from siamese.config import DistortConfig, RandomPairs, TrainConfig
from siamese.data import omniglot, splits
from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials, sample_trials
from siamese.evaluation.trials import measure
from siamese.network.trainer import Trainer
from siamese.presets import PRESETS

BEST = PRESETS["best"]
BASE = BEST.changed(twin=BEST.column, columns=1, schedule={"steps": 1200}, optimiser={"warmup": 100})
TRIALS_SEED = 20151213
WIDE = DistortConfig(rotation=12, shear=(0.3, 0.15), scale=(0.8, 1.2), elastic_strength=(0.5, 2.5))
VARIANTS: dict[str, TrainConfig] = {
    "complete recipe": BASE,
    "all weights trained on pairs, too": BASE.changed(batch={"pair_loss": "network"}),
    "drawers chosen for each character": BASE.changed(batch={"same_drawers": False}),
    "without near misses": BASE.changed(batch={"varied": 0.0}),
    "without composed characters": BASE.changed(batch={"composed": 0.0}),
    "without either": BASE.changed(batch={"varied": 0.0, "composed": 0.0}),
    "drawings not normalised": BASE.changed(normalised=False),
    "two to three times the distortions": BASE.changed(distort=WIDE),
    "no distortions": BASE.changed(distort=None),
    "nothing turned or mirrored": BASE.changed(batch={"upright": 1.0}),
    "characters of a batch from any alphabet": BASE.changed(batch={"same_alphabet": 0.0}),
    "no batch normalisation, a third of the rate": BASE.changed(
        batch_norm=False, optimiser={"rate": BASE.optimiser.rate / 3}
    ),
    "last weights, not averaged ones": BASE.changed(average=0.0),
    "64 random pairs: no composed, varied or turned characters, cross-entropy on pairs": BASE.changed(
        batch=RandomPairs(64)
    ),
    "twice the width": BASE.changed(twin=BEST.changed(columns=2).column),
    "Koch's width in one column": BASE.changed(twin=BEST.twin),
}


def digest(config: TrainConfig) -> str:
    """Identifies a configuration in the file of results."""
    return hashlib.sha256(json.dumps(dataclasses.asdict(config), sort_keys=True).encode()).hexdigest()[:16]


def read_done(file: pathlib.Path) -> dict[tuple[str, int], dict[str, Any]]:
    """Results so far, by the digest of their configuration and the number of their trials."""
    records = map(json.loads, file.read_text().splitlines()) if file.is_file() else ()
    return {(record["digest"], record["trials"]): record for record in records}


def train_and_measure(
    config: TrainConfig, background: CharacterSet, validation: CharacterSet, trial_count: int, title: str
) -> dict[str, Any]:
    """Accuracies of a newly trained network, each with its interval, and the minutes of training."""

    def trials(characters: CharacterSet, across: bool = False) -> tuple[CharacterSet, Trials]:
        return characters, sample_trials(characters, np.random.default_rng(TRIALS_SEED), trial_count, across=across)

    measured = {
        "validation": trials(validation),
        "across": trials(validation, across=True),
        "background": trials(background),
    }
    trainer, started = Trainer(config, background, validation), time.monotonic()
    for _ in tqdm.trange(config.schedule.steps, desc=title):
        trainer.advance()
    record: dict[str, Any] = {"minutes": round((time.monotonic() - started) / 60, 1)}
    for name, (characters, drawn) in measured.items():
        result = measure(trainer.scorer(), characters, drawn, np.random.default_rng(TRIALS_SEED))
        record |= {name: result.accuracy, f"{name}_interval": result.interval()}
    trainer.close()
    return record


def row(name: str, record: dict[str, Any]) -> str:
    """A line of the table in docs/ablation.md."""
    low, high = record["validation_interval"]
    accuracies = f"{record['validation']:.1%} | {low:.1%} to {high:.1%} | {record['background']:.1%}"
    return f"| {name} | {accuracies} | {record['across']:.1%} | {record['minutes']} |".replace("%", "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=BASE.schedule.steps, help="default: %(default)s")
    parser.add_argument("--trials", type=int, default=4000, help="default: %(default)s")
    arguments = parser.parse_args()
    everything = omniglot.load()
    background, validation = splits.subset("background", everything), splits.subset("validation", everything)
    done_file = paths.home() / "ablation.jsonl"
    done = read_done(done_file)
    configs = {name: variant.changed(schedule={"steps": arguments.steps}) for name, variant in VARIANTS.items()}
    for name, config in configs.items():
        key = (digest(config), arguments.trials)
        if key not in done:
            record = train_and_measure(config, background, validation, arguments.trials, name)
            done[key] = {"variant": name, "digest": key[0], "trials": key[1], **record}
            with done_file.open("a") as file:
                file.write(json.dumps(done[key]) + "\n")
    print(f"One column, {arguments.steps} steps; 20-way 1-shot, {arguments.trials} trials, all drawers.\n")
    print("| recipe | validation, % | 95 % interval | training alphabets, % | across validation, % | minutes |")
    print("|---|---|---|---|---|---|")
    for name, config in configs.items():
        print(row(name, done[digest(config), arguments.trials]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
