"""A class on an empty store, a visitor's session, and what is sent to the page."""

from __future__ import annotations

import pytest
import streamlit as st

from siamese.classroom import database
from siamese.classroom.store import Person
from siamese.ui import class_store


@pytest.fixture(autouse=True)
def _class(home, monkeypatch) -> None:
    monkeypatch.delenv(database.VARIABLE, raising=False)


@pytest.fixture
def session(monkeypatch) -> dict:
    """The session of a visitor whose page is not running."""
    kept: dict = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The HTML that is sent to the page."""
    kept: list[str] = []
    monkeypatch.setattr(st, "html", lambda markup, **options: kept.append(str(markup)))
    return kept


@pytest.fixture
def ada() -> Person:
    """A person who plays."""
    return class_store.store().join("Ada")


@pytest.fixture
def bob() -> Person:
    """A classmate of Ada's."""
    return class_store.store().join("Bob")
