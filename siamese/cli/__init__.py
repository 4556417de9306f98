"""The command line: python -m siamese check|class|worksheet|data|recognise|rank|train|evaluate|describe|export ...

With --json exactly one JSON value goes to stdout and everything else to stderr. Errors end in at most one line on
stderr; tracebacks are shown with SIAMESE_LOG=DEBUG. Exit codes: 0; 1 after an internal error or when the output cannot
be written; 2 after bad input; 130 after Ctrl+C; 141 when the reader of a pipe has gone.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Sequence

from siamese import logs
from siamese.cli import check, data, describe, evaluate, export, open_class, recognise, train, weights, worksheet
from siamese.cli.terminal import Parser, complain, discard_output, flush_output, use_any_encoding
from siamese.errors import UserError

EXIT_FAULT, EXIT_BAD_INPUT = 1, 2
EXIT_INTERRUPTED, EXIT_BROKEN_PIPE = 128 + 2, 128 + 13  # as a shell reports SIGINT and SIGPIPE

_log = logging.getLogger(__name__)


def parser() -> Parser:
    """Every command and its options."""
    top = Parser(prog="python -m siamese", description="One-shot learning with Koch's siamese network.")
    commands = top.add_subparsers(required=True, metavar="command")
    for command in (check, open_class, worksheet, data, recognise, train, evaluate, describe, export, weights):
        command.add(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    logs.set_up()
    use_any_encoding()
    try:
        code = _run(argv)
        flush_output()
        return code
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one must not interrupt the end
        discard_output()
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        discard_output()
        return EXIT_BROKEN_PIPE
    except OSError as error:
        _log.debug("The command failed", exc_info=True)
        discard_output()
        place = f"{error.filename}: " if error.filename else ""
        complain(f"The command could not be completed: {place}{error.strerror or error}.")
        return EXIT_FAULT
    except Exception as error:
        _log.debug("The command failed", exc_info=True)
        complain(f"Internal error, {type(error).__name__}: please report what SIAMESE_LOG=DEBUG shows.")
        return EXIT_FAULT


def _run(argv: Sequence[str] | None) -> int:
    try:
        arguments = parser().parse_args(argv)
        data.share_own_sets()
        arguments.call(arguments)
    except UserError as error:
        complain(str(error))
        return EXIT_BAD_INPUT
    except SystemExit as end:  # argparse: after --help, or bad input that it has explained
        return int(end.code or 0)
    return 0
