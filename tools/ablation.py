"""What each ingredient of the recipe gives, on validation alphabets: python tools/ablation.py

Trains one of the columns of the preset `best` once with the whole recipe and once without each ingredient, for the same
number of steps, and measures 20-way 1-shot accuracy on the validation alphabets, the training alphabets and across
alphabets, the same trials for all. A variant takes some three minutes; what is done is kept in a file by its configuration
and number of trials, so an interrupted command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import dataclasses
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
from siamese.config import PRESETS, DistortConfig, TrainConfig
from siamese.data import omniglot, splits
from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials, sample_trials
from siamese.evaluation.trials import measure
from siamese.network.trainer import Trainer

BEST = PRESETS["best"]
BASE = dataclasses.replace(BEST, twin=BEST.column, columns=1, steps=1200, warmup=100)
SEED = 20151213
WIDE = DistortConfig(rotation=12, shear=(0.3, 0.15), scale=(0.8, 1.2), elastic_strength=(0.5, 2.5))
VARIANTS: dict[str, TrainConfig] = {
    "the whole recipe": BASE,
    "without near misses": dataclasses.replace(BASE, varied=0.0),
    "without composed characters": dataclasses.replace(BASE, composed=0.0),
    "without either": dataclasses.replace(BASE, varied=0.0, composed=0.0),
    "drawings where and as large as drawn": dataclasses.replace(BASE, normalised=False),
    "two to three times the distortions": dataclasses.replace(BASE, distort=WIDE),
    "no distortions": dataclasses.replace(BASE, distort=None),
    "nothing turned or mirrored": dataclasses.replace(BASE, upright=1.0),
    "characters from anywhere": dataclasses.replace(BASE, same_alphabet=0.0),
    "without normalisation, a third of the rate": dataclasses.replace(BASE, batch_norm=False, rate=BASE.rate / 3),
    "last weights, not averaged ones": dataclasses.replace(BASE, average=0.0),
    "64 random pairs: no composed, varied or turned characters, cross-entropy on pairs": dataclasses.replace(
        BASE, pairs=64
    ),
    "twice the width": dataclasses.replace(BASE, twin=dataclasses.replace(BEST, columns=2).column),
    "Koch's width in one column": dataclasses.replace(BASE, twin=BEST.twin),
}


def read_done(file: pathlib.Path) -> dict[tuple[str, int], dict[str, Any]]:
    """What is done: records by the digest of their configuration and the number of their trials; the first ones, of 4000, do not say it."""
    records = map(json.loads, file.read_text().splitlines()) if file.is_file() else ()
    return {(record["digest"], record.get("trials", 4000)): record for record in records}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=BASE.steps, help="default: %(default)s")
    parser.add_argument("--trials", type=int, default=4000, help="default: %(default)s")
    arguments = parser.parse_args()
    everything = omniglot.load()
    background, validation = splits.subset("background", everything), splits.subset("validation", everything)

    def trials(characters: CharacterSet, across: bool = False) -> tuple[CharacterSet, Trials]:
        return characters, sample_trials(characters, np.random.default_rng(SEED), arguments.trials, across=across)

    judged = {
        "validation": trials(validation),
        "across": trials(validation, across=True),
        "background": trials(background),
    }
    done_file = paths.home() / "ablation.jsonl"
    done = read_done(done_file)
    for name, variant in VARIANTS.items():
        config = dataclasses.replace(variant, steps=arguments.steps)
        key = (config.digest(), arguments.trials)
        if key in done:
            continue
        trainer, started = Trainer(config, background, validation), time.monotonic()
        for _ in tqdm.trange(config.steps, desc=name):
            trainer.advance()
        minutes = round((time.monotonic() - started) / 60, 1)
        record = {"variant": name, "digest": config.digest(), "trials": arguments.trials, "minutes": minutes}
        for where, (characters, asked) in judged.items():
            found = measure(trainer.scorer(), characters, asked, np.random.default_rng(SEED))
            record |= {where: found.accuracy, f"{where}_interval": found.interval()}
        trainer.close()
        done[key] = record
        with done_file.open("a") as file:
            file.write(json.dumps(record) + "\n")
    print(f"One column, {arguments.steps} steps; 20-way 1-shot, {arguments.trials} trials, all drawers.\n")
    print(
        "| recipe | validation, % | 95 % | training alphabets, % | across validation, % | minutes |\n|---|---|---|---|---|---|"
    )
    for name, variant in VARIANTS.items():
        r = done[dataclasses.replace(variant, steps=arguments.steps).digest(), arguments.trials]
        low, high = r["validation_interval"]
        within = f"{r['validation']:.1%} | {low:.1%} to {high:.1%} | {r['background']:.1%}"
        print(f"| {name} | {within} | {r['across']:.1%} | {r['minutes']} |".replace("%", ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
