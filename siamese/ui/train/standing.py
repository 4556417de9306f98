"""How a run stands, as HTML: its state and progress, its last validation as a sentence. User text is escaped."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from siamese.runs import Status
from siamese.ui.train.words import STATES, duration, percent


def head(status: Status) -> None:
    """A run's name, state and progress in one line with a bar under it; why it failed or waits."""
    words = STATES[status.state]
    facts = [f"step {status.step:,} of {status.steps:,}"] if status.run else []
    if status.state == "training" and status.drawings_per_second:
        facts.append(f"{status.drawings_per_second:,.0f} drawings per second")
    if status.state in ("training", "paused") and status.seconds_left is not None:
        facts.append(f"about {duration(status.seconds_left)} left")
    if status.state == "starting":
        facts.append("TensorFlow wakes and compiles the step, which takes up to a minute")
    if status.place:
        facts.append(f"number {status.place} in the queue")
    if status.state == "interrupted":
        facts.append("its process is gone; it goes on from its last checkpoint when resumed")
    if status.problem:
        facts.append(status.problem)
    share = min(1.0, status.step / status.steps) if status.steps else 0.0
    st.html(
        f'<div class="run {status.state}"><p class="line"><b>{html.escape(status.name)}</b><span class="badge state">{words}</span>'
        f'<span class="note">{" · ".join(html.escape(fact) for fact in facts)}</span></p>'
        f'<span class="progress"><span style="width:{share:.2%}"></span></span></div>'
    )


def sentence(status: Status, validations: Sequence[Mapping[str, Any]], nearest: Mapping[str, float] | None) -> None:
    """The last validation as a sentence, or what will be there."""
    if not validations:
        first = f"The first answer comes at step {min(status.run.config.schedule.validate_every, status.steps):,}."
        note = "Then twenty characters that the network has never seen, one example each: chance is 5 %."
        st.html(f'<div class="answer waiting"><p class="sentence">{first}</p><p class="note">{note}</p></div>')
        return
    last = validations[-1]
    best = max(validations, key=lambda v: v["validation"])
    facts = [
        f"{last['validation_trials']:,} trials, 20-way 1-shot, 95 % interval {percent(last['validation_low'])} to {percent(last['validation_high'])}",
        f"on its training alphabets {percent(last['background'])}",
        *([f"nearest neighbour {percent(nearest['accuracy'])} on the same trials"] if nearest else []),
        "chance 5\N{NO-BREAK SPACE}%",
    ]
    if best is not last:
        facts.append(f"its best was {percent(best['validation'])} at step {best['step']:,}")
    st.html(
        f'<div class="answer" aria-live="polite"><p class="sentence"><span class="figure">{percent(last["validation"])}</span> right '
        f'<small>at step {last["step"]:,}, of characters it has never seen.</small></p><p class="note">{"; ".join(facts)}.</p></div>'
    )
