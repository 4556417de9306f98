"""Every choice of a visitor, declared page by page: session key, type, default and URL parameter.

The value of `ways` on Recognise is kept in the session under "recognise:ways", which is also the key of its widget,
and a link carries it as `ways`. So nine pages can share the parameter's name without sharing its value. A link holds
only the choices that differ from their defaults; a value that is not allowed is ignored. What a component keeps for
itself (the strokes on a canvas, say) is not declared here but in the component's module, under one key of its own.
"""

from __future__ import annotations

import dataclasses
import runpy
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from siamese import paths, runs
from siamese.data import own
from siamese.data.office import MAX_PEOPLE
from siamese.data.sources import SOURCES
from siamese.errors import UserError
from siamese.evaluation.limits import MAX_SHOTS, MAX_WAYS
from siamese.presets import PRESETS
from siamese.ui import uploads

MAX_TRIALS = 5000
"""Trials of a measurement on the Evaluate page."""
MAX_SEED = 9999
SELECTIONS = ("first", "shuffled", "picked")
"""How the characters of a support set are selected."""
PARTS = ("curve", "lake", "trial", "failures", "verification")
"""Parts of the Evaluate page."""
EVALUATED = ("validation", "lake", "runs", "builtin")
"""What Evaluate measures on: groups of `data.splits`, and Lake's 400 trials ("runs"); besides, own sets."""
HIDEABLE = ("pages", "network", "choices", "samples", "pictures")
"""What can be hidden from students."""
SCORERS = ("network", "nearest", "normalised", "hausdorff")
"""Scorers whose answers on Lake's runs can be shown one by one."""


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


