"""Pictures of plain sheets, boards and screens, of any colours."""

from __future__ import annotations

import numpy as np

from tools.papers.making import Kinds, file, pen_of, photo, sheet, written
from tools.papers.scene import BLUE, Scene, Strokes

KINDS = Kinds()


@KINDS.add
def plain(strokes: Strokes, rng: np.random.Generator) -> bytes:
    return photo(written(sheet(rng), strokes))


@KINDS.add
def pencil(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = sheet(rng)
    scene.write(strokes, 0.03, (110, 110, 114), 0.75)
    return photo(scene)


@KINDS.add
def dim(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = written(sheet(rng), strokes, BLUE)
    scene.colours *= rng.uniform(0.35, 0.55)
    return photo(scene, 0.6)


@KINDS.add
def yellow(strokes: Strokes, rng: np.random.Generator) -> bytes:
    return photo(written(sheet(rng), strokes, (250, 228, rng.uniform(40, 110))), 0.2)


@KINDS.add
def colour_on_colour(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """Exported by a program, in two colours."""
    pairs = (
        ((214, 60, 60), (40, 160, 40)),
        ((230, 110, 0), (92, 130, 200)),
        ((255, 90, 170), (90, 170, 150)),
        ((120, 60, 190), (40, 110, 60)),
        ((245, 220, 60), (240, 240, 245)),
        ((0, 120, 190), (200, 90, 40)),
    )
    ink, ground = pairs[rng.integers(len(pairs))]
    scene = Scene(rng, ground=ground)
    scene.place(rng.uniform(0.4, 0.8))
    return file(written(scene, strokes, ink).exported(), "PNG")


@KINDS.add
def coloured_paper(strokes: Strokes, rng: np.random.Generator) -> bytes:
    papers = ((240, 220, 130), (170, 205, 235), (245, 190, 200), (190, 225, 170))
    scene = Scene(rng, ground=papers[rng.integers(4)])
    scene.place(rng.uniform(0.4, 0.75))
    return photo(written(scene, strokes))


@KINDS.add
def blackboard(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = Scene(rng, ground=((48, 60, 52), (40, 42, 44))[rng.integers(2)])
    scene.place(rng.uniform(0.4, 0.75))
    scene.write(strokes, 0.05, ((225, 225, 220), (235, 215, 120))[rng.integers(2)], 0.8)
    return photo(scene)


@KINDS.add
def dark_mode(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = Scene(rng, 1280, 800, (30, 30, 32))
    scene.colours[:44], scene.colours[:, :60] = 44, 38
    scene.text("Untitled sketch - Notes", 120, 30, 16, (200, 200, 205))
    for x in (20, 42, 64):
        scene.disc(x, 22, 6, (220, 90, 80))
    scene.place(rng.uniform(0.4, 0.7), (0.5, 0.54))
    return file(written(scene, strokes, (240, 240, 240)).exported(), "PNG")


@KINDS.add
def transparent(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """Ink of any colour on a transparent ground."""
    scene = Scene(rng, 700, 700)
    scene.place(rng.uniform(0.5, 0.85))
    colour = ((255, 255, 255), (0, 0, 0), (250, 220, 60), (40, 80, 220))[rng.integers(4)]
    scene.write(strokes, pen_of(rng), colour)
    layered = np.dstack([np.full((700, 700, 3), colour), np.rint(255 * scene.ink)]).astype(np.uint8)
    return file(layered, ("PNG", "WEBP")[rng.integers(2)], lossless=True)


@KINDS.add
def cut_out(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """An opaque sheet of one colour, its ink transparent."""
    scene = Scene(rng, 700, 700)
    scene.place(rng.uniform(0.5, 0.8))
    scene.write(strokes, pen_of(rng))
    sheet = np.full((700, 700, 3), (255, 30)[rng.integers(2)])
    return file(np.dstack([sheet, np.rint(255 * (1 - scene.ink))]).astype(np.uint8), "PNG")
