"""Film the Recognise page in Chromium: a character drawn stroke by stroke, and the answer after each.

    python tools/make_film.py

Writes assets/recognise.webp, an animation of at most 1.5 MB, for the README.
"""

from __future__ import annotations

import io
import pathlib
import sys
import tempfile

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.screenshots import KANNADA_I
from tests.browser.server import FLAGS, LOADING_TIMEOUT_SECONDS, chromium, serve

FILM = ROOT / "assets" / "recognise.webp"
MAX_BYTES = 1_500_000
VIEW = {"width": 1180, "height": 860}
SHOWN_WIDTH = 900
STROKE_MS, ANSWER_MS, LAST_MS = 120, 1500, 4000
"""Time of a frame while a stroke is drawn, with the answer to it, and of the last one."""
POINTS_A_FRAME = 2


def main() -> int:
    frames: list[tuple[Image.Image, int]] = []
    with tempfile.TemporaryDirectory() as home, serve(pathlib.Path(home)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport=VIEW)
        page.goto(f"{address}/recognise")
        page.locator(".badge.seen, .badge.unseen").first.wait_for(timeout=LOADING_TIMEOUT_SECONDS * 1000)
        page.evaluate("document.fonts.ready")
        frames.append((_frame(page), ANSWER_MS))
        for stroke in KANNADA_I:
            frames += [(frame, STROKE_MS) for frame in _drawn(page, stroke)]
            page.locator(".answer:not(.waiting) .sentence").wait_for()
            page.wait_for_timeout(1500)  # the answer to this stroke takes the place of the last one
            frames.append((_frame(page), ANSWER_MS))
        browser.close()
    frames[-1] = frames[-1][0], LAST_MS
    first, *rest = (frame for frame, _ in frames)
    durations = [duration for _, duration in frames]
    first.save(FILM, save_all=True, append_images=rest, duration=durations, loop=0, quality=60, method=6)
    size = FILM.stat().st_size
    print(f"{FILM.relative_to(ROOT)}: {len(frames)} frames, {sum(durations) / 1000:.0f} s, {size / 1e6:.2f} MB")
    return int(size > MAX_BYTES)


def _drawn(page: Page, stroke: list[tuple[int, int]]) -> list[Image.Image]:
    """The frames while a stroke, in px of the canvas, is drawn with the mouse."""
    box, frames = page.locator("canvas.upper-canvas").bounding_box(), []
    points = [(box["x"] + x, box["y"] + y) for x, y in stroke]
    page.mouse.move(*points[0])
    page.mouse.down()
    for number, point in enumerate(points[1:]):
        page.mouse.move(*point, steps=3)
        if number % POINTS_A_FRAME == 0:
            frames.append(_frame(page))
    page.mouse.up()
    return frames


def _frame(page: Page) -> Image.Image:
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return shot.resize((SHOWN_WIDTH, round(shot.height * SHOWN_WIDTH / shot.width)), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    sys.exit(main())
