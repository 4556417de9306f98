"""What the protocols of `evaluate` share: their options, scorers by key, answering trials with a progress bar."""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import tqdm

from siamese.cli.terminal import load_matcher
from siamese.data import splits
from siamese.errors import UserError
from siamese.evaluation import scorers

if TYPE_CHECKING:
    from siamese.evaluation.curve import Answers
    from siamese.evaluation.features import Features, Scorer


def add_scorer(parser: argparse.ArgumentParser, seed: int = 0) -> None:
    """Options of every protocol that measures one scorer."""
    parser.add_argument("--scorer", choices=scorers.SCORERS, default=scorers.NETWORK, help="default: %(default)s")
    add_common(parser, seed)


def add_common(parser: argparse.ArgumentParser, seed: int = 0) -> None:
    """Options of every protocol."""
    parser.add_argument("--weights", type=pathlib.Path, help="a weights file other than the shipped one")
    parser.add_argument(
        "--seed", type=int, default=seed, help="for drawing trials and breaking ties (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true")


def add_trials(parser: argparse.ArgumentParser, group: str, trials: int) -> None:
    """Options of every protocol that draws its trials."""
    parser.add_argument(
        "--alphabets", choices=splits.keys(), default=group, help="a group of alphabets (default: %(default)s)"
    )
    parser.add_argument("--trials", type=int, default=trials, help="default: %(default)s")


def make_scorer(key: str, weights: pathlib.Path | None) -> Scorer:
    """A scorer by its key. Raises UserError for a weights file that would not be used."""
    if weights is not None and key != scorers.NETWORK:
        raise UserError(f"--weights is for the network; {key} has none.")
    return scorers.make(key, load_matcher(weights) if key == scorers.NETWORK else None)


def answer_all(answers: Mapping[str, Answers], features: Mapping[str, Features]) -> dict[str, Answers]:
    """Answer every trial, with a progress bar; Ctrl+C stops and keeps the answers so far."""
    from siamese.evaluation.curve import stream

    latest = dict(answers)
    with tqdm.tqdm(total=sum(len(a.trials) for a in latest.values()), desc="Trials", delay=1, file=sys.stderr) as bar:
        try:
            for now in stream(answers, features):
                latest = now
                bar.update(sum(map(len, latest.values())) - bar.n)
        except KeyboardInterrupt:
            print("\nStopped: the figures are those of the trials answered so far.", file=sys.stderr)
    return latest
