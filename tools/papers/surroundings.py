"""Pictures with more than a sheet and its character: desks, holes, shadows, a thumb, other ink."""

from __future__ import annotations

import numpy as np

from tools.papers.making import WORDS, Kinds, photo, sheet, written
from tools.papers.printed import print_colour, rule
from tools.papers.scene import BLUE, GREY, INK, RED, Colour, Scene, Strokes

KINDS = Kinds()
DESKS: tuple[Colour, ...] = (
    (96, 64, 44),
    (180, 140, 95),
    (60, 60, 64),
    (25, 25, 28),
    (128, 132, 138),
    (70, 100, 150),
    (60, 110, 80),
    (205, 178, 140),
)


@KINDS.add
def sheet_on_desk(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = sheet(rng, (0.2, 0.5), width=1000, height=1300)
    written(scene, strokes)
    scene.lay_on(DESKS[rng.integers(len(DESKS))], rng.uniform(0.55, 0.9), rng.uniform(-14, 14), rng.uniform(2, 9))
    return photo(scene)


@KINDS.add
def school_sheet_on_desk(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """Ruled, with a margin, holes, a heading and a shadow."""
    scene = sheet(rng, (0.28, 0.45), width=1000, height=1300)
    rule(scene, rng.uniform(50, 80), print_colour(rng), 2, False)
    scene.line((130, 0), (130, 1300), RED, 3)
    for y in (250, 650, 1050):
        scene.disc(55, y, 20, (60, 50, 45))
    scene.text(WORDS[rng.integers(len(WORDS))], 170, 100, 24)
    written(scene, strokes)
    scene.lay_on(DESKS[rng.integers(len(DESKS))], rng.uniform(0.7, 0.95), rng.uniform(-6, 6))
    scene.shadow(rng.uniform(0.1, 0.35), 0.04)
    return photo(scene)


@KINDS.on_paper((0.35, 0.55))
def holes(scene: Scene, rng: np.random.Generator) -> None:
    shade = rng.uniform(20, 120)
    for y in (220, 450, 680):
        scene.disc(60, y, rng.uniform(14, 24), (shade, shade, shade * 0.9))


@KINDS.add
def shadow_edge(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = written(sheet(rng), strokes)
    scene.shadow(rng.uniform(0.25, 0.5), rng.uniform(0.004, 0.06))
    return photo(scene)


@KINDS.add
def thumb(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = written(sheet(rng, (0.3, 0.55)), strokes)
    scene.thumb()
    return photo(scene)


@KINDS.add
def several(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """Beside a smaller character: its own strokes, turned over."""
    scene = Scene(rng, 1200, 800)
    scene.box = (160, 200, 400)
    pen = rng.uniform(0.03, 0.07)
    scene.write(strokes, pen)
    side = 400 * rng.uniform(0.5, 0.75)
    scene.blend(
        scene.mask([stroke[:, ::-1] for stroke in strokes], (1000 - side / 2, 300, side), pen * 400 / side), INK
    )
    return photo(scene)


@KINDS.add
def crossed_out(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """With specks, crumbs and a scribble in a corner."""
    scene = written(sheet(rng, (0.4, 0.55)), strokes)
    for _ in range(12):
        scene.disc(*rng.uniform(20, 880, 2), rng.uniform(1, 3), GREY)
    scribble = [np.cumsum(rng.normal(0, 9, (14, 2)), axis=0)]
    scene.blend(scene.mask(scribble, (30, 30, 90), 0.05), BLUE)
    return photo(scene)
