"""The table of all runs."""

from __future__ import annotations

import re

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
