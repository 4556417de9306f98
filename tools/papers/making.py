"""What all kinds of made pictures share: sheets, pens, a photograph, a file; and their registers."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from tools.papers.scene import BLUE, INK, WHITE, Colour, Scene, Strokes

Make = Callable[[Strokes, np.random.Generator], bytes]
Print = Callable[[Scene, np.random.Generator], None]
WORDS = ("Name: ________ Class 7b", "Write the letter in the box", "Worksheet 3", "Date: 12 March", "Exercise 4 a)")


class Kinds(dict[str, Make]):
    """Name -> function that makes the file of a picture, of a character's strokes, with a random generator."""

    def add(self, make: Make) -> Make:
        """Decorator: a kind with the name of its function."""
        self[make.__name__] = make
        return make

    def on_paper(self, share: tuple[float, float] = (0.4, 0.75), **size: Any) -> Callable[[Print], Print]:
        """Decorator of a function that prints on an empty sheet: then the character is written and photographed.

        share: of the sheet's width, that the character takes; size: of the sheet, as for `Scene`.
        """

        def decorate(print_on: Print) -> Print:
            def make(strokes: Strokes, rng: np.random.Generator) -> bytes:
                scene = sheet(rng, share, **size)
                print_on(scene, rng)
                return photo(written(scene, strokes))

            self[print_on.__name__] = make
            return print_on

        return decorate


def file(colours: np.ndarray | Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file."""
    image, buffer = colours if isinstance(colours, Image.Image) else Image.fromarray(colours), io.BytesIO()
    image.save(buffer, format, **({"quality": 85} | options if format == "JPEG" else options))
    return buffer.getvalue()


def pen_of(rng: np.random.Generator) -> float:
    """A pen's width as a share of the character's square: from a ballpoint to a felt pen."""
    return float(np.exp(rng.uniform(np.log(0.022), np.log(0.08))))


def ink_of(rng: np.random.Generator) -> Colour:
    """A colour of pens."""
    return (INK, BLUE, (20, 60, 60), (150, 25, 40), (60, 60, 66))[rng.integers(5)]


def sheet(rng: np.random.Generator, share: tuple[float, float] = (0.4, 0.75), **size: Any) -> Scene:
    """An empty sheet of white paper, with a place for a character of this share of its width."""
    warm = rng.uniform(-8, 4)
    scene = Scene(rng, ground=tuple(np.array(WHITE) * rng.uniform(0.85, 1.05) + [0, 0, warm]), **size)
    scene.place(rng.uniform(*share))
    return scene


def written(scene: Scene, strokes: Strokes, colour: Colour | None = None) -> Scene:
    """The scene with the character, in any pen."""
    scene.write(strokes, pen_of(scene.rng), colour or ink_of(scene.rng))
    return scene


def photo(scene: Scene, fall: float = 0.35) -> bytes:
    """A photograph of the scene as a JPEG; its light falls off by up to this share."""
    scene.light(scene.rng.uniform(0.05, fall))
    seen = scene.photograph(scene.rng.uniform(1, 5), scene.rng.uniform(0.6, 1.3))
    return file(seen, quality=int(scene.rng.integers(55, 95)))
