"""python -m siamese evaluate ...: accuracy by a protocol."""

from __future__ import annotations

import argparse
import sys

import numpy as np
import tqdm

from siamese.cli.terminal import load_matcher, tell
from siamese.data import omniglot

SCORERS = ("network", "nearest", "hausdorff", "chance")


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser this command."""
    evaluation = commands.add_parser("evaluate", help="measure a scorer").add_subparsers(required=True, metavar="protocol")
    lake = evaluation.add_parser("lake", help="Lake's 400 trials: 20-way 1-shot within an alphabet")
    lake.add_argument("--scorer", choices=SCORERS, default="network", help="default: %(default)s")
    lake.add_argument("--seed", type=int, default=0, help="for breaking ties (default: %(default)s)")
    lake.add_argument("--json", action="store_true")
    lake.set_defaults(call=evaluate_lake)


def evaluate_lake(arguments: argparse.Namespace) -> None:
    from siamese.evaluation import baselines, trials

    runs = omniglot.load_runs()
    made = {"nearest": baselines.PixelNearest, "hausdorff": baselines.ModifiedHausdorff, "chance": baselines.Chance, "network": load_matcher}
    scorer = made[arguments.scorer]()
    answers = trials.answer_lake(scorer, runs, np.random.default_rng(arguments.seed))
    right = np.stack(list(tqdm.tqdm(answers, total=len(runs.query), desc="Lake runs", file=sys.stderr))) == runs.answer
    found = trials.Accuracy(int(right.sum()), right.size)
    low, high = found.interval()
    result = {"scorer": arguments.scorer, "accuracy": found.accuracy, "trials": found.trials, "low": round(low, 4), "high": round(high, 4)}
    tell(arguments, result, [f"{arguments.scorer}, Lake runs, 20-way 1-shot, {found.trials} trials: {found.accuracy:.2%} ({low:.1%} to {high:.1%})"])
