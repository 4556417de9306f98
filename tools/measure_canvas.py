"""Compare people's drawings on the canvas with the same drawings as picture files.

    python tools/measure_canvas.py      # about ten minutes; needs OMNIGLOT_DIR and OMNIGLOT_STROKES_DIR

Omniglot's published pen strokes are drawn with the mouse in Chromium on the Recognise page, among 20 characters of the
same alphabet, one example each by another drawer. Prints the accuracy on the canvas, the accuracy for the same drawings
as Omniglot's picture files, and the time from pen up to the last change of the ranking. Run it on an idle machine.
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

from siamese.data import omniglot, photograph, support
from siamese.data.characters import CharacterSet
from siamese.data.ink import to_png
from siamese.evaluation.trials import Accuracy
from siamese.network.matcher import Matcher
from siamese.ui.draw.canvas import SIDE
from tests import strokes
from tests.browser.server import FLAGS, chromium, serve

WAYS = 20
MOUSE_STEP_PX = 2.5  # of a 105 px drawing, between two positions of the mouse, as in drawing by hand
QUIET_SECONDS = 1.2  # without a change before an answer counts as final
TILES = "[data-testid=stHtml] > div:not(.best_tiles) .tile"  # without those below the answer, which repeat some
WATCH = """() => {
    window.penUp = 0; window.changed = 0;
    addEventListener('mouseup', () => { window.penUp = performance.now(); window.changed = 0; }, true);
    const element = node => node.nodeType === 1 ? node : node.parentElement;
    const relevant = record => [record.target, ...record.addedNodes].some(
        node => element(node)?.closest('.answer, .tile, [data-testid=stHtml]'));
    new MutationObserver(records => { if (records.some(relevant)) window.changed = performance.now(); }).observe(
        document.body,
        {subtree: true, childList: true, characterData: true, attributes: true,
         attributeFilter: ['style', 'class', 'title']});
}"""


def thin(points: np.ndarray) -> np.ndarray:
    """The points that a mouse would report: the first, the last, and those at least MOUSE_STEP_PX apart."""
    kept = [0]
    for i in range(1, len(points)):
        if np.linalg.norm(points[i] - points[kept[-1]]) >= MOUSE_STEP_PX or i == len(points) - 1:
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
    """The position of the best tile, and the seconds from pen up to the last change of the page."""
    page.locator(f"{TILES}.chosen").wait_for()
    page.wait_for_function(f"() => window.changed > 0 && performance.now() - window.changed > {1000 * QUIET_SECONDS}")
    best = page.locator(TILES).evaluate_all("tiles => tiles.findIndex(tile => tile.classList.contains('chosen'))")
    return best, page.evaluate("() => (window.changed - window.penUp) / 1000")


def choose(characters: CharacterSet, count: int, rng: np.random.Generator) -> list[strokes.Drawn]:
    """`count` drawings of the first 20 characters of the alphabets that have 20, evenly over the alphabets."""
    by_alphabet: dict[str, list[strokes.Drawn]] = {}
    for archive in strokes.archives():
        for drawn in strokes.load(archive):
            members = characters.members(drawn[0])
            if len(members) >= WAYS and place(characters, drawn) < WAYS:
                by_alphabet.setdefault(drawn[0], []).append(drawn)
    each = -(-count // len(by_alphabet))
    return [own[i] for _, own in sorted(by_alphabet.items()) for i in rng.choice(len(own), each, replace=False)]


def place(characters: CharacterSet, drawn: strokes.Drawn) -> int:
    """The position of a drawing's character in its alphabet."""
    members = characters.members(drawn[0])
    return next(i for i, member in enumerate(members) if characters.characters[member].name == drawn[1])


def through_the_canvas(
    address: str, chosen: list[strokes.Drawn], characters: CharacterSet, example_drawers: list[int]
) -> tuple[list[bool], list[float]]:
    """Whether each drawing was answered correctly in the browser, and the seconds from pen up."""
    right, seconds = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page, shown = browser.new_page(viewport={"width": 1280, "height": 900}), ""
        page.set_default_timeout(120_000)
        for number, (drawn, example_drawer) in enumerate(zip(chosen, example_drawers, strict=True), start=1):
            link = f"{address}/recognise?data=omniglot&alphabet={drawn[0]}&ways={WAYS}&drawer={example_drawer}"
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


def as_files(chosen: list[strokes.Drawn], characters: CharacterSet, example_drawers: list[int]) -> list[bool]:
    """Whether the same drawings, read from Omniglot's pictures as uploads are, are answered correctly."""
    matcher, right = Matcher.load(), []
    for drawn, example_drawer in zip(chosen, example_drawers, strict=True):
        members = characters.members(drawn[0])[:WAYS]
        shown = support.build(characters, members, example_drawer, 1)
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
        os.environ["SIAMESE_HOME"] = f"{folder}/home"  # the app finds Omniglot there, too
        characters = omniglot.load()
        chosen = choose(characters, arguments.drawings, np.random.default_rng(arguments.seed))
        # The examples are by another drawer than the query; few different ones, since each needs a new page.
        example_drawers = [2 if drawn[2] == 1 else 1 for drawn in chosen]
        chosen, example_drawers = zip(
            *sorted(zip(chosen, example_drawers, strict=True), key=lambda both: (both[0][0], both[1])), strict=True
        )
        with serve(pathlib.Path(folder)) as address:
            right, seconds = through_the_canvas(address, list(chosen), characters, list(example_drawers))
        files = as_files(list(chosen), characters, list(example_drawers))
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
