"""Time the start of the app: python tools/bench_start.py

Starts the app several times and prints the seconds from the start of the server's process to a healthy server, to the
first paint of the Recognise page in Chromium, to a ready canvas, and to the first answer (to a sample requested as soon
as the page is ready). Run it on an idle machine.
"""

from __future__ import annotations

import json
import pathlib
import statistics
import sys
import tempfile
import time

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from tests.browser.server import FLAGS, chromium, serve

ROUNDS = 5


def time_one_start(browser) -> dict[str, float]:
    """Seconds to each event of one start."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with serve(pathlib.Path(folder)) as address:
            healthy = time.perf_counter() - started
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{address}/recognise")
            page.locator("h1").wait_for()
            painted = time.perf_counter() - started
            page.locator("canvas.upper-canvas").wait_for()
            complete = time.perf_counter() - started
            page.get_by_role("button", name="Sample").click()
            page.locator(".answer:not(.waiting) .sentence").wait_for(timeout=120_000)
            answered = time.perf_counter() - started
            page.close()
    return {"server healthy": healthy, "first paint": painted, "canvas ready": complete, "first answer": answered}


def main() -> int:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        rounds = [time_one_start(browser) for _ in range(ROUNDS)]
        browser.close()
    print(
        json.dumps(
            {
                f"{event}, s": {
                    "median": round(statistics.median(r[event] for r in rounds), 2),
                    "all": [round(r[event], 2) for r in rounds],
                }
                for event in rounds[0]
            },
            indent=1,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
