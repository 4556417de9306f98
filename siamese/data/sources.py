"""The registry of data sources: where character sets come from, for recognising, training and evaluating alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from siamese.data import builtin, omniglot, splits
from siamese.data.archives import Progress
from siamese.data.characters import CharacterSet
from siamese.errors import UserError

VALIDATION_WAYS = 20
"""A run is validated on 20-way trials within an alphabet, so smaller alphabets cannot serve."""

TrainingSets = tuple[CharacterSet, CharacterSet]
"""The alphabets that a network is trained on, and those that it is validated on."""


@dataclasses.dataclass(frozen=True)
class DataSource:
    """A source of drawings.

    key: its name in URLs, run folders and on the command line; label: its name on pages.
    available: whether `load` would succeed without a download. load: all its drawings; takes a callback (done, total)
    for an import that takes seconds, and raises UserError. training_sets: raises UserError. missing: one sentence that
    says how to get it.
    """

    key: str
    label: str
    available: Callable[[], bool]
    load: Callable[[Progress | None], CharacterSet]
    training_sets: Callable[[], TrainingSets]
    missing: str = ""


def get(key: str) -> DataSource:
    """The data source with this key. Raises UserError with the keys that exist."""
    if key not in SOURCES:
        raise UserError(f"There is no data source {key!r}: choose one of {', '.join(SOURCES)}.")
    return SOURCES[key]


def find_alphabet(name: str) -> CharacterSet:
    """The character set of the first source that can be read and has this alphabet. Raises UserError with the names
    that exist and the first reason why a source cannot be read."""
    names: set[str] = set()
    problem = ""
    for source in SOURCES.values():
        try:
            characters = source.load(None)
        except UserError as error:
            problem = problem or ("" if str(error) == source.missing else f" {error}")
            continue
        own = {alphabet.name for alphabet in characters.alphabets}
        if name in own:
            return characters
        names |= own
    raise UserError(f"There is no alphabet {name!r}.{problem} Choose one of {', '.join(sorted(names))}.")


def _omniglot_training_sets() -> TrainingSets:
    """Omniglot's background set and its ten validation alphabets. Raises OmniglotError without Omniglot."""
    everything = omniglot.load()
    return splits.subset("background", everything), splits.subset("validation", everything)


def _builtin_training_sets() -> TrainingSets:
    """The built-in alphabets without the scripts of Omniglot's evaluation set, and those of its validation alphabets.

    A network trained on them has seen neither Lake's ten alphabets nor the validation alphabets, not even in print.
    """
    everything = builtin.load()
    evaluation, validation, lake = (
        {splits.SCRIPTS[name] for name in names if name in splits.SCRIPTS}
        for names in (splits.EVALUATION, splits.VALIDATION_TEN, splits.LAKE_TEN)
    )
    training = [a.name for a in everything.alphabets if a.script not in evaluation]
    validating = [
        a.name
        for a in everything.alphabets
        if a.script in validation - lake and len(everything.members(a.name)) >= VALIDATION_WAYS
    ]
    return (
        everything.subset(training, "Built-in alphabets to train on"),
        everything.subset(validating, "Built-in alphabets held out"),
    )


SOURCES = {
    source.key: source
    for source in (
        DataSource("builtin", "Built-in", lambda: True, lambda progress: builtin.load(), _builtin_training_sets),
        DataSource(
            "omniglot", "Omniglot", omniglot.available, omniglot.load, _omniglot_training_sets, omniglot.MISSING
        ),
    )
}
"""By key."""
