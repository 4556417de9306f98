"""What the protocols of `evaluate` share: their options, scorers and alphabets by name, answering with a progress bar."""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import tqdm

from siamese.cli.terminal import load_matcher
from siamese.data import omniglot, splits
from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials
from siamese.errors import UserError

if TYPE_CHECKING:
    from siamese.evaluation.curve import Answered
    from siamese.evaluation.features import Features, Scorer

SCORERS = ("network", "nearest", "normalised", "blurred", "hausdorff", "chance")
ALPHABETS = {
    "lake": splits.LAKE_TEN,
    "validation": splits.VALIDATION_TEN,
    "evaluation": (*splits.LAKE_TEN, *splits.VALIDATION_TEN),
    "background": None,
}
"""Alphabets by the names they have on the command line; the background set is what remains."""


def one_scorer(protocol: argparse.ArgumentParser) -> None:
    """Options of every protocol that measures one scorer."""
    protocol.add_argument("--scorer", choices=SCORERS, default="network", help="default: %(default)s")
    protocol.add_argument("--weights", type=pathlib.Path, help="a weights file other than the shipped one")
    protocol.add_argument(
        "--seed", type=int, default=0, help="for drawing trials and breaking ties (default: %(default)s)"
    )
    protocol.add_argument("--json", action="store_true")


def sampled(protocol: argparse.ArgumentParser, alphabets: str, trials: int) -> None:
    """Options of every protocol that draws its trials."""
    protocol.add_argument(
        "--alphabets", choices=sorted(ALPHABETS), default=alphabets, help="of Omniglot (default: %(default)s)"
    )
    protocol.add_argument("--trials", type=int, default=trials, help="how many (default: %(default)s)")


def make_scorer(name: str, weights: pathlib.Path | None) -> Scorer:
    """A scorer by its name. Raises UserError for a weights file that would not be used."""
    from siamese.evaluation.baselines import BASELINES

    if name == "network":
        return load_matcher(weights)
    if weights is not None:
        raise UserError(f"--weights is for the network; {name} has none.")
    return BASELINES[name]()


def load_alphabets(name: str) -> CharacterSet:
    """Omniglot's alphabets by their name on the command line. Raises UserError when Omniglot is not here."""
    everything = omniglot.load()
    chosen = ALPHABETS[name]
    return (
        splits.subset("background", everything)
        if chosen is None
        else everything.subset(chosen, f"Omniglot {name}, {len(chosen)} alphabets")
    )


def check_trials(arguments: argparse.Namespace, fewest: int = 1) -> None:
    """Raises UserError for a count or a seed that nothing can be drawn with."""
    if arguments.trials < fewest:
        raise UserError(f"--trials {arguments.trials}: ask for at least {fewest}.")
    check_seed(arguments)


def check_seed(arguments: argparse.Namespace) -> None:
    """Raises UserError for a seed that no generator takes."""
    if arguments.seed < 0:
        raise UserError(f"--seed {arguments.seed}: give 0 or more.")


def draw_trials(
    arguments: argparse.Namespace, characters: CharacterSet, ways: int, shots: int = 1, across: bool = False
) -> Trials:
    """Nested trials by the seed. Raises UserError when there are not enough characters or drawers."""
    from siamese.evaluation.curve import sample_nested

    try:
        return sample_nested(characters, arguments.seed, arguments.trials, ways, shots, across)
    except ValueError as error:
        raise UserError(str(error)) from error


def answer_all(answered: Mapping[str, Answered], features: Mapping[str, Features]) -> dict[str, Answered]:
    """Answer every trial, with a progress bar; Ctrl-C stops and keeps what is answered."""
    from siamese.evaluation.curve import stream

    latest = dict(answered)
    with tqdm.tqdm(total=sum(len(a.trials) for a in latest.values()), desc="Trials", delay=1, file=sys.stderr) as bar:
        try:
            for now in stream(answered, features):
                latest = now
                bar.update(sum(map(len, latest.values())) - bar.n)
        except KeyboardInterrupt:
            print("\nStopped: the figures are those of the trials answered so far.", file=sys.stderr)
    return latest
