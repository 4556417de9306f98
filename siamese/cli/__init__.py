"""The command line: python -m siamese data|recognise|rank|train|evaluate|export ...

With --json exactly one JSON object goes to stdout and everything else to stderr. Bad input ends with one sentence and
exit code 2.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from siamese.cli import data, evaluate, export, recognise, train
from siamese.cli.terminal import Parser
from siamese.errors import UserError


def parser() -> Parser:
    """Every command and its options."""
    top = Parser(prog="python -m siamese", description="One-shot learning with Koch's siamese network.")
    commands = top.add_subparsers(required=True, metavar="command")
    for command in (data, recognise, train, evaluate, export):
        command.add(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0, or 2 after bad input."""
    arguments = parser().parse_args(argv)
    try:
        arguments.call(arguments)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    return 0
