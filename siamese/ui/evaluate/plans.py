"""What the evaluate page measures: a set-up, its alphabets and trials, and what each scorer sees of them. No widgets here."""

from __future__ import annotations

import collections
import dataclasses
import functools
import threading

import numpy as np

from siamese.data import omniglot, splits
from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials, sample_trials
from siamese.errors import UserError
from siamese.evaluation import lake, scorers
from siamese.evaluation.curve import nest
from siamese.evaluation.features import Features
from siamese.ui import datasets, models

FEATURES = 7
"""Features kept a server, those used last: each up to 28 KB a drawing looked at."""
SCORERS = ("network", "seen", "trained", "nearest", "normalised", "hausdorff")
"""Names of what is measured: the network on these alphabets, on those of training, another network, three baselines."""
MOST_WAYS = 60
LAKE_SEED = 20151109

_features: collections.OrderedDict[tuple, Features] = collections.OrderedDict()
_features_lock = threading.Lock()


@dataclasses.dataclass(frozen=True)
class Plan:
    """A set-up: equal plans give equal figures. group: a key of `GROUPS`; only: places of its alphabets, none for all.

    rival: the run whose network is compared, "" for none; seen: whether the network is also tried on alphabets it was trained on.
    """

    group: str
    only: tuple[int, ...] = ()
    across: bool = False
    shots: int = 1
    ways: int = 20
    trials: int = 500
    seed: int = 1
    seen: bool = True
    rival: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Scorers measured."""
        left_out = {"seen": self.seen and self.group != "runs", "trained": self.rival != ""}
        return tuple(name for name in SCORERS if left_out.get(name, True))


LAKE_PLAN = Plan("runs", ways=20, trials=400, seed=LAKE_SEED, seen=False)
"""Lake's runs, as everybody measures them."""

GROUPS = {
    "validation": "Validation, 10 alphabets",
    "lake": "Lake's 10 alphabets",
    "runs": "Lake's 400 trials",
    "builtin": "Built-in alphabets",
}


def unseen_names(characters: CharacterSet, seen: bool) -> list[str]:
    """Names of the alphabets that the shipped network has not seen, or those that it has. Raises UserError while it is not awake."""
    matcher = models.matcher()
    if matcher is None:
        raise UserError(models.failure() or "The network is not ready yet.")
    return [alphabet.name for alphabet in characters.alphabets if matcher.trained_on(alphabet) == seen]


def group_set(group: str, only: tuple[int, ...] = (), seen: bool = False) -> CharacterSet:
    """The alphabets of a group, or (`seen`) those beside it that the network was trained on. Raises UserError when they are not there."""
    everything = datasets.loaded(
        "builtin" if group == "builtin" else "omniglot"
    )  # may show its progress: not in the cached part
    if group == "runs":
        return _lake()[0]
    fixed = {"validation": splits.VALIDATION_TEN, "lake": splits.LAKE_TEN}
    names = unseen_names(everything, seen) if seen or group == "builtin" else list(fixed[group])
    if seen and group != "builtin":
        names = [name for name in names if name not in splits.EVALUATION]
    if only and not seen:
        names = [names[place] for place in only if place < len(names)] or names
    where = "Built-in" if group == "builtin" else "Omniglot"
    kind = (
        "seen in training" if seen else {"validation": "validation", "lake": "Lake's", "builtin": "never seen"}[group]
    )
    return _subset(
        where, tuple(names), f"{where}, {kind}, {len(names)} alphabet{'s' if len(names) != 1 else ''}", len(everything)
    )


@functools.lru_cache(maxsize=12)
def _subset(where: str, names: tuple[str, ...], title: str, drawings: int) -> CharacterSet:
    """The subset; `drawings` of the whole set is here so that another one by the same name is not taken for it."""
    return datasets.loaded("builtin" if where == "Built-in" else "omniglot").subset(names, title)


@functools.lru_cache(maxsize=1)
def _lake() -> tuple[CharacterSet, Trials, np.ndarray]:
    runs = omniglot.load_runs()
    return *lake.as_trials(runs, LAKE_SEED), runs.answer


def lake_answer() -> np.ndarray:
    """The right answers of Lake's runs, int (20, 20). Raises UserError when they are not there."""
    return _lake()[2]


@functools.lru_cache(maxsize=12)
def trials_of(plan: Plan, seen: bool = False) -> tuple[CharacterSet, Trials]:
    """The alphabets and nested trials of a plan. Raises UserError when they are not there, ValueError when they do not give such trials."""
    if plan.group == "runs":
        return _lake()[:2]
    characters = group_set(plan.group, plan.only, seen)
    rng = np.random.default_rng(plan.seed)
    return characters, nest(sample_trials(characters, rng, plan.trials, plan.ways, plan.shots, plan.across))


def features(name: str, characters: CharacterSet, rival: str = "") -> Features:
    """What a scorer sees in a character set, kept for all visitors. Raises UserError for a network that is not awake."""
    if name in scorers.BASELINES:
        scorer, who = scorers.make(name, None), name
    else:
        network = models.get(rival if name == "trained" else "")
        if network.value is None:
            raise UserError(network.failure or "The network is not ready yet.")
        scorer, who = network.value, str(network.value.record["sha256"])
    key = (who, characters.name, characters.alphabets, len(characters))
    with _features_lock:
        if key not in _features:
            _features[key] = Features(scorer, characters)
        _features.move_to_end(key)
        while len(_features) > FEATURES:
            _features.popitem(last=False)
        return _features[key]
