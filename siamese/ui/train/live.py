"""The run on view while it trains: steering, curves, what the network sees. Ticks only while somebody trains."""

from __future__ import annotations

import contextlib
import html
import pathlib
from collections.abc import Callable
from typing import Any

import streamlit as st

from siamese import runs
from siamese.config import TrainConfig
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.runs import Fixed, Run, RunError, Status
from siamese.ui import cards, datasets, messages, teacher
from siamese.ui.train import curves, estimates, seen, standing
from siamese.ui.train.words import duration

TICK = 2.0
"""Seconds between looks at a run that trains."""
NOTICE = 5.0
"""Seconds between looks whether somebody has begun to train."""

WIDTH = 128
"""Of a button, in px."""

session = st.session_state


def estimate_ui(config: TrainConfig, preset: str, data: str) -> None:
    """About how long it will take, and on what; the page looks again until that is known."""
    asked = estimates.pace(preset, data)
    measuring = asked is not None and not asked.settled

    @st.fragment(run_every=TICK if measuring else None)
    def estimate() -> None:
        probe = estimates.pace(preset, data)
        if probe is None:
            words = "The duration is estimated when no run is training."
        elif not probe.settled:
            words = "How long it will take is being measured, by two seconds of training …"
        elif probe.value is None:
            words = probe.failure
        else:
            seconds = probe.value.seconds(config.schedule.steps, config.schedule.validate_every)
            words = f"About {duration(seconds)} on {probe.value.device}, which processes {probe.value.drawings_per_second:,.0f} drawings per second."
            if measuring:
                st.rerun()
        st.html(f'<p class="note estimate">{words}</p>')

    estimate()


def empty_ui() -> None:
    """What will be here."""
    st.html(
        '<div class="answer waiting"><p class="sentence">Here its curves will grow.</p><p class="note">How often it is right among twenty '
        f"characters, on alphabets it learns from {cards.badge(True)} and on others {cards.badge(False)}; the loss; and what the network sees. "
        "Press Start training.</p></div>"
    )
    _notice_ui()


def watch_ui(run_id: str) -> None:
    """The run on view: a page that is open when somebody starts, pauses or ends follows by itself."""
    shown = _situation(run_id)
    ticking = bool(shown[0] or any(status.place for status in runs.statuses()))

    @st.fragment(run_every=TICK if ticking else None)
    def watch() -> None:
        try:
            runs.start_next()  # the worker before it may have been killed
            status = _found(run_id)
            if status is None:
                st.rerun()  # somebody has deleted it: the page shows another
            _run_ui(status)
            # After the buttons: Streamlit forgets the callbacks of those that a tick has not drawn, and with them a click on its way.
            if _situation(run_id) != shown:
                st.rerun()
        except UserError as error:
            messages.error(str(error))

    try:
        if run := runs.status(run_id).run:
            _pictures_ui(run)
    except UserError as error:
        messages.error(str(error))
    watch()
    if not ticking:
        _notice_ui()


def _found(run_id: str) -> Status | None:
    """How a run stands; None when it is not there any more."""
    try:
        return runs.status(run_id)
    except RunError:
        return None


def _situation(run_id: str) -> tuple[str, str, str, pathlib.Path | None]:
    """What the whole page depends on: who trains, how the one who trains and the one on view stand, and the latter's weights."""
    active, shown = runs.active(), _found(run_id)
    training = (active.id, active.state) if active else ("", "")
    return (*training, shown.state, shown.weights) if shown else (*training, "", None)


def _notice_ui() -> None:
    """Look whether somebody has begun to train."""

    @st.fragment(run_every=NOTICE)
    def notice() -> None:
        with contextlib.suppress(UserError):
            runs.start_next()  # clears runs that are gone from the queue, which would call for a rerun again and again
            if runs.active():
                st.rerun()

    notice()


