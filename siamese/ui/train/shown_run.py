"""The shown run, which the page follows by itself while it is training."""

from __future__ import annotations

import contextlib
import pathlib

import streamlit as st

from siamese import runs
from siamese.errors import UserError
from siamese.runs import Status
from siamese.ui import messages
from siamese.ui.train import curves, observations, progress

TICK_SECONDS = 2.0
"""Time between two updates while a run is training or queued."""
NOTICE_SECONDS = 5.0
"""Interval at which the page checks whether somebody else has started a run."""

Situation = tuple[str, str, str, pathlib.Path | None]
"""What the complete page depends on: the active run and its state, the state of the shown run and its weights."""


def watch_ui(run_id: str) -> None:
    """The run, updated while anything is training or queued."""
    at_first, statuses = _situation(run_id), runs.statuses()
    ticking = any(status.active or status.place for status in statuses)

    @st.fragment(run_every=TICK_SECONDS if ticking else None)
    def watch() -> None:
        try:
            runs.start_next()  # the worker that should have done it may have been killed
            status = find(run_id)
            if status is None or status.run is None:
                st.rerun()  # it was deleted or damaged: the page shows another
            _run_ui(status)
            # At the end, when the buttons are drawn: Streamlit forgets the callbacks of others, and clicks on them.
            if _situation(run_id) != at_first:
                st.rerun()
        except UserError as error:
            messages.error(str(error))

    watch()
    if not ticking:
        notice_ui()


def notice_ui() -> None:
    """Run the page again when a run has started."""

    @st.fragment(run_every=NOTICE_SECONDS)
    def notice() -> None:
        with contextlib.suppress(UserError):
            runs.start_next()
            if runs.active():
                st.rerun()

    notice()


def find(run_id: str) -> Status | None:
    """The status of a run; None when it no longer exists."""
    return next((status for status in runs.statuses() if status.id == run_id), None)


def _situation(run_id: str) -> Situation:
    active, shown = runs.active(), find(run_id)
    training = (active.id, active.state) if active else ("", "")
    return (*training, shown.state, shown.weights) if shown else (*training, "", None)


def _run_ui(status: Status) -> None:
    run, validations = status.run, runs.curve(status.id).validations()
    with st.container(key="run_status"):
        progress.head(status)
        progress.controls_ui(status)
    with st.container(key="run_results"):
        left, right = st.columns([1.7, 1], gap="large")
        with left:
            progress.sentence(status, validations, runs.nearest(run.id))
            curves.curves_ui(status, curves.compared_runs(run.id))
        with right:
            observations.observations_ui(run)
