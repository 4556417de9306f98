"""The curves of the run on view, with earlier runs under them; drawn once for all who watch."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from siamese import runs
from siamese.errors import UserError
from siamese.figures import style
from siamese.figures import training as figures
from siamese.runs import Run, Status

DRAWN = 48
"""Sets of figures that are kept, 100 kB each."""

session = st.session_state


def others(run_id: str) -> list[Run]:
    """Runs to lie under the one on view, as chosen."""
    found = []
    for other in session.get("train:under", []):
        try:
            if other != run_id and (run := runs.status(other).run):
                found.append(run)
        except UserError:
            continue
    return found


def curves_ui(status: Status, under: Sequence[Run]) -> None:
    """Accuracy above, loss and pairs below; drawn anew when there is something new to see."""
    run, dark = status.run, st.context.theme.type == "dark"
    line = runs.curve(run.id)
    now = (figures.mark(line.length) if status.active else line.length, len(line.validations()))
    drawn = session.get("train:drawn")
    if session["train:still"] and drawn and drawn[0] == run.id:
        now = drawn[1]
    session["train:drawn"] = (run.id, now)
    lines = [_curve(run, *now), *(_curve(other, None, None) for other in under)]
    key = [
        (found.id, line.name, len(line.steps["step"]), len(line.validations))
        for found, line in zip([run, *under], lines, strict=True)
    ]
    accuracy, loss, pairs = _figures(key, dark, run.config.schedule.validation_trials, runs.nearest(run.id), lines)
    _chart(
        accuracy,
        f"{run.id}-accuracy",
        "One-shot accuracy at each validation; the table below has the best of each run.",
    )
    one, two = st.columns(2, gap="medium")
    with one:
        _chart(loss, f"{run.id}-loss", "The loss at each step.")
    with two:
        _chart(pairs, f"{run.id}-pairs", "Right decisions on the pairs of each step.")


@st.cache_resource(max_entries=DRAWN, show_spinner=False)
def _figures(
    key: list[tuple[str, str, int, int]],
    dark: bool,
    asked: int,
    rival: dict[str, float] | None,
    _lines: list[figures.Curve],
) -> tuple[go.Figure, go.Figure, go.Figure]:
    """Accuracy, loss and pairs: drawn once for all who watch. `key` tells the curves, `_lines`, apart."""
    curve, *earlier = _lines
    last = curve.validations[-1] if curve.validations else {}
    trials = (last.get("validation_trials", asked), last.get("background_trials", max(1, asked // 4)))
    return (
        figures.accuracy(curve, earlier, rival, trials, dark),
        figures.loss(curve, earlier, dark),
        figures.pairs(curve, earlier, dark),
    )


def _curve(run: Run, length: int | None, validations: int | None) -> figures.Curve:
    line = runs.curve(run.id)
    steps = {name: values[:length] for name, values in line.steps().items()}
    return figures.Curve(run.name, steps, line.validations()[:validations], run.config.schedule.steps)


def _chart(figure: go.Figure, name: str, words: str) -> None:
    st.plotly_chart(figure, theme=None, key=f"chart {name}", config=style.config(name), alt=words)
