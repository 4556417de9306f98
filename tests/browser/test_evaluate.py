"""The Evaluate page in a real browser: a curve is stopped, continued and saved; with Omniglot and without."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from tests import drawn
from tests.browser.server import serve

RESULT = ".result:not(.waiting)"


@pytest.fixture(scope="session")
def with_omniglot(tmp_path_factory):
    """Address of an app whose home has scribbles in Omniglot's place."""
    folder = tmp_path_factory.mktemp("app with Omniglot")
    drawn.omniglot_home(folder / "home", characters=12, drawers=6)
    with serve(folder) as address:
        yield address


@pytest.fixture(params=["without Omniglot", "with Omniglot"])
def app(request):
    """Both apps in turn: overrides the one of conftest.py."""
    return request.getfixturevalue("app_without" if request.param == "without Omniglot" else "with_omniglot")


@pytest.fixture(scope="session")
def app_without(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("app without")) as address:
        yield address


def button(page, name: str):
    """A button of the page: Streamlit has a Stop of its own above it."""
    return page.get_by_test_id("stMainBlockContainer").get_by_role("button", name=name, exact=True)


def measure(page) -> None:
    """Begin to measure, whether or not recorded results are shown, and wait until something is done."""
    page.get_by_test_id("stMainBlockContainer").get_by_role("button", name=re.compile("^Measure( again)?$")).click()
    page.get_by_text(re.compile(r"[1-9]\d*% done")).wait_for()


def share(page) -> int:
    """Per cent done."""
    return int(re.match(r"(\d+)% done", page.get_by_text(re.compile(r"\d+% done")).inner_text()).group(1))


def saved(page, name: str) -> str:
    with page.expect_download() as download:
        button(page, name).click()
    return download.value.path().read_text(encoding="utf-8")


def picture(page, form: str) -> bytes:
    """What the chart's camera saves once it saves this form.

    Plotly reports a saved picture to the chart, and fails on the console when the chart was replaced in between: so the
    page comes to rest before, and nothing is touched for a while after.
    """
    for _ in range(20):
        page.wait_for_timeout(500)
        page.locator("[data-test-script-state=notRunning]").wait_for()
        page.locator(".js-plotly-plot").last.hover()
        with page.expect_download() as download:
            page.locator(".modebar-btn[data-title*='ownload']").last.click()
        page.wait_for_timeout(1000)
        if download.value.suggested_filename.endswith(form):
            return download.value.path().read_bytes()
    raise AssertionError(f"The camera saves {download.value.suggested_filename}.")


def test_a_curve_is_stopped_continued_and_saved(open_ready, app, with_omniglot):
    page = open_ready("evaluate?ways=10&trials=100")
    page.get_by_text("Omniglot validation" if app == with_omniglot else "Built-in, unseen").first.wait_for()
    page.locator(".js-plotly-plot").wait_for()
    measure(page)
    button(page, "Stop").click()
    button(page, "Continue").wait_for()
    before = share(page)
    assert 0 < before < 100
    button(page, "Continue").click()
    button(page, "Measure other trials").wait_for(timeout=180_000)
    rows = list(csv.DictReader(io.StringIO(saved(page, "CSV"))))
    assert {row["trials"] for row in rows} == {"100"}
    assert {row["scorer"] for row in rows} == {"network", "training", "nearest", "normalised", "hausdorff"}
    assert [int(row["ways"]) for row in rows if row["scorer"] == "network"] == list(range(2, 11))
    kept = json.loads(saved(page, "JSON"))
    assert kept["rows"][0]["accuracy"] == pytest.approx(float(rows[0]["accuracy"]))
    network = next(row for row in kept["rows"] if row["scorer"] == "network" and row["ways"] == 10)
    assert f"right in {100 * network['accuracy']:.1f} % of trials" in page.locator(RESULT).inner_text()
    assert picture(page, "png").startswith(b"\x89PNG")
    page.get_by_text("SVG", exact=True).click()
    assert picture(page, "svg").startswith(b"<svg")
    again = open_ready(page.url.split("/")[-1])
    again.get_by_text("N up to").wait_for()
    assert again.get_by_role("slider").first.input_value() == "10"


def test_the_page_answers_while_it_measures(open_ready):
    page = open_ready("evaluate?ways=15&trials=5000")
    measure(page)
    page.get_by_text("One trial").click()
    page.locator(".trial.opened .tile").first.wait_for()
    button(page, "Next").click()
    page.wait_for_url(re.compile("trial=2"))
    page.get_by_text("Accuracy against N").first.click()
    button(page, "Stop").click()
    button(page, "Continue").wait_for()


def test_every_part_can_be_opened_from_a_link(open_ready):
    for part, words in (
        ("trial", "Query"),
        ("failures", "Press Measure to find the characters|Characters it confuses"),
        ("verification", "Press Measure to find how well|are judged correctly"),
    ):
        page = open_ready(f"evaluate?part={part}&ways=8")
        page.get_by_text(re.compile(words)).first.wait_for()
