"""Memory of server and browser while the training page is watched: python tools/measure_live_page.py [--minutes 60]

Starts the app with an empty home, starts a real `lesson` run on the built-in alphabets through the page, and looks once a
minute: resident memory of the server and of Chromium, the browser's heap and elements, steps done, errors on its console.
Flat means flat after the first minutes, in which TensorFlow wakes.
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

from tests.browser.server import FLAGS, WAKES, chromium, serve


def children(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        found += [p for child in task.read_text().split() for p in children(int(child))]
    return found


def megabytes(pids: list[int]) -> float:
    """Resident memory, shared pages counted by their share (Linux)."""
    total = 0
    for pid in pids:
        try:
            match = re.search(r"^Pss:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        total += int(match.group(1)) if match else 0
    return total / 1024


def named(root: int, words: str) -> list[int]:
    """Processes below `root` whose command line has these words."""

    def command(pid: int) -> str:
        try:
            return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""

    return [pid for pid in children(root) if words in command(pid)]


def start(page: Page, steps: int) -> None:
    """A run that outlasts the measurement, through the page's own widgets."""
    field = page.get_by_label("Length in steps", exact=True)
    field.fill(str(steps))
    field.press("Tab")
    page.get_by_test_id("stMain").get_by_role("button", name="Start training", exact=True).click()
    page.locator(".ask").first.wait_for(timeout=10 * WAKES * 1000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
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
            server = megabytes(named(int(me), "streamlit run"))
            shown = megabytes(named(int(me), "--type=")) + megabytes(named(int(me), "--headless"))
            step = re.search(r"step ([\d,]+) of", page.locator(".run .note").inner_text())
            print(
                f"{minute:6} {server:10.0f} {shown:11.0f} {figures['JSHeapUsedSize'] / 1e6:8.1f} {figures['Nodes']:9.0f} "
                f"{step.group(1) if step else '-':>5} {len(errors):8}",
                flush=True,
            )
        page.get_by_test_id("stMain").get_by_role("button", name="Stop", exact=True).click()
        page.locator(".run.stopped").wait_for(timeout=WAKES * 1000)
        browser.close()
    print("\n".join(errors))


if __name__ == "__main__":
    main()
