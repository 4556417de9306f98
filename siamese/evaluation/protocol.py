"""What is measured: alphabets, within one or across all, n-way, k-shot, trials, seed.

Pages, the command line and the recorded results share this protocol, so equal protocols give equal figures.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from siamese.data import omniglot, sources, splits
from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials, sample_trials
from siamese.errors import UserError
from siamese.evaluation import lake
from siamese.evaluation.limits import MAX_SHOTS, MAX_TRIALS, MAX_WAYS

MAX_NAMES = 3
"""Alphabets listed by name in words."""
RUNS = "runs"
"""In place of a group of alphabets: Lake's 20 runs, whose trials are fixed."""

LoadSource = Callable[[str], CharacterSet]
"""The character set of a data source, by its key."""


def load_source(key: str) -> CharacterSet:
    """All drawings of a data source. Raises UserError when it is not installed."""
    return sources.get(key).load(None)


def nest(trials: Trials) -> Trials:
    """The same trials with the right way first, swapped with the way at that position."""
    support, every = trials.support.copy(), np.arange(len(trials))
    support[every, trials.answer], support[:, 0] = trials.support[:, 0], trials.support[every, trials.answer]
    return Trials(trials.query, support, np.zeros(len(trials), dtype=int))


@dataclasses.dataclass(frozen=True)
class Protocol:
    """How accuracy is measured. Raises UserError for values that no trial can have.

    group: a key of `splits.keys`, or "runs" for Lake's runs; alphabets: names of some of its alphabets, () for all.
    across: whether the characters of a trial come from all these alphabets together, or from one alphabet.
    seed: for drawing the trials and for breaking ties.
    """

    group: str = "validation"
    alphabets: tuple[str, ...] = ()
    across: bool = False
    ways: int = 20
    shots: int = 1
    trials: int = 500
    seed: int = 1

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("ways", self.ways, 2, MAX_WAYS),
            ("shots", self.shots, 1, MAX_SHOTS),
            ("trials", self.trials, 1, MAX_TRIALS),
            ("seed", self.seed, 0, 2**32 - 1),
        ):
            if not low <= value <= high:
                raise UserError(f"{name} {value}: choose from {low:,} to {high:,}.")
        if self.group != RUNS:
            splits.get(self.group)
        elif (self.alphabets, self.across, self.ways, self.shots, self.trials) != ((), False, 20, 1, 400):
            raise UserError("Lake's runs are 400 trials, 20-way 1-shot within an alphabet: nothing else can be chosen.")

    def questions(self, load: LoadSource = load_source) -> tuple[CharacterSet, Trials]:
        """The drawings and the nested trials. Raises UserError when drawings are not installed or too few."""
        if self.group == RUNS:
            return lake.as_trials(omniglot.load_runs(), self.seed)
        characters = self.characters(load)
        try:
            rng = np.random.default_rng(self.seed)
            return characters, nest(sample_trials(characters, rng, self.trials, self.ways, self.shots, self.across))
        except ValueError as error:
            raise UserError(str(error)) from error

    @property
    def source(self) -> str:
        """The data source that has the drawings: a key of `sources.keys`."""
        return "omniglot" if self.group == RUNS else splits.get(self.group).source

    def characters(self, load: LoadSource = load_source) -> CharacterSet:
        """The drawings of its alphabets. Raises UserError when they are not installed."""
        if self.group == RUNS:
            return self.questions(load)[0]
        everything = load(self.source)
        group = splits.subset(self.group, everything)
        if not self.alphabets:
            return group
        for name in self.alphabets:
            if name not in {alphabet.name for alphabet in group.alphabets}:
                raise UserError(f"There is no alphabet {name!r} in {group.name}.")
        return everything.subset(self.alphabets, f"{group.name}: {', '.join(self.alphabets)}")

    @property
    def training(self) -> Protocol | None:
        """The same trials on the alphabets that the shipped network was trained on, or None where these are they."""
        group = "" if self.group == RUNS else splits.get(self.group).training
        return dataclasses.replace(self, group=group, alphabets=()) if group else None

    @property
    def words(self) -> str:
        """The protocol in words, for pages, the command line and records. Each figure adds its trials and interval."""
        if self.group == RUNS:
            return "Lake's runs: 20-way 1-shot within an alphabet"
        label, names = splits.get(self.group).label, [name.replace("_", " ") for name in self.alphabets]
        if names:
            label += f" ({', '.join(names)})" if len(names) <= MAX_NAMES else f" ({len(names)} alphabets)"
        where = "across alphabets" if self.across else "within an alphabet"
        return f"{label}: {self.ways}-way {self.shots}-shot {where}, all drawers"


LAKE_RUNS = Protocol(RUNS, trials=400, seed=lake.SEED)
"""Lake's runs; the seed breaks ties."""


def usable(characters: CharacterSet, protocol: Protocol) -> int:
    """How many alphabets have enough characters for the largest N; all N share the trials, so others are excluded."""
    if protocol.across:
        return len(characters.alphabets)
    return sum(size >= protocol.ways for size in _sizes(characters, protocol.shots))


def max_ways(characters: CharacterSet, across: bool, shots: int = 1) -> int:
    """The largest N that these alphabets allow, within one alphabet or across all; below 2 there are no trials."""
    sizes = _sizes(characters, shots)
    return min(MAX_WAYS, sum(sizes) if across else max(sizes))


def _sizes(characters: CharacterSet, shots: int) -> list[int]:
    """For each alphabet, the number of characters that have a query besides this many shots."""
    return [
        sum(len(characters.rows(c)) > shots for c in characters.members(alphabet.name))
        for alphabet in characters.alphabets
    ]
