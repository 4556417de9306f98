"""python -m siamese worksheet test|grid: sheets to print for a class, as PDF."""

from __future__ import annotations

import argparse
import pathlib

from siamese.cli.recognise import DEFAULT_ALPHABET
from siamese.cli.terminal import complain
from siamese.data import sources
from siamese.data.printed_grid import GRIDS
from siamese.errors import UserError


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser this command."""
    sheets = commands.add_parser("worksheet", help="write a worksheet to print, as PDF").add_subparsers(
        required=True, metavar="command"
    )
    test = sheets.add_parser("test", help="a 20-way one-shot test on paper, with its key on the last page")
    test.add_argument("file", type=pathlib.Path)
    test.add_argument(
        "--alphabet", default=DEFAULT_ALPHABET, help="its name, or the key of an own set (default: %(default)s)"
    )
    test.add_argument("--seed", type=int, default=1, help="for drawing the questions (default: %(default)s)")
    test.add_argument("--trials", type=int, default=10, help="number of questions (default: %(default)s)")
    test.set_defaults(call=write_test)
    grid = sheets.add_parser("grid", help="boxes for the characters of an own alphabet, which Teach reads")
    grid.add_argument("file", type=pathlib.Path)
    grid.add_argument("--boxes", type=int, choices=GRIDS, default=max(GRIDS), help="(default: %(default)s)")
    grid.set_defaults(call=write_grid)
    for each in (test, grid):
        each.add_argument("--paper", default="A4", help="A4 or Letter (default: %(default)s)")


def write_test(arguments: argparse.Namespace) -> None:
    from siamese.classroom.worksheets import name_problem, paper_test  # their library takes a while to import

    characters, alphabet = sources.find_alphabet(arguments.alphabet)
    if problem := name_problem(alphabet):
        complain(problem)
    _write(arguments.file, paper_test(characters, alphabet, arguments.seed, arguments.trials, arguments.paper))


def write_grid(arguments: argparse.Namespace) -> None:
    from siamese.classroom.worksheets import grid_sheet

    _write(arguments.file, grid_sheet(arguments.boxes, arguments.paper))


def _write(file: pathlib.Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror or error}.") from error
    print(f"{file}: {len(content):,} bytes.")
