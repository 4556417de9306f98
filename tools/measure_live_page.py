"""Measure the memory of server and browser while the Train page is open.

    python tools/measure_live_page.py --minutes 60

Starts the app with an empty home folder, and a `lesson` run on the built-in alphabets on the Train page. Prints once
per minute: resident memory of the server and of Chromium, the page's heap and elements, the run's step, and the number
of errors on the console. Memory should stay constant after the first minutes, in which TensorFlow is loaded.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from playwright.sync_api import Page, sync_playwright

from tests.browser.server import FLAGS, LOADING_TIMEOUT_SECONDS, chromium, serve


def children(pid: int) -> list[int]:
    """A process and all its descendants."""
    processes = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        processes += [p for child in task.read_text().split() for p in children(int(child))]
    return processes


def megabytes(pids: list[int]) -> float:
    """Proportional set size of processes: resident memory, with shared pages divided among their users (Linux)."""
    total = 0
    for pid in pids:
        try:
            match = re.search(r"^Pss:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        total += int(match.group(1)) if match else 0
    return total / 1024


def with_command(root: int, text: str) -> list[int]:
    """Descendants of `root` whose command lines contain a text."""

    def command(pid: int) -> str:
        try:
            return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""

    return [pid for pid in children(root) if text in command(pid)]


def start(page: Page, steps: int) -> None:
    """Start a run on the page; it should take longer than the measurement."""
    field = page.get_by_label("Steps", exact=True)
    field.fill(str(steps))
    field.press("Tab")
    page.get_by_test_id("stMain").get_by_role("button", name="Start training", exact=True).click()
    page.locator(".ask").first.wait_for(timeout=10 * LOADING_TIMEOUT_SECONDS * 1000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60)
    minutes = parser.parse_args().minutes
    me = pathlib.Path("/proc/self").resolve().name
    errors: list[str] = []
    with tempfile.TemporaryDirectory() as home, serve(pathlib.Path(home)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda m: (
                errors.append(m.text) if m.type == "error" and "/_stcore/" not in m.location.get("url", "") else None
            ),
        )
        page.goto(f"{address}/train")
        start(page, 1_000_000)
        heap = page.context.new_cdp_session(page)
        heap.send("Performance.enable")
        print("minute  server MB  browser MB  heap MB  elements  step  console errors", flush=True)
        began = time.monotonic()
        for minute in range(minutes + 1):
            page.wait_for_timeout(max(0.0, 1000 * (began + 60 * minute - time.monotonic())))
            heap.send("HeapProfiler.collectGarbage")
            figures = {m["name"]: m["value"] for m in heap.send("Performance.getMetrics")["metrics"]}
            server = megabytes(with_command(int(me), "streamlit run"))
            shown = megabytes(with_command(int(me), "--type=")) + megabytes(with_command(int(me), "--headless"))
            step = re.search(r"step ([\d,]+) of", page.locator(".run .note").inner_text())
            heap_mb, elements = figures["JSHeapUsedSize"] / 1e6, figures["Nodes"]
            print(
                f"{minute:6} {server:10.0f} {shown:11.0f} {heap_mb:8.1f} {elements:9.0f} "
                f"{step.group(1) if step else '-':>5} {len(errors):8}",
                flush=True,
            )
        page.get_by_test_id("stMain").get_by_role("button", name="Stop", exact=True).click()
        page.locator(".run.stopped").wait_for(timeout=LOADING_TIMEOUT_SECONDS * 1000)
        browser.close()
    print("\n".join(errors))


if __name__ == "__main__":
    main()
