"""Every choice a page keeps, in one table: session key, widget key and URL parameter have the same name.

A link carries the choices that differ from the default; a value from a link that is not allowed is dropped.
"""

from __future__ import annotations

import dataclasses
import runpy
from collections.abc import Callable
from typing import Any

import streamlit as st

from siamese import paths
from siamese.data import sources
from siamese.errors import UserError
from siamese.presets import PRESETS
from siamese.runs import record


@dataclasses.dataclass(frozen=True)
class Choice:
    """One choice. `read` turns a URL's text into a value and raises ValueError for what is not allowed; `write` is its inverse."""

    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise ValueError(f"{text!r} is not a whole number from {low} to {high}.")
        return int(text)

    return read


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"{text!r} is none of {', '.join(allowed)}.")
        return text

    return read


def _name(text: str) -> str:
    if not 0 < len(text) <= 80 or not text.isprintable():
        raise ValueError("An alphabet's name has 1 to 80 printable characters.")
    return text


def _run(text: str) -> str:
    """The id of a run that is there; "" for none."""
    try:
        return text and record.read(text).id
    except UserError as error:
        raise ValueError(str(error)) from error


def _numbers(text: str) -> list[int]:
    """Places in an alphabet, as 0-4-17."""
    numbers = [_whole(0, 999)(part) for part in text.split("-")]
    if len(set(numbers)) != len(numbers):
        raise ValueError("A character is picked twice.")
    return numbers


def _switch() -> Choice:
    return Choice(False, lambda text: _one_of("0", "1")(text) == "1", lambda on: "1" if on else "0")


MOST_SHOTS = 5
DATA = ("builtin", "omniglot")
WHICH = ("first", "shuffled", "picked")

PARTS = ("curve", "lake", "trial", "failures", "verification")
GROUPS = ("validation", "lake", "runs", "builtin")
SOLVERS = ("network", "nearest", "normalised", "hausdorff")
MOST_TRIALS = 5000

CHOICES: dict[str, Choice] = {
    "data": Choice("builtin", _one_of(*DATA)),
    "alphabet": Choice("Kannada", _name),  # in both data sets, and in no training of ours
    "n": Choice(20, _whole(2, 99)),
    "which": Choice("first", _one_of(*WHICH)),
    "seed": Choice(1, _whole(0, 9999)),
    "picked": Choice([], _numbers, lambda numbers: "-".join(map(str, numbers))),
    "shots": Choice(1, _whole(1, MOST_SHOTS)),
    "drawer": Choice(1, _whole(1, 999)),
    "sorted": _switch(),
    "presenter": _switch(),
    "network": Choice("", _run),  # "" is the shipped one, else the run that trained it
    "preset": Choice("lesson", _one_of(*PRESETS)),
    "source": Choice("omniglot", _one_of(*sources.SOURCES)),
    "run": Choice("", _run),  # the one on view; "" is the one that trains, or else the newest
    "part": Choice("curve", _one_of(*PARTS)),  # of the evaluate page, as are the following
    "group": Choice("validation", _one_of(*GROUPS)),
    "only": Choice([], _numbers, lambda numbers: "-".join(map(str, numbers))),
    "across": _switch(),
    "ways": Choice(20, _whole(2, 60)),
    "k": Choice(1, _whole(1, MOST_SHOTS)),
    "trials": Choice(500, _whole(10, MOST_TRIALS)),
    "draw": Choice(1, _whole(0, 9999)),  # the seed of the trials
    "unseen_only": _switch(),
    "rival": Choice("", _run),  # compared with the shipped network
    "opened": Choice(1, _whole(1, MOST_TRIALS)),
    "solver": Choice("network", _one_of(*SOLVERS)),
    "lake_run": Choice(0, _whole(0, 20)),  # 0 for all
    "threshold": Choice(0, _whole(0, 99)),  # per cent of similarity; 0 for the one fitted on validation
}

RUN_CHOICES = tuple(name for name, choice in CHOICES.items() if choice.read is _run)


def begin() -> None:
    """Call first in every run of the app: new sessions take the link's choices, and choices outlive the page that shows them."""
    for name, choice in CHOICES.items():
        if name in st.session_state:
            st.session_state[name] = st.session_state[
                name
            ]  # Streamlit forgets a widget's value with its widget; not one set by us
        else:
            st.session_state[name] = _from_link(name, choice)
    forget_deleted_runs()


def forget_deleted_runs() -> None:
    """Choices that name a run which is no longer there go back to their default."""
    for name in RUN_CHOICES:
        try:
            _run(st.session_state[name])
        except ValueError:
            st.session_state[name] = CHOICES[name].default


def enter() -> None:
    """Call first in every page: sees to it that app.py has run.

    A server's very first visitor who comes by a link to a page gets it without app.py, since Streamlit takes a folder `pages`
    for pages of its own until st.navigation has been called once. That visitor's run goes through app.py from here.
    """
    if next(iter(CHOICES)) not in st.session_state:
        runpy.run_path(str(paths.ASSETS.parent / "app.py"))
        st.stop()


def _from_link(name: str, choice: Choice) -> Any:
    try:
        return choice.read(st.query_params[name])
    except (KeyError, ValueError):
        return list(choice.default) if isinstance(choice.default, list) else choice.default


def share(*names: str) -> None:
    """Put these choices into the address bar, those at their default left out."""
    link = {
        name: CHOICES[name].write(st.session_state[name])
        for name in names
        if st.session_state[name] != CHOICES[name].default
    }
    if st.query_params.to_dict() != link:
        st.query_params.from_dict(link)
