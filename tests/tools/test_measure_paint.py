"""The measurement of pages after a click: every page is visited, and the quantiles are those of its visits."""

from __future__ import annotations

from siamese.ui.page import PAGES
from tools import measure_paint


def test_every_page_of_the_navigation_is_measured():
    assert list(measure_paint.PAGE) == [name for _, name in PAGES]


def test_median_and_p95_are_printed_for_each_page_and_for_all(capsys):
    measure_paint.report({"Start": [(0.1, 0.2), (0.3, 0.4)], "Train": [(0.5, 0.5)] * 2})
    start, train, everything = capsys.readouterr().out.splitlines()
    assert start.split(": ")[1] == "heading 0.20, p95 0.29; main element 0.30, p95 0.39"
    assert train.split(": ")[1] == "heading 0.50, p95 0.50; main element 0.50, p95 0.50"
    assert everything.startswith("all pages    4 visits: heading 0.40, p95 0.50; main element 0.45")
