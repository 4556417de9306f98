"""All runs: which one is shown and compared, their table, and what can be done with the weights of one."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from siamese import runs
from siamese.errors import UserError
from siamese.runs import Status
from siamese.ui import messages, models, state, teacher
from siamese.ui.server_paths import without_paths
from siamese.ui.train import labels

session = st.session_state
choices = state.of("train")


def choose_ui(statuses: Sequence[Status]) -> str:
    """Id of the run to show: the chosen one, else the active one, else the newest. There must be an undamaged one."""
    usable = [status for status in statuses if status.run]
    names = {status.id: f"{status.name}, {labels.date(status.created)}" for status in usable}
    if choices.run not in names:
        choices.run = ""  # it was deleted, or is damaged
    session["train:compared"] = [run for run in session.get("train:compared", []) if run in names]
    left, right = st.columns(2, vertical_alignment="bottom")
    left.selectbox(
        "Run",
        ["", *names],
        format_func=lambda run_id: names.get(run_id, "The active run, or the newest"),
        key=choices.key("run"),
    )
    placeholder = "Other runs"
    right.multiselect("Compare with", list(names), format_func=names.get, key="train:compared", placeholder=placeholder)
    return choices.run or next((status.id for status in usable if status.active), usable[0].id)


def actions_ui(status: Status) -> None:
    """What can be done with a run: use its weights in the app, export, rename and delete it."""
    locked, in_use = teacher.locked(), state.of(state.SHARED).network == status.id
    has_weights = status.weights is not None
    with st.container(key="run_actions", horizontal=True, vertical_alignment="center", gap="small"):
        if in_use:
            st.button("Use the shipped network", icon=":material/undo:", on_click=models.use_shipped)
        else:
            help_text = "Recognise and the other pages then answer with this network."
            st.button(
                "Use in the app",
                icon=":material/check:",
                disabled=not has_weights,
                help=help_text,
                on_click=_use,
                args=(status.id,),
            )
        with st.popover("Export", disabled=locked or not has_weights):
            if not locked:  # a .keras file takes a core for some seconds
                _export_ui(status)
        with st.popover("Rename", disabled=locked):
            _rename_ui(status)
        delete_ui(status)
        if in_use:
            st.html(f'<p class="note">Recognise answers with it {models.TRAINED_BADGE}</p>')
        elif not has_weights:
            st.html(
                '<p class="note">No weights yet: they are saved at the first validation and when the run stops.</p>'
            )


def _use(run_id: str) -> None:
    state.of(state.SHARED).network = run_id


def _export_ui(status: Status) -> None:
    st.html('<p class="note">The weights that were best on validation, or else the newest.</p>')
    for label, make, file, mime in (
        ("Weights with their record (safetensors)", zipped_weights, f"{status.id}.zip", "application/zip"),
        ("For Keras (.keras)", models.export_keras, f"{status.id}.keras", "application/octet-stream"),
    ):
        st.download_button(
            label,
            lambda make=make: make(status.id),
            file,
            mime,
            on_click="ignore",
            icon=":material/download:",
            key=f"train:{file}",
        )


def zipped_weights(run_id: str) -> bytes:
    """The best weights with their record, without which they cannot be loaded, as a zip. Raises RunError."""
    source, content = runs.weights(run_id, runs.BEST), io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for suffix in (".safetensors", ".json"):
            archive.write(source.with_suffix(suffix), f"{run_id}{suffix}")
    return content.getvalue()


def _rename_ui(status: Status) -> None:
    key = f"train:rename {status.id} {status.name}"
    name = st.text_input("Name", status.name, max_chars=runs.MAX_NAME_LENGTH, key=key)
    if st.button("Rename run", disabled=name == status.name) and not teacher.locked():
        _change(runs.rename, status.id, name)


def delete_ui(status: Status) -> None:
    """The button that deletes a run, damaged or not, after a confirmation."""
    disabled = teacher.locked() or status.active or status.state == "queued"
    with st.popover("Delete", disabled=disabled, key=f"train:delete {status.id}"):
        what = f"<b>{html.escape(status.name)}</b> and its weights will be deleted. This cannot be undone."
        st.html(f'<p class="note">{what}</p>')
        key = f"train:delete_now {status.id}"
        if st.button("Delete permanently", type="primary", key=key) and not teacher.locked():
            _change(runs.delete, status.id)


def _change(act: Callable[..., Any], *arguments: str) -> None:
    try:
        act(*arguments)
    except UserError as error:
        messages.error(str(error))
        return
    st.rerun()


def table_ui(statuses: Sequence[Status], shown: str = "") -> None:
    """All undamaged runs with the accuracy of their best weights on validation; then the damaged ones."""
    head = '<th>Run</th><th>Status</th><th class="number">Steps</th><th class="number">Best on validation</th>'
    head += "<th>Preset</th><th>Data</th><th>Created</th>"  # what a phone shows last
    rows = "".join(_row(status, shown) for status in statuses if status.run)
    if rows:
        st.html(
            f'<div class="wide"><table class="runs"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        )
    for status in statuses:
        if not status.run:
            _damaged_ui(status)


def _row(status: Status, shown: str) -> str:
    run, best = status.run, status.best
    accuracy = "–"
    if best:
        interval = f"{labels.percent(best['low'])} to {labels.percent(best['high'])}"
        accuracy = f"{labels.percent(best['accuracy'])} <small>{interval}</small>"
    facts = (labels.preset(run.preset), labels.data(run.data), labels.date(run.created))
    cells = "".join(f"<td>{html.escape(fact)}</td>" for fact in facts)
    problem = f' title="{html.escape(without_paths(status.problem))}"' if status.problem else ""
    return (
        f'<tr class="{"shown" if run.id == shown else ""}"><th scope="row">{html.escape(run.name)}</th>'
        f"<td{problem}>{labels.STATES[status.state]}</td>"
        f'<td class="number">{status.step:,} / {status.steps:,}</td><td class="number">{accuracy}</td>{cells}</tr>'
    )


def _damaged_ui(status: Status) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<p class="note damaged">{html.escape(without_paths(status.problem))}</p>')
        delete_ui(status)
