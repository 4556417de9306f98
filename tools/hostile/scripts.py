"""R12: script payloads in every text that a visitor can set, shown in Chromium: none runs, none leads elsewhere.

The texts are the names of runs, every parameter of every page's address, the names of uploaded files, and those of
class_scripts.py.
"""

from __future__ import annotations

import itertools
import os
import pathlib
import shutil
import tempfile
import time
import urllib.parse
from collections.abc import Callable

from playwright.sync_api import Browser, Page, sync_playwright

from siamese import runs
from siamese.config import TrainConfig
from siamese.errors import UserError
from siamese.ui import links
from tests.browser.server import FLAGS, chromium, serve
from tests.hostile.payloads import PAYLOADS
from tests.hostile.pictures import encoded, hook
from tools.hostile import class_scripts
from tools.hostile.measure import print_table
from tools.hostile.watch import Watch

Show = Callable[[Page, Watch, tuple[str, ...]], int]
"""Shows payloads in one kind of text, and returns how many."""


def run(short: bool) -> bool:
    """Print the figure; whether the goal is reached."""
    payloads = PAYLOADS[:: 20 if short else 1]
    with tempfile.TemporaryDirectory(prefix="hostile-") as name, sync_playwright() as playwright:
        folder = pathlib.Path(name)
        os.environ["SIAMESE_HOME"] = str(folder / "home")
        with serve(folder) as address:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page()
            watch = Watch(page, address)
            control = sum(_runs_unescaped(browser, payload) for payload in payloads)
            rows = [
                ("control: run where nothing is escaped", len(payloads), 0, 0, f"{control} of {len(payloads)} run"),
                _timed("names of runs", _run_names, page, watch, payloads),
                _timed("parameters of addresses", _parameters, page, watch, payloads),
                _timed("names of uploaded files", _file_names, page, watch, payloads),
                *(_timed(title, show, page, watch, payloads) for title, show in class_scripts.TEXTS.items()),
            ]
            browser.close()
    print_table(rows)
    print(f"  faults: {len(watch.faults)}", *watch.faults, sep="\n    ")
    return not watch.faults and control > 0


def _runs_unescaped(browser: Browser, payload: str) -> bool:
    """Whether the payload runs in a page that shows it as HTML, so that a tour without faults means something."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.abort())
    page.set_content(f"<p>{payload}</p>", wait_until="commit")
    page.wait_for_timeout(100)
    ran = bool(page.evaluate("() => window.ran"))
    page.close()
    return ran


def _timed(title: str, show: Show, page: Page, watch: Watch, payloads: tuple[str, ...]) -> tuple:
    start = time.monotonic()
    shown = show(page, watch, payloads)
    return title, shown, (time.monotonic() - start) / max(1, shown), 0, ""


def _run_names(page: Page, watch: Watch, payloads: tuple[str, ...]) -> int:
    """A run of each name on every page that shows names, with its menus open. Its weights are damaged, for errors."""
    for number, payload in enumerate(payloads):
        try:
            run = runs.create(TrainConfig(), "lesson", "builtin", payload)
        except UserError:
            continue
        (run.weights / "step-00000001").mkdir(parents=True)
        for kind in ("safetensors", "json"):
            (run.weights / "step-00000001" / f"weights.{kind}").write_text(payload)
        watch.open(f"train?run={run.id}")
        if number % 10 == 0:
            _open_menus(page, watch, run.id)
            watch.open(f"recognise?network={run.id}")
            watch.open(f"evaluate?compare={run.id}")
        shutil.rmtree(run.folder)  # a server has a limit of runs
    return len(payloads)


def _open_menus(page: Page, watch: Watch, run_id: str) -> None:
    for label in ("Export", "Rename", "Delete"):
        button = page.get_by_role("button", name=label, exact=True)
        if button.count() and button.first.is_enabled():
            button.first.click()
            watch.settle(f"menu {label} of {run_id}")
            page.keyboard.press("Escape")
    for box in page.get_by_role("combobox").all():
        box.click()
        page.wait_for_timeout(200)
        watch.look(f"list of runs at {run_id}")
        page.keyboard.press("Escape")


def _parameters(page: Page, watch: Watch, payloads: tuple[str, ...]) -> int:
    """All parameters of a page are payloads, others each time, so that each parameter meets many."""
    pages = {name: choices for name, choices in links.CHOICES.items() if name != links.SHARED}
    shown = 0
    for number, (payload, (name, choices)) in enumerate(zip(payloads, itertools.cycle(pages.items()), strict=False)):
        names = [*choices, *links.CHOICES[links.SHARED], "unknown", payload]
        values = {key: payloads[(number + place) % len(payloads)] for place, key in enumerate(names)} | {
            "unknown": payload
        }
        watch.open(f"{name}?{urllib.parse.urlencode(values)}#{urllib.parse.quote(payload)}")
        shown += 1
    return shown


def _file_names(page: Page, watch: Watch, payloads: tuple[str, ...]) -> int:
    """Uploads of a good and of a damaged picture under each name."""
    watch.open("recognise")
    shown = 0
    for number, payload in enumerate(payloads):
        content = encoded(hook(200)) if number % 2 else b"damaged"
        name = payload.replace("/", "\u2215").replace("\n", " ") + ".png"
        button = page.get_by_role("button", name="Picture", exact=True).first
        button.click()
        page.locator("input[type=file]").first.set_input_files(
            [{"name": name, "mimeType": "image/png", "buffer": content}]
        )
        watch.settle(f"file {name}")
        page.keyboard.press("Escape")
        shown += 1
    return shown
