"""The Train page with a real run: it continues when the browser reloads or closes, and its weights give answers."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator

import pytest

from tests.browser.server import LOADING_TIMEOUT_SECONDS, draw, serve

playwright = pytest.importorskip("playwright.sync_api")

START_TIMEOUT_MS = 3 * LOADING_TIMEOUT_SECONDS * 1000  # TensorFlow is loaded by the app, the estimate and the run
HOOK = [(60, 80), (160, 60), (240, 110), (170, 170), (160, 250)]
POINTS = """() => {
    const plot = document.querySelectorAll('.js-plotly-plot')[1];
    return plot && plot.data ? plot.data[1].x.length : 0;
}"""
RANGE = "() => document.querySelector('.js-plotly-plot').layout.xaxis.range"


@pytest.fixture
def app(tmp_path) -> Iterator[str]:
    """A server of its own, whose trainer ends with the test."""
    with serve(tmp_path) as address:
        yield address
    named = tmp_path / "home" / "runs" / "trainer.json"
    if named.is_file():
        try:
            os.kill(json.loads(named.read_text())["pid"], signal.SIGTERM)
        except ProcessLookupError:
            return


def fill(page, label: str, value: int) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(str(value))
    field.press("Tab")


def step(page) -> int:
    return int(re.search(r"step ([\d,]+) of", page.locator(".run .note").inner_text()).group(1).replace(",", ""))


def wait_for_step(page, least: int) -> int:
    page.wait_for_function(
        "least => { const found = document.querySelector('.run .note')?.innerText.match(/step ([\\d,]+) of/);"
        " return found && Number(found[1].replace(',', '')) >= least }",
        arg=least,
        timeout=START_TIMEOUT_MS,
    )
    return step(page)


def press(page, name: str) -> None:
    button = page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True)
    playwright.expect(button).to_have_count(
        1
    )  # while the page changes, what was there before is there for a moment still
    button.click()


def test_a_run_survives_the_browser_follows_the_buttons_and_is_used(open_page):
    page = open_page("train")
    fill(page, "Steps", 2000)
    page.get_by_text("More settings").click()
    fill(page, "Steps between validations", 4)
    fill(page, "Trials per validation", 20)
    press(page, "Start training")

    page.locator(".run.starting, .run.training").wait_for()
    page.locator(".ask").first.wait_for(timeout=START_TIMEOUT_MS)
    assert page.locator(".ask").count() == 20
    points = page.evaluate(POINTS)
    page.wait_for_function(f"least => ({POINTS})() > least", arg=points, timeout=START_TIMEOUT_MS)

    before = step(page)
    page.reload()
    later = wait_for_step(page, before + 1)
    page.context.close()
    page = open_page("train")
    wait_for_step(page, later + 1)

    press(page, "Pause")
    page.locator(".run.paused").wait_for(timeout=START_TIMEOUT_MS)
    held = step(page)
    page.wait_for_timeout(5000)  # the last steps are drawn
    plot = page.locator(".js-plotly-plot .nsewdrag").first
    plot.hover(position={"x": 50, "y": 50})
    page.mouse.down()
    plot.hover(position={"x": 200, "y": 150}, force=True)
    page.mouse.up()
    zoomed = page.evaluate(RANGE)
    page.wait_for_timeout(7000)  # three ticks
    assert page.evaluate(RANGE) == zoomed
    assert zoomed[0] > 0
    assert step(page) == held
    press(page, "One step")
    assert wait_for_step(page, held + 1) == held + 1
    press(page, "Resume")
    wait_for_step(page, held + 2)
    press(page, "Stop")  # at once after the page has changed: nothing may move under the click
    page.locator(".run.stopped").wait_for(timeout=START_TIMEOUT_MS)

    press(page, "Use in the app")
    page.get_by_text("Recognise answers with it").wait_for()
    page.get_by_role("link", name="Recognise", exact=True).click()
    page.locator(".st-key-network_in_use .badge.classroom").wait_for()
    page.locator(".badge.seen, .badge.unseen").first.wait_for(timeout=START_TIMEOUT_MS)
    draw(page, HOOK)
    page.locator(".answer:not(.waiting) .sentence").wait_for(timeout=START_TIMEOUT_MS)
    press(page, "Use the shipped network")
    page.locator(".st-key-network_in_use").wait_for(state="hidden")
    page.locator(".badge.seen, .badge.unseen").first.wait_for(timeout=START_TIMEOUT_MS)
