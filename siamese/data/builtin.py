"""The built-in alphabets: characters of many scripts, thinned from print and drawn by synthetic hands.

They ship with the project, so that nothing has to be downloaded. Drawer 1 is the clean print; drawers 2 to 20 are
synthetic hands. tools/build_alphabets.py makes the file.
"""

from __future__ import annotations

import pathlib

from siamese import paths
from siamese.data.characters import CharacterSet
from siamese.errors import UserError

NAME = "Built-in alphabets"
PRINT = 1
"""The drawer whose drawings are the print itself, without a hand's deviations."""

REPAIR = "fetch the project's files again, or make it anew by `make assets`."


def file() -> pathlib.Path:
    """Where the alphabets are kept."""
    return paths.ASSETS / "alphabets.npz"


def load() -> CharacterSet:
    """All built-in alphabets. Raises UserError when the file is missing or damaged."""
    source = file()
    if not source.is_file():
        raise UserError(f"{source} is missing: {REPAIR}")
    try:
        return CharacterSet.load(source)
    except ValueError as error:
        raise UserError(f"{source} is damaged: {REPAIR}") from error
