"""What every command uses: the parser, reading pictures, waking the network, telling the result."""

from __future__ import annotations

import argparse
import contextlib
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

if TYPE_CHECKING:
    from siamese.network.matcher import Matcher

QUIET = "3"


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}; see `{self.prog} --help`.", file=sys.stderr)
        raise SystemExit(2)


def quiet_tensorflow() -> None:
    """Keep TensorFlow's start-up notices from the terminal; call before it is imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", QUIET)


def load_matcher(weights: pathlib.Path | None = None) -> Matcher:
    """The shipped network, or that of a weights file. Imports TensorFlow, which takes seconds."""
    quiet_tensorflow()
    if sys.stderr.isatty():
        print("The network is waking up ...", file=sys.stderr)
    from siamese.network.matcher import SHIPPED, Matcher

    return Matcher.load(weights or SHIPPED)


def read_drawing(file: pathlib.Path) -> np.ndarray:
    """One drawing of a picture file. Raises UserError."""
    from siamese.data.photograph import draw_image  # its libraries take a second to import

    try:
        return draw_image(file.read_bytes())
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


def tell(arguments: argparse.Namespace, result: dict[str, Any], lines: Sequence[str]) -> None:
    """Print the result, for machines or for people."""
    print(json.dumps(result, ensure_ascii=False) if arguments.json else "\n".join(lines))
