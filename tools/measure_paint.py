"""Measure how soon a page is there after a click: python tools/measure_paint.py [--rounds N] [--address URL]

A visitor in Chromium clicks through all pages in the navigation, several times, on a server that has shown each of them
once. Printed for each page, in seconds, median and p95: from the click to the page's heading in the first paint with
it, and to its main element. --address: an app that runs already; otherwise one is started.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import sys
import tempfile
import time
from collections import defaultdict

import numpy as np
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from siamese.ui.page import PAGES
from tests.browser.server import FLAGS, LOADING_TIMEOUT_SECONDS, chromium, serve

ROUNDS = 10
VIEW = {"width": 1366, "height": 768}
CANVAS = "canvas.upper-canvas"
PAGE = {
    "Start": ("One-shot learning", ".trial .tiles"),
    "Recognise": ("Recognise", CANVAS),
    "Verify": ("Same or different", CANVAS),
    "Teach": ("Teach it", CANVAS),
    "Play": ("Play", ".st-key-play_view"),
    "Train": ("Train", ".st-key-train_start, .run"),
    "Evaluate": ("Evaluate", "table.figures"),
    "Inside": ("Inside", "g[data-choice=conv1]"),
    "Explore": ("Explore", ".st-key-explore_choosable"),
}
"""By name in the navigation: a page's heading, and what a visitor comes for."""
HEADING = "[data-testid='stMain'] h1"
SINCE_CLICK = "new Promise(done => requestAnimationFrame(() => done((performance.now() - window.clicked) / 1000)))"
"""Seconds from the click to the next frame."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each page is visited (%(default)s)")
    parser.add_argument("--address", help="of an app that runs already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, contextlib.ExitStack() as stack:
        address = options.address or stack.enter_context(serve(pathlib.Path(home)))
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport=VIEW)
        page.set_default_timeout(LOADING_TIMEOUT_SECONDS * 1000)
        page.goto(f"{address}/recognise")
        page.locator(".badge.seen, .badge.unseen").first.wait_for()
        seconds = defaultdict(list)
        for turn in range(options.rounds + 1):
            for _, name in PAGES:
                taken = visit(page, name)
                if turn:  # the first round warms the server
                    seconds[name].append(taken)
        browser.close()
    report(seconds)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0


def visit(page: Page, name: str) -> tuple[float, float]:
    """Click a page in the navigation; seconds to its heading and to its main element."""
    link = page.get_by_test_id("stTopNavLinkContainer").get_by_role("link", name=name, exact=True)
    link.evaluate("link => link.addEventListener('click', () => { window.clicked = performance.now(); }, true)")
    link.click()
    title, main = PAGE[name]
    page.locator(HEADING).filter(has_text=title).wait_for()
    heading = page.evaluate(SINCE_CLICK)
    page.locator(main).first.wait_for()
    element = page.evaluate(SINCE_CLICK)
    time.sleep(1)  # a reader looks at a page; the server ends its run meanwhile
    return heading, element


def report(seconds: dict[str, list[tuple[float, float]]]) -> None:
    """Print a line for each page, and one for all."""
    everything = [taken for page in seconds.values() for taken in page]
    for name, taken in [*seconds.items(), ("all pages", everything)]:
        (heading, main_50), (heading_95, main_95) = np.quantile(taken, [0.5, 0.95], axis=0)
        print(
            f"{name:<10} {len(taken):3} visits: heading {heading:.2f}, p95 {heading_95:.2f}; "
            f"main element {main_50:.2f}, p95 {main_95:.2f}"
        )


if __name__ == "__main__":
    sys.exit(main())
