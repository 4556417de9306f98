"""Fixtures that all tests share, and the order of the tests."""

from __future__ import annotations

import gc
import os
import shutil
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from siamese.data.characters import CharacterSet
from tests import drawn

SLOWEST_FIRST = (
    "tests/browser/",
    "tests/runs/test_faults.py",
    "tests/test_cli.py",
    "tests/network/test_trainer.py",
    "tests/pages/",
    "tests/runs/",
    "tests/data/",
)
"""Started first, slow files do not keep one worker busy at the end while the other has nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow files first."""

    def rank(item: pytest.Item) -> int:
        slow = [place for place, prefix in enumerate(SLOWEST_FIRST) if item.nodeid.startswith(prefix)]
        return min(slow, default=len(SLOWEST_FIRST))

    items.sort(key=rank)


class _ByFile(LoadScopeScheduling):
    """Keeps a file on one worker of pytest-xdist, and all browser tests on the same one.

    One server and one Chromium then serve all browser tests, and what a file prepares is prepared once. The marker
    `xdist_group` would do the same, but pytest-xdist 3.8 cannot read it with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid.split("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log) -> LoadScopeScheduling:
    return _ByFile(config, log)


# No deadline for one example: on a busy machine any may take longer than hypothesis' 200 ms.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")


@pytest.fixture(autouse=True)
def _libraries_are_not_collected() -> None:
    """Freeze what TensorFlow has made, once, as the app does.

    After every run of a page Streamlit clears Keras' session, which collects all garbage: 0.3 s over TensorFlow's
    objects, a thousand times.
    """
    global _frozen  # counting what is frozen would take as long as a test
    if not _frozen and "tensorflow" in sys.modules:
        gc.freeze()
        _frozen = True


_frozen = False


@pytest.fixture(scope="session")
def scribbles() -> CharacterSet:
    """A small character set drawn in code: 3 alphabets of 8 characters by 5 drawers."""
    return drawn.character_set(alphabets=3, characters=8, drawers=5)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty folder in place of the user's own, and no Omniglot."""
    monkeypatch.setenv("SIAMESE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("OMNIGLOT_DIR", raising=False)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def _drawn_omniglot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    drawn.omniglot_home(folder)
    return folder


@pytest.fixture
def fake_omniglot(home, _drawn_omniglot):
    """A home with scribbles that pass for Omniglot, and nothing kept in memory from another."""
    import streamlit as st

    from siamese.ui import datasets
    from siamese.ui.evaluate import measurements

    def forget() -> None:
        st.cache_resource.clear()
        measurements._features.cache_clear()
        for cached in (datasets._load, datasets._load_validation, measurements._characters, measurements._questions):
            cached.cache_clear()

    shutil.copytree(_drawn_omniglot / "data", home / "data")
    forget()
    yield home
    forget()


@pytest.fixture(scope="session")
def imported(tmp_path_factory):
    """The real Omniglot of `OMNIGLOT_DIR` and Lake's runs, imported once per session, by whichever worker is first."""
    if not os.environ.get("OMNIGLOT_DIR"):
        pytest.skip("OMNIGLOT_DIR does not name a folder with Omniglot's archives")
    from siamese.data import omniglot

    with pytest.MonkeyPatch.context() as patch:
        base = tmp_path_factory.getbasetemp()
        shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
        patch.setenv("SIAMESE_HOME", str(shared / "omniglot"))
        return omniglot.load(), omniglot.load_runs()


@pytest.fixture(scope="session")
def omniglot(imported) -> CharacterSet:
    """All 50 alphabets."""
    return imported[0]


@pytest.fixture(scope="session")
def lake_runs(imported):
    """Lake's 400 trials."""
    return imported[1]
