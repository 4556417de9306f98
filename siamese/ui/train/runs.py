"""The runs that are there: which is on view, which lie under it, what can be done with their weights, their table."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import streamlit as st

from siamese import runs
from siamese.errors import UserError
from siamese.runs import MAX_NAME_LENGTH, Run, Status
from siamese.ui import messages, models, state, teacher
from siamese.ui.train.words import PRESET_NAMES, STATES, class_badge, percent, source_name

session = st.session_state


def choose_ui(statuses: Sequence[Status]) -> str:
    """Id of the run on view: the chosen one, else the one that trains, else the newest."""
    names = {status.id: f"{status.name}, {status.created[5:16].replace('T', ' ')}" for status in statuses}
    if state.of("train").run not in names:
        state.of("train").run = ""  # somebody has deleted it
    one, under = st.columns([1, 1], vertical_alignment="bottom")
    one.selectbox(
        "Run on view",
        ["", *names],
        format_func=lambda run: names.get(run, "The one that trains, or the newest"),
        key=state.of("train").key("run"),
    )
    on_view = state.of("train").run or next((s.id for s in statuses if s.active), statuses[0].id)
    session.setdefault("train:under", [])
    session["train:under"] = [run for run in session["train:under"] if run in names]
    under.multiselect(
        "Laid under it to compare", list(names), format_func=names.get, key="train:under", placeholder="Earlier runs"
    )
    return on_view


def keep_ui(run_id: str) -> None:
    """What can be done with the run on view: use it in the app, take it away, name it, delete it."""
    try:
        status = runs.status(run_id)
    except UserError:
        return
    run, locked, has_weights = status.run, teacher.locked(), status.weights is not None
    if run is None:
        _delete_ui(status, locked)
        return
    with st.container(key="keep", horizontal=True, vertical_alignment="center", gap="small"):
        if state.of(state.SHARED).network == run.id:
            if st.button("Back to the shipped network", icon=":material/undo:"):
                state.of(state.SHARED).network = ""
                st.rerun()
        elif st.button(
            "Use in the app", icon=":material/check:", disabled=not has_weights, help="Recognise then answers with it."
        ):
            state.of(state.SHARED).network = run.id
            st.rerun()
        with st.popover("Export", disabled=not has_weights):
            st.html('<p class="note">The weights that were best on validation, or else the newest.</p>')
            _download("Weights (safetensors, with their record)", _zipped, run, f"{run.id}.zip", "application/zip")
            _download(
                "For Keras (.keras)",
                lambda run: models.export_keras(run.id),
                run,
                f"{run.id}.keras",
                "application/octet-stream",
            )
        with st.popover("Rename", disabled=locked):
            _rename_ui(run)
        _delete_ui(status, locked or status.active or status.state == "queued")
        if state.of(state.SHARED).network == run.id:
            st.html(f'<p class="note">Recognise answers with it {class_badge()}</p>')
        elif not has_weights:
            st.html(
                '<p class="note">It has no weights yet: they are written at its first validation, and when it stops.</p>'
            )


def _delete_ui(status: Status, disabled: bool) -> None:
    with st.popover("Delete", disabled=disabled):
        st.html(
            f'<p class="note"><b>{html.escape(status.name)}</b> and its weights will be deleted. This cannot be undone.</p>'
        )
        if st.button("Delete for good", type="primary") and not teacher.locked():
            _do(runs.delete, status.id)


def _download(label: str, make: Any, run: Run, file: str, kind: str) -> None:
    """A button that makes the file when it is pressed."""
    st.download_button(
        label, lambda: make(run), file, kind, on_click="ignore", icon=":material/download:", key=f"train:{file}"
    )


def _zipped(run: Run) -> bytes:
    """The weights with the record without which they cannot be loaded, as a zip."""
    source, content = runs.weights(run.id, runs.BEST), io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for suffix in (".safetensors", ".json"):
            archive.write(source.with_suffix(suffix), f"{run.id}{suffix}")
    return content.getvalue()


def _rename_ui(run: Run) -> None:
    name = st.text_input("Name", run.name, max_chars=MAX_NAME_LENGTH, key=f"train:rename {run.id} {run.name}")
    if st.button("Rename it", disabled=name == run.name) and not teacher.locked():
        _do(runs.rename, run.id, name)


def _do(act: Any, *given: str) -> None:
    try:
        act(*given)
    except UserError as error:
        messages.error(str(error))
        return
    st.rerun()


def table_ui(statuses: Sequence[Status], on_view: str) -> None:
    """All runs with their best validation: what is compared."""
    rows = []
    for status in statuses:
        run, best = status.run, status.best
        figure = (
            f"{percent(best['accuracy'])} <small>{percent(best['low'])} to {percent(best['high'])}</small>"
            if best
            else "–"
        )
        started = status.created[:16].replace("T", " ")
        facts = (PRESET_NAMES.get(run.preset, run.preset), source_name(run.data), started) if run else ("–", "–", "–")
        cells = "".join(f"<td>{html.escape(fact)}</td>" for fact in facts)
        rows.append(
            f'<tr class="{"on" if status.id == on_view else ""}"><th scope="row">{html.escape(status.name)}</th>{cells}'
            f'<td class="number">{status.step:,} / {status.steps:,}</td><td class="number">{figure}</td><td>{STATES[status.state]}</td></tr>'
        )
    header = "".join(f"<th>{name}</th>" for name in ("Run", "Preset", "Data", "Started"))
    numbers = '<th class="number">Steps</th><th class="number">Best on validation</th><th>State</th>'
    st.html(
        f'<div class="wide"><table class="runs"><thead><tr>{header}{numbers}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )
