"""The alphabet on the Teach page: a visitor's own one, kept on the server with every change, or a shared one to try.

A visitor's alphabet is a private set from its first character on. Its key is in the session and in the address bar, so
it survives a reload, and anyone who gets the link can use it. Sharing keeps a copy for everybody, which follows every
change.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable

import numpy as np
import streamlit as st

from siamese.config import SIDE
from siamese.data import own
from siamese.data.characters import Character, CharacterSet
from siamese.data.own import editing
from siamese.data.own.file_format import OwnSet
from siamese.evaluation.limits import MAX_SHOTS
from siamese.ui import datasets, own_sets, state

NEW_NAME = "My alphabet"
_KEY = "teach draft"

choices = state.of("teach")


@dataclasses.dataclass(frozen=True)
class Draft:
    """key: of its own set, "" before it is kept. version: of its file. place: the alphabet that is shown, in the set.

    characters: all drawings; None while there are none.
    """

    key: str
    version: Hashable
    own: OwnSet
    characters: CharacterSet | None
    place: int

    @property
    def mine(self) -> bool:
        """Whether this visitor may change it."""
        return not self.key or self.key.startswith(own.PRIVATE)

    @property
    def names(self) -> list[str]:
        """Names of the characters of the alphabet."""
        return [character.name for character in self.own.alphabets[self.place].characters]

    @property
    def shown(self) -> list[Character]:
        """The characters that drawings are compared with."""
        return [] if self.characters is None else [self.characters.characters[c] for c in self._members]

    @property
    def rows(self) -> list[np.ndarray]:
        """The rows of the first examples of each character."""
        if self.characters is None:
            return []
        return [self.characters.rows(c)[:MAX_SHOTS] for c in self._members]

    @property
    def _members(self) -> tuple[int, ...]:
        return self.characters.members(self.own.alphabets[self.place].name)[: editing.MAX_TAUGHT]

    def support(self) -> list[np.ndarray]:
        """The examples of each character, (k, 105, 105) each."""
        return [self.characters.drawings(rows).reshape(-1, SIDE, SIDE) for rows in self.rows]


def current() -> Draft:
    """The visitor's draft, read again if its file has changed. Raises UserError when that is gone or damaged."""
    key = choices.set
    kept: Draft | None = st.session_state.get(_KEY)
    version = datasets.version(key) if key else None
    if kept is None or (kept.key, kept.version) != (key, version):
        alphabets = own.load(key) if key else editing.empty(NEW_NAME)
        place = kept.place if kept is not None and kept.key == key else 0
        kept = _put(key, alphabets, min(place, len(alphabets.alphabets) - 1))
    return kept


def show_alphabet(place: int) -> None:
    """Show another alphabet of the set."""
    st.session_state[_KEY] = dataclasses.replace(current(), place=place)


def change(edit: Callable[[OwnSet, int], OwnSet]) -> None:
    """Change the alphabet and keep it, and its shared copy. Raises UserError, and then nothing is lost."""
    draft = current()
    changed = edit(draft.own, draft.place)
    key = draft.key or own.new_private_key()
    if any(alphabet.characters for alphabet in changed.alphabets):
        filled = OwnSet(changed.name, tuple(a for a in changed.alphabets if a.characters))
        own.keep(filled, key)
        own_sets.remember(key)
        choices.set = key
        if shared := shared_key(key):
            own.keep(filled, shared, key)
    elif draft.key:
        own.delete(draft.key)
        choices.set = ""
    _put(choices.set, changed, draft.place)


def share() -> None:
    """Keep a copy for everybody. Raises UserError when its name is taken or there are too many."""
    draft = current()
    own.keep(draft.own, shared_key(draft.key), draft.key)


def stop_sharing() -> None:
    """Delete the copy. Raises UserError when it is gone."""
    own.delete(shared_key(current().key))


def shared_key(key: str) -> str:
    """The key of the shared copy of a private set, or ""."""
    mine = own.digest(key)
    return next((shared for shared in own.names() if key and own.owner(shared) == mine), "")


def copy() -> None:
    """Make an alphabet of this visitor's own of a shared one. Raises UserError when there is no room for it."""
    draft = current()
    key = own.keep(draft.own, own.new_private_key())
    own_sets.remember(key)
    choices.set = key


def begin() -> None:
    """Begin a new alphabet; the earlier one stays among the visitor's."""
    choices.set = ""
    st.session_state.pop(_KEY, None)


def _put(key: str, alphabets: OwnSet, place: int) -> Draft:
    filled = any(alphabet.characters for alphabet in alphabets.alphabets)
    characters = own.character_set(alphabets) if filled else None
    draft = Draft(key, datasets.version(key) if key else None, alphabets, characters, place)
    st.session_state[_KEY] = draft
    return draft
