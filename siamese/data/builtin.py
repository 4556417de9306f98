"""The built-in alphabets: characters of many scripts, made from print and copied by synthetic drawers.

They ship with the project, so that nothing has to be downloaded. Drawer 1 is print; drawers 2 to 20 are synthetic.
tools/build_alphabets.py makes the file.
"""

from __future__ import annotations

import dataclasses
import pathlib

from siamese import paths
from siamese.data.characters import CharacterSet
from siamese.errors import UserError

NAME = "Built-in alphabets"
PRINT = 1
"""The drawer whose drawings are print."""

REPAIR = "download the project again, or run `make assets` to build the file."


def file() -> pathlib.Path:
    """The file of the built-in alphabets."""
    return paths.ASSETS / "alphabets.npz"


def load() -> CharacterSet:
    """All built-in alphabets. Raises UserError when the file is missing or damaged."""
    source = file()
    if not source.is_file():
        raise UserError(f"{source} is missing: {REPAIR}")
    try:
        return dataclasses.replace(CharacterSet.load(source), print_drawer=PRINT)
    except ValueError as error:
        raise UserError(f"{source} is damaged: {REPAIR}") from error
