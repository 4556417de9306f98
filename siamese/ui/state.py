"""The choices of a visitor, from a link to the session and back to the address bar; `links` declares them.

The value of `ways` on Recognise is kept in the session under "recognise:ways", which is also the key of its widget,
and a link carries it as `ways`. So nine pages can share the parameter's name without sharing its value. A link holds
only the choices that differ from their defaults; a value that is not allowed is ignored. What a component keeps for
itself (the strokes on a canvas, say) is no choice, but in the component's module, under one key of its own.
"""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from typing import Any

import streamlit as st

from siamese import paths
from siamese.ui import uploads
from siamese.ui.links import CHOICES, SHARED
from siamese.ui.parameters import Choice

DROPPED = "upload dropped"
"""Session key: the uploaded network that this visitor used has been removed from the server."""


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
            if choice.may_vanish and st.session_state[key] != choice.default:  # the default is always there
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
    parameters = link(page, *names)
    if st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)


def link(page: str, *names: str) -> dict[str, str]:
    """The parameters of an address with these choices of a page, and those that all pages share."""
    parameters = {}
    for owner, shown in ((page, names), (SHARED, tuple(CHOICES[SHARED]))):
        for name in shown:
            choice, value = CHOICES[owner][name], getattr(of(owner), name)
            if value != choice.default:
                parameters[name] = choice.write(value)
    return parameters