def _run_ui(status: Status) -> None:
    run = status.run
    if run is None:
        standing.head(status)
        return
    validations = runs.curve(run.id).validations()
    with st.container(key="standing"):
        standing.head(status)
        _steer_ui(status)
    with st.container(key="learning"):
        left, right = st.columns([1.7, 1], gap="large")
        with left:
            standing.sentence(status, validations, runs.nearest(run.id))
            curves.curves_ui(status, curves.others(run.id))
        with right:
            _seen_ui(run)


def _steer_ui(status: Status) -> None:
    """Start or queue, pause, one step, stop.

    The same four buttons at any time, those before the last of fixed width: a button that came, went or moved while it is
    being clicked would lose the click.
    """
    run, state = status.run, status.state
    active = runs.active()
    locked, elsewhere = teacher.locked(), active is not None and active.id != run.id
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if elsewhere:
            _button(
                "Queue it", "schedule", "go", runs.queue_up, run, locked or not status.startable or state == "queued"
            )
        else:
            can_go = status.startable or state == "paused"
            _button("Resume" if status.step else "Start", "play_arrow", "go", runs.start, run, locked or not can_go)
        _button("Pause", "pause", "pause", runs.pause, run, locked or state not in ("starting", "training"))
        can_step = state in ("training", "paused") or (status.startable and not elsewhere)
        _button("One step", "skip_next", "step", runs.step, run, locked or not can_step)
        leave = "Leave the queue" if state == "queued" else "Stop"
        _button(leave, "stop", "stop", runs.stop, run, locked or not status.stoppable, "content")
        st.toggle(
            "Keep still",
            key="train:still",
            help="The curves are not drawn anew, so that zoom and hover stay while it trains.",
        )
        if elsewhere and status.startable:
            st.html(f'<p class="note">{html.escape(str(runs.busy()))}</p>')
    if said := session.pop("train:said", ""):
        messages.error(said)


def _button(
    label: str, icon: str, key: str, act: Callable[[str], Any], run: Run, disabled: bool, width: int | str = WIDTH
) -> None:
    """Acts in a callback, which runs before anything is drawn: a click is not lost where a tick has just found news."""
    st.button(
        label,
        icon=f":material/{icon}:",
        disabled=disabled,
        key=f"train:{key}",
        on_click=_act,
        args=(act, run.id),
        width=width,
    )


def _act(act: Callable[[str], Any], run_id: str) -> None:
    if not teacher.locked():
        try:
            act(run_id)
        except UserError as error:
            session["train:said"] = str(error)


def _validation_set(run: Run) -> CharacterSet:
    return datasets.validation_set(run.data)


def _pictures_ui(run: Run) -> None:
    """The drawings that the network is shown again and again, sent once."""
    characters = _validation_set(run)
    fixed = Fixed(characters)
    cards.pictures(characters, [*fixed.support, *fixed.query, *fixed.pairs.ravel()])


def _seen_ui(run: Run) -> None:
    """What the network saw at the validation chosen with the scrubber; at the newest, unless one looks back."""
    steps = runs.snapshot_steps(run.id)
    if not steps:
        st.html(
            '<section class="seen"><h3>What it sees</h3><p class="note">From the first validation on: a trial with twenty characters, '
            "pairs with their similarity, and the first layer's filters.</p></section>"
        )
        return
    back = session.get("train:back")
    step = back[1] if back and back[0] == run.id and back[1] in steps else steps[-1]
    if len(steps) > 1:
        session["train:scrubber"] = step
        st.select_slider("Seen at step", steps, key="train:scrubber", on_change=_look_back, args=(run.id, steps[-1]))
    shown = runs.snapshot(run.id, step)
    place = steps.index(step)
    seen.trial(_validation_set(run), shown, runs.snapshot(run.id, steps[place - 1]) if place else None)
    seen.pairs(shown)
    seen.filters(shown)


def _look_back(run_id: str, newest: int) -> None:
    chosen = session["train:scrubber"]
    session["train:back"] = None if chosen == newest else (run_id, chosen)
