"""Pictures of paper with print: lines, squares, boxes, headings."""

from __future__ import annotations

import numpy as np

from tools.papers.making import WORDS, Kinds, ink_of, photo, sheet
from tools.papers.scene import GREY, INK, RED, Colour, Scene, Strokes

KINDS = Kinds()


def rule(scene: Scene, spacing: float, colour: Colour, width: int, upright: bool) -> None:
    """Parallel lines across the sheet, a little turned."""
    w, h = scene.size
    slope = scene.rng.uniform(-0.02, 0.02)
    for place in np.arange(spacing / 2, w if upright else h, spacing):
        if upright:
            scene.line((place, 0), (place - slope * h, h), colour, width)
        else:
            scene.line((0, place), (w, place + slope * w), colour, width)


def print_colour(rng: np.random.Generator) -> Colour:
    """A colour of printed lines."""
    return ((150, 190, 225), (165, 165, 170), (120, 150, 190), (90, 90, 95))[rng.integers(4)]


@KINDS.on_paper()
def ruled(scene: Scene, rng: np.random.Generator) -> None:
    rule(scene, rng.uniform(40, 90), print_colour(rng), int(rng.integers(1, 4)), False)


@KINDS.on_paper((0.35, 0.6))
def ruled_with_margin(scene: Scene, rng: np.random.Generator) -> None:
    rule(scene, rng.uniform(40, 80), print_colour(rng), 2, False)
    x = rng.uniform(70, 140)
    scene.line((x, 0), (x, 900), RED, int(rng.integers(2, 5)))


@KINDS.on_paper()
def squared(scene: Scene, rng: np.random.Generator) -> None:
    spacing, colour = rng.uniform(30, 60), print_colour(rng)
    width = int(rng.integers(1, 3))
    rule(scene, spacing, colour, width, False)
    rule(scene, spacing, colour, width, True)


@KINDS.on_paper()
def dotted(scene: Scene, rng: np.random.Generator) -> None:
    spacing = rng.uniform(35, 60)
    radius, colour = rng.uniform(1.5, 3.5), print_colour(rng)
    for x in np.arange(spacing / 2, 900, spacing):
        for y in np.arange(spacing / 2, 900, spacing):
            scene.disc(x, y, radius, colour)


@KINDS.on_paper((0.3, 0.45))
def four_lines(scene: Scene, rng: np.random.Generator) -> None:
    """Paper to learn writing on: four lines, the character across them."""
    for place in (0.34, 0.44, 0.54, 0.64):
        scene.line((50, 900 * place), (850, 900 * place), (GREY, (120, 170, 210))[rng.integers(2)], 2)


@KINDS.on_paper((0.28, 0.5))
def boxed(scene: Scene, rng: np.random.Generator) -> None:
    """In the printed box of a form, clear of its sides."""
    left, top, side = scene.box
    room = side * rng.uniform(0.12, 0.35)
    colour, width = (INK, GREY)[rng.integers(2)], int(rng.integers(2, 6))
    scene.rectangle(left - room, top - room, left + side + room, top + side + room, colour, width)


@KINDS.add
def across_a_box(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """In a printed box that is a little too small for it."""
    scene = sheet(rng, (0.4, 0.55))
    left, top, side = scene.box
    inset = side * rng.uniform(0.02, 0.08)
    scene.rectangle(left + inset, top - 0.2 * side, left + 1.2 * side, top + 1.2 * side, GREY, 2)
    scene.write(strokes, rng.uniform(0.035, 0.08), ink_of(rng))
    return photo(scene)


@KINDS.add
def practice_squares(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """A row of squares with crosses of dashes, one of them filled in."""
    scene = Scene(rng, 1200, 500)
    colour = ((200, 90, 80), GREY, (120, 160, 130))[rng.integers(3)]
    chosen, side = int(rng.integers(1, 4)), 260.0
    for number in range(5):
        left, top = -70 + number * (side + 8), 120.0
        scene.rectangle(left, top, left + side, top + side, colour, 3)
        for step in np.arange(0, side, 24):
            scene.line((left + step, top + side / 2), (left + step + 12, top + side / 2), colour, 1)
            scene.line((left + side / 2, top + step), (left + side / 2, top + step + 12), colour, 1)
        if number == chosen:
            scene.box = (left + 0.16 * side, top + 0.16 * side, 0.68 * side)
    scene.write(strokes, rng.uniform(0.035, 0.08), ink_of(rng))
    return photo(scene)


@KINDS.on_paper((0.35, 0.55), width=800, height=1000)
def heading(scene: Scene, rng: np.random.Generator) -> None:
    scene.place(scene.box[2] / 800, (0.5, 0.58))
    scene.text(WORDS[rng.integers(len(WORDS))], 60, 90, rng.uniform(16, 30))
    if rng.random() < 0.5:
        scene.text(WORDS[rng.integers(len(WORDS))], 60, 950, 16)


@KINDS.on_paper((0.3, 0.42), width=800, height=1000)
def form(scene: Scene, rng: np.random.Generator) -> None:
    """A heading, a line to write on, a box, and a frame round all of it."""
    scene.place(scene.box[2] / 800, (0.5, 0.6), 0.02)
    left, top, side = scene.box
    scene.rectangle(left - 60, top - 60, left + side + 60, top + side + 60, INK, int(rng.integers(2, 5)))
    scene.rectangle(25, 25, 775, 975, GREY, 3)
    scene.text(WORDS[rng.integers(len(WORDS))], 70, 100, 22)
    scene.line((70, 170), (730, 170), INK, 2)
