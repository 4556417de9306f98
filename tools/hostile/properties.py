"""R13: every property of the tests (hypothesis) with 1,000 generated cases, whatever number its test sets."""

from __future__ import annotations

import time
import unittest.mock

import hypothesis
import pytest

from tests.browser.server import ROOT
from tools.hostile.measure import print_table

CASES = 1_000
LEAST_PROPERTIES = 25


class _Plugin:
    """Keeps the properties among the tests, gives each 1,000 cases, and notes how it ended."""

    def __init__(self, cases: int):
        self._cases = cases
        self.rows: list[tuple[str, int, float, float, str]] = []
        self.failed: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if hypothesis.is_hypothesis_test(getattr(item, "obj", None))]
        for item in items:
            # A profile would not do: it gives way to the numbers that the tests set.
            item.obj._hypothesis_internal_use_settings = hypothesis.settings(
                item.obj._hypothesis_internal_use_settings,
                max_examples=self._cases,
                deadline=None,
                database=None,
                suppress_health_check=list(hypothesis.HealthCheck),
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item):
        cases, execute = 0, item.obj.hypothesis.inner_test

        def counted(*arguments, **named):
            nonlocal cases
            cases += 1
            return execute(*arguments, **named)

        start = time.monotonic()
        try:
            with unittest.mock.patch.object(item.obj.hypothesis, "inner_test", counted):
                return (yield)
        finally:
            self.rows.append((item.nodeid.split("tests/")[-1], cases, time.monotonic() - start, 0, ""))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(f"{report.nodeid}: {str(report.longrepr).splitlines()[-1]}")


def run(short: bool) -> bool:
    """Print the figure; whether the goal is reached."""
    plugin = _Plugin(CASES // (20 if short else 1))
    options = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--no-header", "--tb=line"]
    pytest.main([*options, str(ROOT / "tests")], plugins=[plugin])
    print_table(plugin.rows)
    print(f"  {len(plugin.rows)} properties, {sum(row[1] for row in plugin.rows):,} cases")
    print(f"  faults: {len(plugin.failed)}", *plugin.failed, sep="\n    ")
    return not plugin.failed and len(plugin.rows) >= LEAST_PROPERTIES
