"""Minutes until 82 % in the walk-through's own protocol, ours against its own procedure: python tools/bench_time_to_accuracy.py

Its protocol: 20-way one-shot trials whose characters come from all evaluation alphabets together; 82 % is what its readers
report after its 20,000 steps of 32 pairs. Ours is trained and measured (on the ten validation alphabets together: nothing
here looks at Lake's ten); the walk-through's time is its measured step on this machine times those 20,000 steps.
Run it while nothing else runs.
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
from tools.bench_training import seconds, walkthrough

SEED = 20190715


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="best")
    parser.add_argument("--goal", type=float, default=0.82)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--every", type=int, default=50, help="steps between two measurements (default: %(default)s)")
    arguments = parser.parse_args()
    everything, config = omniglot.load(), PRESETS[arguments.preset]
    background, validation = splits.subset("background", everything), splits.subset("validation", everything)
    trials = sample_trials(validation, np.random.default_rng(SEED), arguments.trials, across=True)
    step = walkthrough(background)
    step()
    published = PRESETS["walkthrough"].steps
    theirs = seconds(step, 10) * published
    trainer, trained = Trainer(config, background, validation), 0.0
    found = None
    while trainer.step < config.schedule.steps and (found is None or found.interval()[0] < arguments.goal):
        started = time.perf_counter()
        for _ in range(arguments.every):
            trainer.advance()
        trained += time.perf_counter() - started
        found = measure(trainer.scorer(), validation, trials, np.random.default_rng(SEED))
        low, high = found.interval()
        print(
            f"step {trainer.step}, {trained / 60:.1f} min: {found.accuracy:.1%} ({low:.1%} to {high:.1%})", flush=True
        )
    trainer.close()
    print(
        f"20-way 1-shot across alphabets, {len(trials)} trials; the interval's lower end has to pass {arguments.goal:.0%}"
    )
    print(
        f"preset {arguments.preset}: {trained / 60:.1f} min of training, {trainer.step} steps, all starting costs of the step included"
    )
    print(
        f"the walk-through: {theirs / 3600:.1f} h for {published:,} steps of {theirs / published:.3f} s; ours takes 1/{theirs / trained:.0f} of it"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
