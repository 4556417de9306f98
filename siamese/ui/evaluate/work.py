"""Measurings of a visitor: their buttons, their progress, and the ticking of a page while one runs."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from siamese.ui import messages, state
from siamese.ui.evaluate.measuring import Measuring

JOBS = 6
"""Measurings kept a visitor, those used last."""


def jobs() -> dict[tuple, Measuring]:
    """This visitor's measurings."""
    return st.session_state.setdefault("measurings", {})


def start(key: tuple, make: Callable[[], Measuring]) -> None:
    """Begin a measuring or go on with it; another one of this visitor's stops."""
    kept = jobs()
    for other in kept.values():
        other.stop()
    kept[key] = kept.pop(key, None) or make()
    for old in list(kept)[:-JOBS]:
        del kept[old]
    kept[key].start()


def work_ui(key: tuple, make: Callable[[], Measuring], recorded: bool, again: Callable[[], None] | None = None) -> None:
    """The button of a measuring and how far it has come. Call it in a fragment that ticks while it runs."""
    job = jobs().get(key)
    with st.container(key="work", horizontal=True, vertical_alignment="center", gap="medium"):
        if job is None:
            if st.button("Measure again" if recorded else "Measure", type="primary", key="measure"):
                start(key, make)
                st.rerun()
        elif job.running:
            if st.button("Stop", key="stop"):
                job.stop()
        elif not job.done:
            if st.button("Go on", type="primary", key="go on"):
                start(key, make)
                st.rerun()
        elif again is not None:
            st.button("Measure other trials", on_click=again, key="other", help="The same set-up with the next seed.")
        if job is not None and not job.done:
            left = job.seconds_left if job.running else None
            waiting = "the network is waking up …" if job.waits else "looking at the drawings …"
            words = "stopped" if not job.running else waiting if left is None else f"about {left:.0f} s left"
            st.progress(job.share, f"{job.share:.0%} done, {words}")
    if job is not None and job.failure:
        messages.error(job.failure)


def ticking(key: tuple) -> float | None:
    """Seconds between looks at a measuring that runs."""
    job = jobs().get(key)
    return 1.0 if job is not None and job.running else None


def look(key: tuple, ticks: bool) -> Measuring | None:
    """The measuring, for a fragment that ticks or not; runs the page once more when it has ended meanwhile."""
    job = jobs().get(key)
    if job is not None:
        job.looked = time.monotonic()
        if ticks and not job.running:
            st.rerun()
    return job


def next_draw() -> None:
    """The same set-up with other trials."""
    state.of("evaluate").seed = (state.of("evaluate").seed + 1) % 10_000
