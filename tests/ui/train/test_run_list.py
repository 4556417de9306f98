"""The table of all runs."""

from __future__ import annotations

import pathlib
import re

from streamlit.testing.v1 import AppTest

from siamese.ui.train import run_list


def test_a_row_has_the_settings_the_steps_and_the_best_validation(status):
    best = {"accuracy": 0.5, "low": 0.4, "high": 0.6, "trials": 10}
    row = run_list._row(status("failed", step=250, best=best, problem='No "space".'), "lesson-1")
    cells = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", row)]
    assert [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in cells] == [
        "Our &lt;run&gt;",
        "failed",
        "250 / 1,000",
        "50.0 % 40.0 % to 60.0 %",
        "Lesson",
        "Built-in",
        "2026-01-02 03:04",
    ]
    assert row.startswith('<tr class="shown">')
    assert 'title="No &quot;space&quot;."' in row


def test_a_run_without_weights_has_no_accuracy_and_another_is_shown(status):
    row = run_list._row(status("new"), "lesson-2")
    assert '<td class="number">–</td>' in row
    assert row.startswith('<tr class="">')
    assert "title" not in row


def test_damaged_runs_are_below_the_table(status, sent, monkeypatch):
    damaged = status("damaged", run=None, problem="x cannot be <used>.")
    below = []
    monkeypatch.setattr(run_list, "_damaged_ui", below.append)
    run_list.table_ui([damaged, status("new")], "")
    assert sent[0].count("<tr") == 2
    assert below == [damaged]
    run_list.table_ui([damaged])
    assert len(sent) == 1  # no table without a row


def actions() -> None:
    import streamlit as st

    from siamese.ui.train import run_list

    run_list.actions_ui(st.session_state["status"])


def shown(status, locked: bool, monkeypatch, network: str = "") -> dict[str, bool]:
    """Every button below a run, and whether it can be pressed."""
    monkeypatch.setattr(run_list.teacher, "locked", lambda: locked)
    app = AppTest.from_function(actions)
    app.session_state["status"], app.session_state["network"] = status, network
    app.run(timeout=60)
    assert [error.value for error in app.exception] == []
    buttons = [*app.button, *(element.proto for element in app.get("download_button"))]
    return {button.label: not button.disabled for button in buttons}


def test_a_teacher_uses_exports_renames_and_deletes_a_run(status, monkeypatch):
    weights = pathlib.Path("best.safetensors")
    assert shown(status("finished", weights=weights), locked=False, monkeypatch=monkeypatch) == {
        "Use in the app": True,
        "Weights with their record (safetensors)": True,
        "For Keras (.keras)": True,
        "Rename run": False,  # until another name is typed
        "Delete permanently": True,
    }


def test_students_export_nothing(status, monkeypatch):
    buttons = shown(status("finished", weights=pathlib.Path("best.safetensors")), locked=True, monkeypatch=monkeypatch)
    assert set(buttons) == {"Use in the app", "Rename run", "Delete permanently"}


def test_the_network_that_answers_can_be_given_up_and_one_without_weights_not_used(status, monkeypatch):
    assert shown(status("new"), locked=False, monkeypatch=monkeypatch)["Use in the app"] is False
    used = shown(status("stopped"), locked=False, monkeypatch=monkeypatch, network="lesson-1")
    assert used["Use the shipped network"] is True
