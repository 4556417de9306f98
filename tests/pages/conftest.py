"""A fixture for pages that bring a visitor to another page."""

from __future__ import annotations

import pytest
from streamlit.runtime.pages_manager import PagesManager


@pytest.fixture
def navigation_runs_every_page(monkeypatch) -> None:
    """As in a server that has had a visitor, navigation.py runs every page; the test runner forgets it in every run."""
    begin = PagesManager.__init__

    def without_pages_directory(manager, *given, **options):
        PagesManager.uses_pages_directory = False
        begin(manager, *given, **options)

    monkeypatch.setattr(PagesManager, "__init__", without_pages_directory)
