"""The table of all runs."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import pathlib
import re
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from siamese import runs
from siamese.errors import UserError
from siamese.ui import state
from siamese.ui.train import run_list
from tests.apps import markup, part_of, press, ran


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


def chosen(statuses, **session):
    return part_of(run_list.choose_ui, statuses, **{f"train__{name}": value for name, value in session.items()})


def named(status, run_id: str, state: str):
    made = status(state, id=run_id)
    return dataclasses.replace(made, run=dataclasses.replace(made.run, name=f"Run {run_id}"))


def test_the_run_that_is_shown_is_the_chosen_one_else_the_active_one_else_the_newest(status, monkeypatch):
    monkeypatch.setattr(state, "forget_deleted", lambda: None)
    damaged = status("damaged", id="d", run=None)
    stopped, active, old = (named(status, *given) for given in (("b", "stopped"), ("c", "training"), ("a", "finished")))
    assert chosen([damaged, stopped, active, old], run="a").session_state["returned"] == "a"
    assert chosen([damaged, stopped, active, old]).session_state["returned"] == "c"
    app = chosen([damaged, stopped, old])
    assert app.session_state["returned"] == "b"
    box = app.selectbox(key="train:run")
    assert box.options == ["The active run, or the newest", "Run b, 2026-01-02 03:04", "Run a, 2026-01-02 03:04"]
    gone = chosen([stopped, old], run="d")
    assert (gone.session_state["returned"], gone.session_state["train:run"]) == ("b", "")


def test_runs_that_are_gone_are_no_longer_compared(status):
    app = chosen([named(status, "b", "stopped"), named(status, "a", "finished")], compared=["gone", "a"])
    box = app.multiselect(key="train:compared")
    assert (box.label, box.value) == ("Compare with", ["a"])
    assert box.options == ["Run b, 2026-01-02 03:04", "Run a, 2026-01-02 03:04"]


def test_a_run_is_used_in_the_app_and_given_up_again(status, monkeypatch):
    monkeypatch.setattr(run_list.teacher, "locked", lambda: True)
    monkeypatch.setattr(state, "forget_deleted", lambda: None)
    ready = status("finished", weights=pathlib.Path("best.safetensors"))
    app = part_of(run_list.actions_ui, ready)
    assert "No weights yet" not in markup(app)
    assert "Recognise answers with it" not in markup(app)
    press(app, "Use in the app")
    assert app.session_state["network"] == "lesson-1"
    assert "Recognise answers with it" in markup(app)
    press(app, "Use the shipped network")
    assert app.session_state["network"] == ""
    assert "No weights yet" in markup(part_of(run_list.actions_ui, status("new")))


def test_exports_are_files_of_the_run(status, monkeypatch):
    made = []
    monkeypatch.setattr(run_list, "zipped_weights", lambda run_id: made.append(("zip", run_id)) or b"z")
    monkeypatch.setattr(run_list.models, "export_keras", lambda run_id: made.append(("keras", run_id)) or b"k")
    offered = []
    monkeypatch.setattr(run_list.st, "download_button", lambda *given, **options: offered.append((given, options)))
    monkeypatch.setattr(run_list.st, "html", lambda markup: None)
    run_list._export_ui(status("finished"))
    assert [(given[0], given[2], given[3]) for given, _ in offered] == [
        ("Weights with their record (safetensors)", "lesson-1.zip", "application/zip"),
        ("For Keras (.keras)", "lesson-1.keras", "application/octet-stream"),
    ]
    assert [given[1]() for given, _ in offered] == [b"z", b"k"]
    assert made == [("zip", "lesson-1"), ("keras", "lesson-1")]
    assert len({options["key"] for _, options in offered}) == 2
    assert {options["on_click"] for _, options in offered} == {"ignore"}


def test_weights_are_zipped_with_their_record(tmp_path, monkeypatch):
    asked = []
    source = tmp_path / "weights.safetensors"
    source.write_bytes(b"weights")
    source.with_suffix(".json").write_bytes(b"record")
    monkeypatch.setattr(run_list.runs, "weights", lambda *given: asked.append(given) or source)
    with zipfile.ZipFile(io.BytesIO(run_list.zipped_weights("lesson-1"))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "lesson-1.safetensors": b"weights",
            "lesson-1.json": b"record",
        }
    assert asked == [("lesson-1", "best")]


@pytest.fixture
def changes(monkeypatch) -> list[tuple]:
    """What was renamed and deleted; the visitor is the teacher."""
    made: list[tuple] = []
    monkeypatch.setattr(run_list.runs, "rename", lambda *given: made.append(("rename", *given)))
    monkeypatch.setattr(run_list.runs, "delete", lambda *given: made.append(("delete", *given)))
    monkeypatch.setattr(run_list.teacher, "locked", lambda: False)
    return made


def test_a_run_gets_another_name(status, changes):
    app = part_of(run_list._rename_ui, status("stopped"))
    (field,) = app.text_input
    assert (field.label, field.value, field.max_chars) == ("Name", "Our <run>", runs.MAX_NAME_LENGTH)
    assert app.button[0].disabled
    ran(field.set_value("Ours").run())
    press(app, "Rename run")
    assert changes == [("rename", "lesson-1", "Ours")]


def test_a_run_is_deleted_after_a_confirmation(status, changes):
    app = part_of(run_list.delete_ui, status("stopped"))
    assert "<b>Our &lt;run&gt;</b> and its weights will be deleted. This cannot be undone." in markup(app)
    press(app, "Delete permanently")
    assert changes == [("delete", "lesson-1")]


@pytest.mark.parametrize(
    ("locked", "state_", "disabled"),
    [(False, "stopped", False), (True, "stopped", True), (False, "training", True), (False, "queued", True)],
)
def test_runs_at_work_or_in_the_queue_are_not_deleted_nor_by_students(locked, state_, disabled, status, monkeypatch):
    popovers = []
    monkeypatch.setattr(run_list.teacher, "locked", lambda: locked)
    monkeypatch.setattr(run_list.st, "html", lambda markup: None)
    monkeypatch.setattr(run_list.st, "button", lambda *given, **options: True)
    monkeypatch.setattr(run_list.runs, "delete", lambda run_id: popovers.append("deleted"))
    monkeypatch.setattr(run_list.st, "rerun", lambda: None)

    def popover(label, disabled, key):
        popovers.append(disabled)
        return contextlib.nullcontext()

    monkeypatch.setattr(run_list.st, "popover", popover)
    run_list.delete_ui(status(state_))
    assert popovers[0] is disabled
    assert ("deleted" in popovers) == (not locked)


def test_a_students_click_on_rename_that_was_on_its_way_does_nothing(status, changes, monkeypatch):
    monkeypatch.setattr(run_list.teacher, "locked", lambda: True)
    monkeypatch.setattr(run_list.st, "text_input", lambda *given, **options: "Other")
    monkeypatch.setattr(run_list.st, "button", lambda *given, **options: True)
    run_list._rename_ui(status("stopped"))
    assert changes == []


def test_what_cannot_be_changed_is_explained(status, changes, monkeypatch):
    def refuse(*given):
        raise UserError("It is <gone>.")

    monkeypatch.setattr(run_list.runs, "delete", refuse)
    app = part_of(run_list.delete_ui, status("stopped"))
    press(app, "Delete permanently")
    assert app.error[0].value == "It is \\<gone\\>."


def test_a_damaged_run_says_what_is_wrong_and_can_be_deleted(status, changes):
    damaged = status("damaged", run=None, problem="/srv/home/runs/x.json cannot be <read>.")
    app = part_of(run_list.table_ui, [damaged])
    assert '<p class="note damaged">x.json cannot be &lt;read&gt;.</p>' in markup(app)
    assert "/srv" not in markup(app)
    press(app, "Delete permanently")
    assert changes == [("delete", "lesson-1")]


def test_the_table_names_its_columns(status):
    page = markup(part_of(run_list.table_ui, [status("new")], "lesson-1"))
    heads = re.findall("<th(?: [^>]*)?>(.*?)</th>", page.split("</thead>")[0])
    assert heads == ["Run", "Status", "Steps", "Best on validation", "Preset", "Data", "Created"]
    assert '<tr class="shown">' in page


@pytest.mark.parametrize(
    ("locked", "weights", "disabled"),
    [
        (False, True, {"Export": False, "Rename": False, "Delete": False}),
        (False, False, {"Export": True, "Rename": False, "Delete": False}),
        (True, True, {"Export": True, "Rename": True, "Delete": True}),
    ],
)
def test_what_may_not_be_done_cannot_be_opened(locked, weights, disabled, status, monkeypatch):
    opened, popover = {}, run_list.st.popover

    def noted(label, disabled=False, **options):
        opened[label] = disabled
        return popover(label, disabled=disabled, **options)

    monkeypatch.setattr(run_list.st, "popover", noted)
    monkeypatch.setattr(run_list.teacher, "locked", lambda: locked)
    part_of(run_list.actions_ui, status("finished", weights=pathlib.Path("best.safetensors") if weights else None))
    assert opened == disabled
