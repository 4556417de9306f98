"""What the commands share: the parser, reading pictures, loading the network, printing."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import pathlib
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import tqdm

from siamese.data.ink import InkError
from siamese.errors import UserError
from siamese.reading import read_regular

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence."""

    def error(self, message: str) -> NoReturn:
        complain(f"{self.prog}: {message}; see `{self.prog} --help`.")
        raise SystemExit(2)


def use_any_encoding() -> None:
    """Print characters that the terminal's encoding lacks, or names that are no text, as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def complain(text: str) -> None:
    """Print one line on stderr, if there is one and it can be written."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(UserError(text), file=sys.stderr, flush=True)


def flush_output() -> None:
    """Write what is buffered for stdout. Raises OSError when that fails; the interpreter would do so too late."""
    if sys.stdout is not None:  # None when the caller closed it
        sys.stdout.flush()


def discard_output() -> None:
    """Send stdout nowhere from now on, so that the interpreter does not fail when it flushes the rest."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def load_matcher(weights: pathlib.Path | None = None) -> Matcher:
    """The shipped network, or that of a weights file. Imports TensorFlow, which takes seconds."""
    if sys.stderr.isatty():
        print("The network is loading ...", file=sys.stderr)
    from siamese.network.matcher import SHIPPED, Matcher

    return Matcher.load(weights or SHIPPED)


def read_drawing(file: pathlib.Path) -> np.ndarray:
    """The drawing in a picture file. Raises UserError."""
    from siamese.data import pictures
    from siamese.data.photograph import draw_image  # its libraries take a second to import

    try:
        return draw_image(read_regular(file, pictures.MAX_BYTES))
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}.") from error
    except InkError as error:
        raise UserError(f"{file}: {error}") from error


@contextlib.contextmanager
def progress_bar(what: str, unit: str) -> Iterator[Any]:
    """A callback (done, total) that shows progress and time left on stderr."""
    with tqdm.tqdm(desc=what, unit=unit, unit_scale=True, delay=1, file=sys.stderr) as bar:

        def report(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield report


def print_result(
    arguments: argparse.Namespace, result: dict[str, Any] | list[dict[str, Any]], lines: Sequence[str]
) -> None:
    """Print a command's result: one JSON object or list, or lines of text."""
    print(json.dumps(result, ensure_ascii=False) if arguments.json else "\n".join(lines))
