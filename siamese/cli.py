"""The command line: python -m siamese ..."""

from __future__ import annotations

import argparse
import os
import sys
import time

from siamese import paths
from siamese.config import PRESETS
from siamese.data import omniglot


def train(arguments: argparse.Namespace) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    folder = paths.runs() / (arguments.run or arguments.preset)
    everything = omniglot.load()
    from siamese.network.trainer import Trainer

    trainer = Trainer(PRESETS[arguments.preset], folder, omniglot.background(everything), omniglot.validation(everything))
    started, first = time.monotonic(), trainer.step
    for record in trainer.run():
        if "validation" in record:
            print(f"step {record['step']}: validation {record['validation']:.1%} ({record['low']:.1%}-{record['high']:.1%})", flush=True)
        elif record["step"] % 10 == 0:
            left = (time.monotonic() - started) / (record["step"] - first) * (trainer.config.steps - record["step"])
            print(f"step {record['step']}/{trainer.config.steps}: loss {record['loss']:.3f}, {left / 60:.0f} min left", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m siamese")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("train")
    command.add_argument("--preset", choices=sorted(PRESETS), default="best")
    command.add_argument("--run")
    command.set_defaults(run_command=train)
    arguments = parser.parse_args()
    arguments.run_command(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
