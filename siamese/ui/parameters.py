"""Choices, and the URL parameters that carry them: from text to value and back.

Readers (`integer(1, 5)`, `run_id`) turn the text of a parameter into a value, or raise ValueError.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from siamese import runs
from siamese.data import own
from siamese.errors import UserError
from siamese.ui import uploads

MAX_NAME_CHARACTERS = 80
"""Of an alphabet."""


@dataclasses.dataclass(frozen=True)
class Choice:
    """One choice of a page.

    read: turns the text of a URL parameter into a value; raises ValueError for what is not allowed. write: the inverse.
    old_names: parameters under which links of earlier versions carry it. may_vanish: it names what can be deleted; the
    choice is then reset.
    """

    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    old_names: tuple[str, ...] = ()
    may_vanish: bool = False

    def initial(self) -> Any:
        """The default; lists are copied, since widgets change them in place."""
        return list(self.default) if isinstance(self.default, list) else self.default


def integer(low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number from `low` to `high`."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise ValueError(f"{text!r} is not a whole number from {low} to {high}.")
        return int(text)

    return read


def one_of(*allowed: str, old_values: Mapping[str, str] | None = None) -> Callable[[str], str]:
    """Reads one of these words. old_values: words of earlier versions, and what they are called now."""

    def read(text: str) -> str:
        text = (old_values or {}).get(text, text)
        if text not in allowed:
            raise ValueError(f"{text!r} is not one of {', '.join(allowed)}.")
        return text

    return read


def alphabet_name(text: str) -> str:
    """The name of an alphabet, which need not exist: the page says so."""
    if not 0 < len(text) <= MAX_NAME_CHARACTERS or not text.isprintable():
        raise ValueError(f"An alphabet's name has 1 to {MAX_NAME_CHARACTERS} printable characters.")
    return text


def own_set_or(*allowed: str) -> Callable[[str], str]:
    """Reads the key of an own set, or one of these words."""
    return lambda text: text if own.is_key(text) else one_of(*allowed)(text)


def network_id(text: str) -> str:
    """The id of an uploaded network that is kept or of a run, or "" for the shipped network."""
    return text if text in uploads.names() else run_id(text)


def run_id(text: str) -> str:
    """The id of a run that exists, or "" for none."""
    try:
        return text and runs.status(text).id
    except UserError as error:
        raise ValueError(str(error)) from error


def switch() -> Choice:
    """Off at first; 1 for on in a URL."""
    return Choice(False, lambda text: one_of("0", "1")(text) == "1", lambda on: "1" if on else "0")


def positions() -> Choice:
    """Positions in a list, each at most once; 0-4-17 in a URL."""

    def read(text: str) -> list[int]:
        numbers = [integer(0, 999)(part) for part in text.split("-")]
        if len(set(numbers)) != len(numbers):
            raise ValueError("A position occurs twice.")
        return numbers

    return Choice([], read, lambda numbers: "-".join(map(str, numbers)))


def some_of(*allowed: str) -> Callable[[str], list[str]]:
    """Reads some of these names, each at most once; network-samples in a URL."""

    def read(text: str) -> list[str]:
        names = [one_of(*allowed)(part) for part in text.split("-")]
        if len(set(names)) != len(names):
            raise ValueError("A name occurs twice.")
        return names

    return read
