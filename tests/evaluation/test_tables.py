from __future__ import annotations

from siamese.evaluation.tables import as_csv


def test_rows_become_lines_with_one_header():
    rows = [{"scorer": "network", "accuracy": 0.95, "low": None}, {"scorer": 'a, "b"', "accuracy": 1, "low": 0.5}]
    assert as_csv(rows) == 'scorer,accuracy,low\nnetwork,0.95,\n"a, ""b""",1,0.5\n'


def test_no_rows_are_an_empty_text():
    assert as_csv([]) == ""
