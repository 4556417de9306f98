"""Character sets for pages: loaded once per server, imported and downloaded in the background with progress."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator

import streamlit as st
from cachetools import LRUCache, cached

from siamese.data import builtin, omniglot, own, sources, splits
from siamese.data.archives import Progress
from siamese.data.characters import CharacterSet
from siamese.evaluation.protocol import RUNS
from siamese.ui import messages
from siamese.ui.jobs import Job
from siamese.ui.server_paths import without_paths

PROGRESS_INTERVAL_SECONDS = 0.5
MAX_SHOWN_SECONDS = 90
"""Longer times are given in minutes."""
NOT_INSTALLED = "Omniglot, with 50 alphabets drawn by 20 people each, is not installed. It is optional."
MAX_CACHED_SETS, MAX_CACHED_OWN_SETS = 4, 100
"""Own sets are small: 1.4 kB per drawing."""

Done = tuple[int, int]
"""(bytes or drawings processed, total)."""


def loaded(key: str) -> CharacterSet:
    """The character set of a data source, from memory after the first call. Shows nothing. Raises UserError."""
    load = _load if key in sources.SOURCES else _load_own
    return load(key, version(key))


def validation_set(key: str) -> CharacterSet:
    """The alphabets on which runs that train on a source are validated. Raises UserError."""
    return _load_validation(key, version(key))


def character_set(key: str) -> CharacterSet:
    """The same as `loaded`, for a page, which waits for the import of Omniglot. Raises UserError."""
    wait_for_import(key)
    return loaded(key)


def wait_for_import(key: str) -> None:
    """While Omniglot is being imported, show the progress and stop the page's run."""
    if key == "omniglot" and omniglot.available() and not omniglot.packed_file().is_file():
        if _import.state == "failed":
            messages.error(_import.failure)
            st.stop()
        progress_ui(_import.start(), "Importing Omniglot")
        st.stop()


def omniglot_state() -> omniglot.State:
    """What can be read of Omniglot. Where `OMNIGLOT_DIR` names it, it is imported in the background."""
    state = omniglot.state()
    if not state.problem and not state.imported and _import.state == "new":
        _import.start()
    return state


def download_ui() -> None:
    """The button that downloads Omniglot, then a progress bar until it is installed or one sentence says why not."""
    if _download.running:
        progress_ui(_download, "Downloading Omniglot")
        return
    help_text = "From the authors' repository. The files are checked against their published checksums."
    st.button("Download Omniglot (16 MB)", help=help_text, on_click=_download.start)
    if _download.failure:
        messages.error(_download.failure)


def omniglot_lacks(*groups: str) -> str:
    """Why these groups of Omniglot's alphabets (or "runs", Lake's) cannot be used, in a sentence; "" if they can."""
    known = omniglot.state()
    if known.problem == omniglot.MISSING:
        return NOT_INSTALLED
    if known.problem:
        return without_paths(known.problem)
    needed = {omniglot.RUNS_ARCHIVE if group == RUNS else splits.archive(group) for group in groups}
    if missing := sorted(needed.intersection(known.missing)):
        return f"{' and '.join(missing)} of Omniglot {'are' if len(missing) > 1 else 'is'} not installed."
    return ""


def time_left(job: Job) -> str:
    """The remaining time of a job, in words."""
    seconds = job.seconds_left
    if seconds is None:
        return "estimating the time left"
    return f"about {seconds / 60:.0f} min left" if seconds > MAX_SHOWN_SECONDS else f"about {seconds:.0f} s left"


def progress_ui(job: Job, words: str) -> None:
    """A progress bar that follows a job and runs the page again at its end."""

    @st.fragment(run_every=PROGRESS_INTERVAL_SECONDS)
    def follow() -> None:
        if job.settled:
            st.rerun()
        st.progress(job.share, f"{words}, {time_left(job)}")

    follow()


def _reporting_job(name: str, work: Callable[[Progress], object]) -> Job[Done]:
    """A job around a function that reports its progress through a callback (done, total)."""

    def steps(value: Done | None) -> Iterator[Done]:
        def report(done: int, total: int) -> None:
            job.value = done, total

        work(report)
        yield job.value or (1, 1)

    job: Job[Done] = Job(name, steps, lambda value: value or (0, 1))
    return job


def version(key: str) -> tuple[str, Hashable]:
    """What differs when the character set of a source does: of a file, its modification time."""
    if own.is_key(key):
        return key, own.version(key)
    file = builtin.file() if key == "builtin" else omniglot.packed_file()
    return str(file), file.stat().st_mtime_ns if file.is_file() else 0


@cached(LRUCache(MAX_CACHED_SETS), condition=threading.Condition())  # a class that arrives at once loads it once
def _load(key: str, version: tuple[str, Hashable]) -> CharacterSet:
    return sources.get(key).load(None)


@cached(LRUCache(MAX_CACHED_OWN_SETS), condition=threading.Condition())
def _load_own(key: str, version: tuple[str, Hashable]) -> CharacterSet:
    return sources.get(key).load(None)


@cached(LRUCache(MAX_CACHED_SETS), condition=threading.Condition())
def _load_validation(key: str, version: tuple[str, Hashable]) -> CharacterSet:
    return sources.get(key).training_sets()[1]


_download = _reporting_job("The download of Omniglot", lambda report: omniglot.download(report))
_import = _reporting_job("The import of Omniglot", lambda report: omniglot.load(report))
