"""The status of a run: its head with progress, its last validation in a sentence, and the buttons that control it."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from siamese import runs
from siamese.errors import UserError
from siamese.runs import Status
from siamese.ui import charts, messages, teacher
from siamese.ui.server_paths import without_paths
from siamese.ui.train import labels, setup

BUTTON_WIDTH_PX = 148
"""Of the longest label, at normal text size."""
USUAL_START_SECONDS = 30.0
"""Time until the first step, where it has not been measured."""
MAX_STARTING_SHARE = 0.95
"""The bar of a start that takes longer than usual stays here."""

_starting_since: dict[str, float] = {}  # run id -> time.monotonic at which this server first saw it starting
session = st.session_state


def head(status: Status) -> None:
    """A run's name, state and progress in one line, with a bar below and the reason why it failed or waits."""
    preparing = status.state == "starting" or (status.state == "training" and status.drawings_per_second is None)
    share, facts = _start(status) if preparing else _progress(status)
    facts = [*facts, *([without_paths(status.problem)] if status.problem else [])]
    kinds = f"{status.state} preparing" if preparing else status.state
    st.html(
        f'<div class="run {kinds}"><p class="line"><b>{html.escape(status.name)}</b>'
        f'<span class="badge state">{labels.STATES[status.state]}</span>'
        f'<span class="note">{" · ".join(map(html.escape, facts))}</span></p>'
        f'<span class="progress"><span style="width:{share:.2%}"></span></span></div>'
    )


def _start(status: Status) -> tuple[float, list[str]]:
    """Share of the usual time until the first steps are trained, and what is being done."""
    now = time.monotonic()
    seconds = now - _starting_since.setdefault(status.id, now)
    speed = setup.known_speed()
    usual = speed.start if speed else USUAL_START_SECONDS
    work = "loading TensorFlow" if status.state == "starting" else "compiling the first step"
    late = seconds > 2 * usual
    expected = "longer than usual, the machine is busy" if late else f"usually about {usual:.0f} s"
    return min(MAX_STARTING_SHARE, seconds / usual), [f"{work}: {seconds:.0f} s, {expected}"]


def _progress(status: Status) -> tuple[float, list[str]]:
    """Share of the steps that are trained, and facts."""
    _starting_since.pop(status.id, None)
    if status.run is None:
        return 0.0, []
    facts = [f"step {status.step:,} of {status.steps:,}"]
    if status.state == "training":
        facts.append(f"{status.drawings_per_second:,.0f} drawings per second")
    if status.state in ("training", "paused") and status.seconds_left is not None:
        facts.append(f"about {labels.duration(status.seconds_left)} left")
    if status.place:
        facts.append(f"number {status.place} in the queue")
    if status.hung:
        facts.append("its process does not respond: stop or resume it")
    elif status.state == "interrupted":
        facts.append("its process has ended; Resume continues from the last checkpoint")
    return min(1.0, status.step / status.steps), facts


def sentence(status: Status, validations: Sequence[Mapping[str, Any]], nearest: Mapping[str, float] | None) -> None:
    """The last validation as a sentence, or when the first will come."""
    if not validations:
        first = f"The first validation is at step {min(status.run.config.schedule.validate_every, status.steps):,}."
        note = "It tests the network on 20-way trials with alphabets it is not trained on. Guessing is right in 5 %."
        st.html(f'<div class="answer waiting"><p class="sentence">{first}</p><p class="note">{note}</p></div>')
        return
    last, best = validations[-1], max(validations, key=lambda v: v["validation"])
    interval = f"{labels.percent(last['validation_low'])} to {labels.percent(last['validation_high'])}"
    facts = [
        f"{last['validation_trials']:,} trials, 20-way 1-shot, 95 % interval {interval}",
        f"{labels.percent(last['background'])} on its training alphabets",
        *([f"nearest neighbour {labels.percent(nearest['accuracy'])} on the same trials"] if nearest else []),
        f"chance {labels.percent(0.05)}",
    ]
    if best is not last:
        facts.append(f"best so far {labels.percent(best['validation'])} at step {best['step']:,}")
    figure = f'<span class="figure">{labels.percent(last["validation"])}</span> right'
    st.html(
        f'<div class="answer" aria-live="polite"><p class="sentence">{figure} '
        f"<small>at step {last['step']:,}, on alphabets it is not trained on.</small></p>"
        f'<p class="note">{"; ".join(facts)}.</p></div>'
    )


def controls_ui(status: Status) -> None:
    """Start or queue, pause, single step, stop.

    Always the same four buttons, all but the last of fixed width: a button that appeared, vanished or moved while it is
    being clicked would lose the click.
    """
    state, active, locked = status.state, runs.active(), teacher.locked()
    other_active = active is not None and active.id != status.id
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if other_active:
            can_queue = status.startable and state != "queued"
            _button("Add to queue", "schedule", "go", runs.queue_up, status, locked or not can_queue)
        else:
            can_start = status.startable or state == "paused"
            label = "Resume" if status.step else "Start"
            _button(label, "play_arrow", "go", runs.start, status, locked or not can_start)
        _button("Pause", "pause", "pause", runs.pause, status, locked or state not in ("starting", "training"))
        can_step = state in ("training", "paused") or (status.startable and not other_active)
        _button("One step", "skip_next", "step", runs.step, status, locked or not can_step)
        label = "Remove from queue" if state == "queued" else "Stop"
        _button(label, "stop", "stop", runs.stop, status, locked or not status.stoppable, fixed=False)
        st.toggle("Freeze charts", key="train:frozen", help="Keeps zoom and labels while the run is training.")
        if other_active and status.startable:
            st.html(f'<p class="note">{html.escape(str(runs.busy()))}</p>')
    if failure := session.pop("train:failure", ""):
        messages.error(failure)


def _button(
    label: str,
    icon: str,
    key: str,
    act: Callable[[str], Any],
    status: Status,
    disabled: bool,
    fixed: bool = True,
) -> None:
    """Acts in a callback, before anything is drawn, so that no rerun loses the click."""
    icon, key, args = f":material/{icon}:", f"train:{key}", (act, status.id)
    width = round(BUTTON_WIDTH_PX * charts.scale()) if fixed else "content"
    st.button(label, icon=icon, disabled=disabled, key=key, on_click=_act, args=args, width=width)


def _act(act: Callable[[str], Any], run_id: str) -> None:
    if not teacher.locked():
        try:
            act(run_id)
        except UserError as error:
            session["train:failure"] = str(error)