def _integer(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise ValueError(f"{text!r} is not a whole number from {low} to {high}.")
        return int(text)

    return read


def _one_of(*allowed: str, old_values: Mapping[str, str] | None = None) -> Callable[[str], str]:
    def read(text: str) -> str:
        text = (old_values or {}).get(text, text)
        if text not in allowed:
            raise ValueError(f"{text!r} is not one of {', '.join(allowed)}.")
        return text

    return read


def _alphabet_name(text: str) -> str:
    if not 0 < len(text) <= 80 or not text.isprintable():
        raise ValueError("An alphabet's name has 1 to 80 printable characters.")
    return text


def _own_set_or(*allowed: str) -> Callable[[str], str]:
    return lambda text: text if own.is_key(text) else _one_of(*allowed)(text)


def _network_id(text: str) -> str:
    """The id of an uploaded network that is kept or of a run, or "" for the shipped network."""
    return text if text in uploads.names() else _run_id(text)


def _run_id(text: str) -> str:
    """The id of a run that exists, or "" for none."""
    try:
        return text and runs.status(text).id
    except UserError as error:
        raise ValueError(str(error)) from error


def _switch() -> Choice:
    return Choice(False, lambda text: _one_of("0", "1")(text) == "1", lambda on: "1" if on else "0")


def _positions() -> Choice:
    """Positions in a list, each at most once; 0-4-17 in a URL."""

    def read(text: str) -> list[int]:
        numbers = [_integer(0, 999)(part) for part in text.split("-")]
        if len(set(numbers)) != len(numbers):
            raise ValueError("A position occurs twice.")
        return numbers

    return Choice([], read, lambda numbers: "-".join(map(str, numbers)))


def _some_of(*allowed: str) -> Callable[[str], list[str]]:
    """Names, each at most once; network-samples in a URL."""

    def read(text: str) -> list[str]:
        names = [_one_of(*allowed)(part) for part in text.split("-")]
        if len(set(names)) != len(names):
            raise ValueError("A name occurs twice.")
        return names

    return read


DROPPED = "upload dropped"
"""Session key: the uploaded network that this visitor used has been removed from the server."""
SHARED = "shared"
"""The choices that all pages share; their session keys have no prefix."""

CHOICES: dict[str, dict[str, Choice]] = {
    SHARED: {
        "large": dataclasses.replace(_switch(), old_names=("presenter",)),
        "hide": Choice([], _some_of(*HIDEABLE), "-".join),  # controls that students do not need, see hide.py
        "network": Choice(
            "", _network_id, may_vanish=True
        ),  # "": the shipped one; else an upload, or the run that trained it
    },
    "home": {},
    "recognise": {
        "data": Choice("builtin", _own_set_or(*SOURCES), may_vanish=True),
        "alphabet": Choice("Kannada", _alphabet_name),  # built-in and in Omniglot, never seen by the shipped network
        "ways": Choice(20, _integer(2, 99), old_names=("n",)),
        "which": Choice("first", _one_of(*SELECTIONS)),
        "seed": Choice(1, _integer(0, MAX_SEED)),
        "picked": _positions(),
        "shots": Choice(1, _integer(1, MAX_SHOTS)),
        "drawer": Choice(1, _integer(1, 999)),
        "sorted": _switch(),
    },
    "verify": {
        "part": Choice("pair", _one_of("pair", "company")),
        "data": Choice("builtin", _own_set_or(*SOURCES), may_vanish=True),
        "alphabet": Choice("Kannada", _alphabet_name),
        "person": Choice(0, _integer(0, MAX_PEOPLE - 1)),  # whose signature the drawing is compared with
    },
    "teach": {"set": Choice("", _own_set_or(""), may_vanish=True)},  # "": a new alphabet
    "play": {
        "view": Choice("quiz", _one_of("quiz", "telephone", "break", "name", "board")),
        "data": Choice("builtin", _own_set_or(*SOURCES), may_vanish=True),
        "alphabet": Choice("Kannada", _alphabet_name),
        "ways": Choice(20, _integer(2, 20)),
        "alike": _switch(),
        "limit": Choice("30", _one_of("0", "10", "20", "30")),  # seconds for each question; 0: none
        "seed": Choice(0, _integer(0, MAX_SEED)),  # 0: another one each round
    },
    "train": {
        "preset": Choice("lesson", _one_of(*PRESETS)),
        "data": Choice("omniglot", _one_of(*SOURCES), old_names=("source",)),
        "view": Choice("run", _one_of("run", "new", "all")),
        "run": Choice("", _run_id, may_vanish=True),  # "": the active run, or else the newest
    },
    "evaluate": {
        "part": Choice("curve", _one_of(*PARTS)),
        "group": Choice("validation", _own_set_or(*EVALUATED), may_vanish=True),
        "only": _positions(),  # alphabets of the group; none for all
        "across": _switch(),
        "ways": Choice(20, _integer(2, MAX_WAYS)),
        "shots": Choice(1, _integer(1, MAX_SHOTS), old_names=("k",)),
        "trials": Choice(500, _integer(10, MAX_TRIALS)),
        "seed": Choice(1, _integer(0, MAX_SEED), old_names=("draw",)),
        "unseen_only": _switch(),
        "compare": Choice(
            "", _network_id, old_names=("rival",), may_vanish=True
        ),  # the network that is compared with the shipped one
        "trial": Choice(1, _integer(1, MAX_TRIALS), old_names=("opened",)),
        "scorer": Choice("network", _one_of(*SCORERS, old_values={"framed": "normalised"}), old_names=("solver",)),
        "lake_run": Choice(0, _integer(0, 20)),  # 0: all
        "threshold": Choice(0, _integer(0, 99)),  # hundredths of similarity; 0: the one fitted on validation
    },
}
"""By page, then by name."""


class Choices:
    """The choices of one page: attributes read and set the visitor's values."""

    def __init__(self, page: str):
        object.__setattr__(self, "_page", page)

    def key(self, name: str) -> str:
        """The session key of a choice and key of its widget. Raises AttributeError for an unknown name."""
        if name not in CHOICES[self._page]:
            raise AttributeError(f"{self._page} declares no choice {name!r}.")
        return name if self._page == SHARED else f"{self._page}:{name}"

    def __getattr__(self, name: str) -> Any:
        return st.session_state[self.key(name)]

    def __setattr__(self, name: str, value: Any) -> None:
        st.session_state[self.key(name)] = value


def of(page: str) -> Choices:
    """The choices of a page, or those that all pages share (`SHARED`)."""
    return Choices(page)


def default(page: str, name: str) -> Any:
    """The default of a choice."""
    return CHOICES[page][name].initial()


def begin() -> None:
    """Call first in every run of navigation.py: a new session takes its choices from the link.

    Streamlit forgets the value of a widget that is not on the page, but not a value that was set here.
    """
    for page, choices in CHOICES.items():
        for name, choice in choices.items():
            key = of(page).key(name)
            st.session_state[key] = st.session_state[key] if key in st.session_state else _from_link(name, choice)
    forget_deleted()


def forget_deleted() -> None:
    """Reset the choices that name something which no longer exists."""
    for page, choices in CHOICES.items():
        for name, choice in choices.items():
            key = of(page).key(name)
            if choice.may_vanish:
                try:
                    choice.read(st.session_state[key])
                except ValueError:
                    if key == "network" and st.session_state[key].startswith(uploads.PREFIX):
                        st.session_state[DROPPED] = True
                    st.session_state[key] = choice.initial()


def ensure_app_has_run() -> None:
    """Call first in every page: run navigation.py if this page was reached without it.

    Streamlit takes a folder `pages` for pages of its own until st.navigation has been called once, so the first
    visitor of a server who comes by a link to a page gets the page alone.
    """
    if "large" not in st.session_state:
        runpy.run_path(str(paths.ASSETS.parent / "navigation.py"))
        st.stop()


def set_up(page: str, link: Mapping[str, str]) -> None:
    """Give a page the choices of a link, and the visitor those that all pages share; the size of text is his own.

    Call before the page's widgets are shown.
    """
    for owner in (page, SHARED):
        for name, choice in CHOICES.get(owner, {}).items():
            if name != "large":
                setattr(of(owner), name, _from_link(name, choice, link))


def _from_link(name: str, choice: Choice, link: Mapping[str, str] | None = None) -> Any:
    """A choice in a link, by default in the visitor's own; its default where the link has none, or none allowed."""
    link = st.query_params if link is None else link
    for parameter in (name, *choice.old_names):
        if parameter in link:
            try:
                return choice.read(link[parameter])
            except ValueError:
                break
    return choice.initial()


def share(page: str, *names: str) -> None:
    """Put these choices of a page, and those that all pages share, into the address bar; defaults are left out."""
    link = {}
    for owner, shown in ((page, names), (SHARED, tuple(CHOICES[SHARED]))):
        for name in shown:
            choice, value = CHOICES[owner][name], getattr(of(owner), name)
            if value != choice.default:
                link[name] = choice.write(value)
    if st.query_params.to_dict() != link:
        st.query_params.from_dict(link)
