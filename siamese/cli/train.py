"""python -m siamese train: training runs."""

from __future__ import annotations

import argparse
import sys
import time

from siamese import paths
from siamese.cli.terminal import quiet_tensorflow
from siamese.config import PRESETS
from siamese.data import omniglot
from siamese.errors import UserError


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser this command."""
    training = commands.add_parser("train", help="train a network on Omniglot's background set")
    training.add_argument("--preset", choices=sorted(PRESETS), default="best", help="default: %(default)s")
    training.add_argument("--resume", action="store_true", help="go on with the preset's run from its last checkpoint")
    training.set_defaults(call=train)


def train(arguments: argparse.Namespace) -> None:
    folder = paths.runs() / arguments.preset
    if folder.exists() and not arguments.resume:
        raise UserError(f"{folder} holds a run already: go on with --resume, or move it away first.")
    everything = omniglot.load()
    quiet_tensorflow()
    from siamese.network.trainer import Trainer

    try:
        trainer = Trainer(PRESETS[arguments.preset], folder, omniglot.background(everything), omniglot.validation(everything))
        started, first = time.monotonic(), trainer.step
        for record in trainer.run():
            if "validation" in record:
                print(f"step {record['step']}: validation {record['validation']:.1%} ({record['low']:.1%} to {record['high']:.1%})", flush=True)
            elif record["step"] % 10 == 0:
                left = (time.monotonic() - started) / (record["step"] - first) * (trainer.config.steps - record["step"])
                print(f"step {record['step']} of {trainer.config.steps}: loss {record['loss']:.3f}, {left / 60:.0f} min left", flush=True)
    except KeyboardInterrupt:
        print(f"\nStopped; `python -m siamese train --preset {arguments.preset} --resume` goes on from the last checkpoint.", file=sys.stderr)
