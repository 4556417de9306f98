"""People's drawings through the real canvas against the same drawings as files: python tools/measure_canvas.py

Omniglot's published pen strokes are drawn by mouse in Chromium at the size of the page's canvas and answered among 20
characters of the same alphabet, one drawing each by another drawer. Printed: accuracy through the canvas, accuracy of
the same drawings read as Omniglot's picture files, and the time from pen-up to the last change of the ranking. Needs
OMNIGLOT_DIR and OMNIGLOT_STROKES_DIR; about ten minutes; take its timings on an idle machine.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
import tempfile

import numpy as np
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from siamese.ui.canvas import SIDE

from siamese.data import omniglot, photograph, support
from siamese.data.characters import CharacterSet
from siamese.data.ink import to_png
from siamese.evaluation.trials import Accuracy
from siamese.network.matcher import Matcher
from tests import strokes
from tests.browser.server import FLAGS, chromium, serve

WAYS = 20
STEP = 2.5  # px of a 105 px drawing between two positions of the mouse, about what a hand gives
QUIET = 1.2  # s without news before an answer counts as final
WATCH = """() => {
    window.penUp = 0; window.news = 0;
    addEventListener('mouseup', () => { window.penUp = performance.now(); window.news = 0; }, true);
    new MutationObserver(records => {
        const parent = n => n.nodeType === 1 ? n : n.parentElement; const relevant = r => [r.target,
        ...r.addedNodes].some(n => parent(n)?.closest('.answer, .tile, [data-testid=stHtml]')); if
        (records.some(relevant)) window.news = performance.now();
    }).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true, attributeFilter:
    ['style', 'class', 'title']});
}"""


def thin(points: np.ndarray) -> np.ndarray:
    """The points a mouse would report: the first, those at least STEP after the one before, the last."""
    kept = [0]
    for i in range(1, len(points)):
        if np.linalg.norm(points[i] - points[kept[-1]]) >= STEP or i == len(points) - 1:
            kept.append(i)
    return points[kept]


def draw(page: Page, drawn: list[np.ndarray]) -> None:
    """Draw strokes, in px of a 105 px drawing, with the mouse."""
    box = page.locator("canvas.upper-canvas").bounding_box()
    for stroke in drawn:
        points = (thin(stroke) + 0.5) * SIDE / 105 + [box["x"], box["y"]]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def answer(page: Page) -> tuple[int, float]:
    """The index of the best tile in its alphabet, and seconds from pen-up to the last change of the page."""
    page.locator(".tile.best").wait_for()
    page.wait_for_function(f"() => window.news > 0 && performance.now() - window.news > {1000 * QUIET}")
    best = page.locator(".tile").evaluate_all("tiles => tiles.findIndex(tile => tile.classList.contains('best'))")
    return best, page.evaluate("() => (window.news - window.penUp) / 1000")


def choose(characters: CharacterSet, count: int, rng: np.random.Generator) -> list[strokes.Drawn]:
    """`count` drawings of the first 20 characters of alphabets that have as many, evenly over the alphabets."""
    found: dict[str, list[strokes.Drawn]] = {}
    for archive in strokes.archives():
        for drawn in strokes.load(archive):
            members = characters.members(drawn[0])
            if len(members) >= WAYS and place(characters, drawn) < WAYS:
                found.setdefault(drawn[0], []).append(drawn)
    each = -(-count // len(found))
    return [found[name][i] for name in sorted(found) for i in rng.choice(len(found[name]), each, replace=False)]


def place(characters: CharacterSet, drawn: strokes.Drawn) -> int:
    """Where the character of a drawing stands in its alphabet."""
    members = characters.members(drawn[0])
    return next(i for i, member in enumerate(members) if characters.characters[member].name == drawn[1])


def through_the_canvas(
    address: str, chosen: list[strokes.Drawn], characters: CharacterSet, helpers: list[int]
) -> tuple[list[bool], list[float]]:
    """Whether each drawing was named rightly in the browser, and how long after pen-up."""
    right, seconds = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page, shown = browser.new_page(viewport={"width": 1280, "height": 900}), ""
        page.set_default_timeout(120_000)
        for number, (drawn, helper) in enumerate(zip(chosen, helpers, strict=True), start=1):
            link = f"{address}/recognise?data=omniglot&alphabet={drawn[0]}&n={WAYS}&drawer={helper}"
            if link != shown:
                page.goto(link)
                page.locator(".badge.seen, .badge.unseen").first.wait_for()
                page.evaluate(WATCH)
                shown = link
            else:
                page.get_by_role("button", name="Clear").click()
                page.locator(".answer.waiting").wait_for()
            draw(page, drawn[3])
            best, waited = answer(page)
            right.append(best == place(characters, drawn))
            seconds.append(waited)
            print(
                f"\r{number} of {len(chosen)}: {sum(right)} right, {waited:.2f} s", end="", file=sys.stderr, flush=True
            )
        print(file=sys.stderr)
        browser.close()
    return right, seconds


def as_files(chosen: list[strokes.Drawn], characters: CharacterSet, helpers: list[int]) -> list[bool]:
    """Whether the same drawings, read from Omniglot's pictures as an upload is, are named rightly."""
    matcher, right = Matcher.load(), []
    for drawn, helper in zip(chosen, helpers, strict=True):
        members = characters.members(drawn[0])[:WAYS]
        shown = support.build(characters, members, helper, 1)
        own = characters.drawings([characters.row(members[place(characters, drawn)], drawn[2])])[0]
        match = matcher.match(photograph.draw_image(to_png(own)), characters.drawings(shown.rows)[:, None])
        right.append(match.best == place(characters, drawn))
    return right


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drawings", type=int, default=210)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    if not os.environ.get("OMNIGLOT_DIR") or not strokes.archives():
        print("Set OMNIGLOT_DIR and OMNIGLOT_STROKES_DIR to the folders with Omniglot's archives.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SIAMESE_HOME"] = f"{folder}/home"  # where the app will find Omniglot, too
        characters = omniglot.load()
        chosen = choose(characters, arguments.drawings, np.random.default_rng(arguments.seed))
        # Another drawer than the one who drew; one a page for all its drawings but his own.
        helpers = [2 if drawn[2] == 1 else 1 for drawn in chosen]
        chosen, helpers = zip(
            *sorted(zip(chosen, helpers, strict=True), key=lambda both: (both[0][0], both[1])), strict=True
        )
        with serve(pathlib.Path(folder)) as address:
            right, seconds = through_the_canvas(address, list(chosen), characters, list(helpers))
        files = as_files(list(chosen), characters, list(helpers))
    result = {
        "ways": WAYS,
        "drawings": len(right),
        "through_the_canvas": round(Accuracy(sum(right), len(right)).accuracy, 4),
        "as_files": round(Accuracy(sum(files), len(files)).accuracy, 4),
        "pen_up_to_ranking_s": {
            "p50": round(float(np.quantile(seconds, 0.5)), 3),
            "p95": round(float(np.quantile(seconds, 0.95)), 3),
        },
    }
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
