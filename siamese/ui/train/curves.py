"""The curves of the shown run with those of other runs, drawn once for all who watch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st

from siamese import runs
from siamese.figures import training as figures
from siamese.runs import Run, Status
from siamese.ui import charts

MAX_CACHED_FIGURES = 48
"""Sets of figures that are kept, 100 kB each."""

session = st.session_state


def compared_runs(run_id: str) -> list[Run]:
    """The runs chosen to be compared with this one."""
    chosen = set(session.get("train:compared", [])) - {run_id}
    return [status.run for status in runs.statuses() if status.id in chosen and status.run]


def curves_ui(status: Status, compared: Sequence[Run]) -> None:
    """Accuracy above, loss and pairs below; drawn again when there is something new to see."""
    run, curve = status.run, runs.curve(status.id)
    last = figures.last_drawn(curve.length) if status.active else curve.length
    extent = last, len(curve.validations())
    frozen = session.get("train:drawn")
    if session.get("train:frozen") and frozen and frozen[0] == run.id:
        extent = frozen[1]
    session["train:drawn"] = run.id, extent
    lines = [_line(run, *extent), *(_line(other) for other in compared)]
    owners = [run, *compared]
    key = [
        (owner.id, line.name, len(line.steps["step"]), len(line.validations))
        for owner, line in zip(owners, lines, strict=True)
    ]
    trials = run.config.schedule.validation_trials
    accuracy, loss, pairs = _figures(key, charts.dark(), charts.scale(), trials, runs.nearest(run.id), lines)
    alt = "One-shot accuracy at each validation. The list of all runs has the best accuracy of each."
    charts.chart(accuracy, f"{run.id}-accuracy", alt)
    left, right = st.columns(2, gap="medium")
    with left:
        charts.chart(loss, f"{run.id}-loss", "The loss at each step.")
    with right:
        charts.chart(pairs, f"{run.id}-pairs", "The share of correct decisions on the pairs of each step.")


@st.cache_resource(max_entries=MAX_CACHED_FIGURES, show_spinner=False)
def _figures(
    key: list[tuple[str, str, int, int]],
    dark: bool,
    scale: float,
    trials: int,
    nearest: Mapping[str, float] | None,
    _lines: list[figures.Curve],
) -> tuple[go.Figure, go.Figure, go.Figure]:
    """Accuracy, loss and pairs. key: identifies `_lines`, the shown run first; trials: per validation, configured."""
    curve, *compared = _lines
    last = curve.validations[-1] if curve.validations else {}
    counts = last.get("validation_trials", trials), last.get("background_trials", max(1, trials // 4))
    return (
        figures.accuracy(curve, compared, nearest, counts, dark, scale),
        figures.loss(curve, compared, dark, scale),
        figures.pairs(curve, compared, dark, scale),
    )


def _line(run: Run, length: int | None = None, validations: int | None = None) -> figures.Curve:
    curve = runs.curve(run.id)
    steps = {name: values[:length] for name, values in curve.steps().items()}
    return figures.Curve(run.name, steps, curve.validations()[:validations], run.config.schedule.steps)
