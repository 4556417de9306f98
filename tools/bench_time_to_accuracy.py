"""Compare the minutes to 82 % of our preset and of the walk-through: python tools/bench_time_to_accuracy.py

The protocol is the walk-through's: 20-way 1-shot trials whose characters come from all alphabets together. 82 % is what
its readers report after its 20,000 steps of 32 pairs. Our preset is measured across the ten validation alphabets;
Lake's ten are not used. The walk-through's time is the time of its step on this machine, times 20,000. Run it on an
idle machine.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
import time

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from siamese.data import omniglot, splits
from siamese.data.episodes import sample_trials
from siamese.evaluation.trials import measure
from siamese.network.trainer import Trainer
from siamese.presets import PRESETS
from tools.bench_training import WALKTHROUGH, seconds, walkthrough

TRIALS_SEED = 20190715
TIMED_STEPS = 10
"""Steps of the walk-through whose median time is taken."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="best")
    parser.add_argument("--goal", type=float, default=0.82)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--every", type=int, default=50, help="steps between two measurements (default: %(default)s)")
    arguments = parser.parse_args()
    everything, config = omniglot.load(), PRESETS[arguments.preset]
    background, validation = splits.subset("background", everything), splits.subset("validation", everything)
    trials = sample_trials(validation, np.random.default_rng(TRIALS_SEED), arguments.trials, across=True)
    step = walkthrough(background)
    step()
    published_steps = WALKTHROUGH.schedule.steps
    theirs = seconds(step, TIMED_STEPS) * published_steps
    trainer, trained, reached = Trainer(config, background, validation), 0.0, 0.0
    while trainer.step < config.schedule.steps and reached < arguments.goal:
        started = time.perf_counter()
        for _ in range(arguments.every):
            trainer.advance()
        trained += time.perf_counter() - started
        result = measure(trainer.scorer(), validation, trials, np.random.default_rng(TRIALS_SEED))
        reached, high = result.interval()
        accuracy = f"{result.accuracy:.1%} ({reached:.1%} to {high:.1%})"
        print(f"step {trainer.step}, {trained / 60:.1f} min: {accuracy}", flush=True)
    trainer.close()
    print(f"20-way 1-shot across alphabets, {len(trials)} trials")
    print(f"goal: {arguments.goal:.0%} as the lower end of the interval")
    print(f"preset {arguments.preset}: {trained / 60:.1f} min of training, {trainer.step} steps, including the start")
    step_seconds = theirs / published_steps
    print(f"the walk-through: {theirs / 3600:.1f} h for {published_steps:,} steps of {step_seconds:.3f} s")
    print(f"the walk-through takes {theirs / trained:.0f} times as long")
    return 0


if __name__ == "__main__":
    sys.exit(main())
