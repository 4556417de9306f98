"""What a run can learn from: a name, and the alphabets to train and to validate on."""

from __future__ import annotations

from siamese.data import builtin, omniglot
from siamese.data.characters import CharacterSet
from siamese.errors import UserError

WAYS = 20
"""Validation is 20-way within an alphabet, so smaller ones cannot serve."""


def omniglot_sets() -> tuple[CharacterSet, CharacterSet]:
    """Omniglot's background set, and its ten validation alphabets. Raises OmniglotError when Omniglot is absent."""
    everything = omniglot.load()
    return omniglot.background(everything), omniglot.validation(everything)


def builtin_sets() -> tuple[CharacterSet, CharacterSet]:
    """The built-in alphabets but for the scripts of Omniglot's evaluation set, and those of its ten validation alphabets.

    So a network trained on them has seen neither Lake's ten alphabets nor the validation ones in print.
    """
    everything = builtin.load()
    held_out = {omniglot.SCRIPTS[name] for name in omniglot.EVALUATION if name in omniglot.SCRIPTS}
    judging = {omniglot.SCRIPTS[name] for name in omniglot.VALIDATION_TEN if name in omniglot.SCRIPTS} - {
        omniglot.SCRIPTS[name] for name in omniglot.LAKE_TEN if name in omniglot.SCRIPTS
    }
    training = [a.name for a in everything.alphabets if a.script not in held_out]
    validating = [
        a.name for a in everything.alphabets if a.script in judging and len(everything.members(a.name)) >= WAYS
    ]
    return everything.subset(training, "Built-in alphabets to train on"), everything.subset(
        validating, "Built-in alphabets held out"
    )


SOURCES = {"omniglot": omniglot_sets, "builtin": builtin_sets}


def load(name: str) -> tuple[CharacterSet, CharacterSet]:
    """(training set, validation set) of a source. Raises UserError when it is unknown or absent."""
    if name not in SOURCES:
        raise UserError(f"There is no data {name!r} to train on; there are {', '.join(SOURCES)}.")
    return SOURCES[name]()
