"""The registry of data sources: where character sets come from, for recognising, training and evaluating alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from siamese.data import builtin, omniglot, own, splits
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


def keys() -> tuple[str, ...]:
    """The keys of all data sources: built-in, Omniglot, and the own sets that are shared."""
    return (*SOURCES, *own.names())


def get(key: str) -> DataSource:
    """The data source with this key, private own sets included. Raises UserError with the keys that exist."""
    if key in SOURCES:
        return SOURCES[key]
    if not own.is_key(key):
        raise UserError(f"There is no data source {key!r}: choose one of {', '.join(keys())}.")
    return DataSource(
        key,
        own.name(key),
        lambda: own.is_key(key),
        lambda progress: own.character_set(own.load(key)),
        lambda: _no_training_sets(key),
        "These alphabets are not on this server any more: import or draw them again.",
    )


def find_alphabet(name: str) -> tuple[CharacterSet, str]:
    """The character set of the first source that can be read and has this alphabet, and the alphabet's name.

    name: an alphabet's, or the key of an own set of one alphabet, or KEY/ALPHABET for another own set. Raises UserError
    with the names that exist and the first reason why a source cannot be read.
    """
    key, _, alphabet = name.partition("/")
    if own.is_key(key):
        characters = get(key).load(None)
        names = [a.name for a in characters.alphabets]
        if alphabet in names or (not alphabet and len(names) == 1):
            return characters, alphabet or names[0]
        raise UserError(f"{name}: choose one of {', '.join(f'{key}/{each}' for each in names)}.")
    return _first_with(name), name


def _first_with(name: str) -> CharacterSet:
    names: set[str] = set()
    problem = ""
    for source in map(get, keys()):
        try:
            characters = source.load(None)
        except UserError as error:
            problem = problem or ("" if str(error) == source.missing else f" {error}")
            continue
        present = {alphabet.name for alphabet in characters.alphabets}
        if name in present:
            return characters
        names |= present
    raise UserError(f"There is no alphabet {name!r}.{problem} Choose one of {', '.join(sorted(names))}.")


def _no_training_sets(key: str) -> TrainingSets:
    raise UserError(f"{own.name(key)} is too small to train on: choose one of {', '.join(SOURCES)}.")


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
"""What networks are trained on, by key. Own sets, which come and go, are in `keys` and `get`."""
