"""Every page at three widths in both themes, to be looked at: python -m tests.browser.screenshots

The pictures go to .screenshots/ (not in git).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.server import FLAGS, LOADING_TIMEOUT_SECONDS, ROOT, chromium, draw, serve

FOLDER = ROOT / ".screenshots"
WIDTHS = {1440: 1000, 1024: 900, 390: 844}
KANNADA_I = [
    [
        (72, 128),
        (76, 98),
        (100, 78),
        (128, 88),
        (140, 112),
        (150, 86),
        (180, 68),
        (214, 76),
        (232, 104),
        (226, 140),
        (200, 168),
        (160, 184),
        (124, 190),
    ],
    [
        (124, 190),
        (104, 208),
        (110, 234),
        (140, 246),
        (172, 234),
        (182, 206),
        (160, 184),
        (190, 200),
        (216, 226),
        (236, 256),
    ],
]
"""Strokes of KANNADA LETTER I as a person draws it, in px of the canvas."""


def take(browser: Browser, address: str, page_name: str, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme, has_touch=width < 600
    )
    page = context.new_page()
    page.goto(f"{address}/{'' if page_name == 'home' else page_name}")
    ready = page.locator(".badge.seen, .badge.unseen, .st-key-step_1")  # the lesson has no badge
    ready.first.wait_for(timeout=LOADING_TIMEOUT_SECONDS * 1000)
    if page_name == "recognise":
        for stroke in KANNADA_I:
            draw(page, stroke)
        page.locator(".why .pixels:not(.empty)").wait_for()
        page.mouse.move(2, 2)
        page.wait_for_timeout(1500)
    page.evaluate("document.fonts.ready")
    height = page.locator("[data-testid=stMain]").evaluate("main => main.scrollHeight")
    page.screenshot(path=FOLDER / f"{page_name}-{width}-{scheme}-first.png")
    page.set_viewport_size({"width": width, "height": max(height, WIDTHS[width])})
    page.wait_for_timeout(300)
    page.screenshot(path=FOLDER / f"{page_name}-{width}-{scheme}.png")
    context.close()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, serve(Path(home)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for page in sorted(page.stem for page in (ROOT / "pages").glob("*.py")):
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    take(browser, address, page, width, scheme)
                    print(f"{page} {width} {scheme}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
