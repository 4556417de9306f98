"""The kinds of pictures: each function makes the file of one, of a character's strokes, with a random generator."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from tools.papers.scene import BLUE, GREY, INK, RED, WHITE, Colour, Scene, Strokes

Make = Callable[[Strokes, np.random.Generator], bytes]
KINDS: dict[str, Make] = {}

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
_WORDS = ("Name: ________ Class 7b", "Write the letter in the box", "Worksheet 3", "Date: 12 March", "Exercise 4 a)")


def kind(make: Make) -> Make:
    KINDS[make.__name__] = make
    return make


def file(colours: np.ndarray | Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    image, buffer = colours if isinstance(colours, Image.Image) else Image.fromarray(colours), io.BytesIO()
    image.save(buffer, format, **({"quality": 85} | options if format == "JPEG" else options))
    return buffer.getvalue()


def pen_of(rng: np.random.Generator) -> float:
    """A pen's width as a share of the character's square: from a ballpoint to a felt pen."""
    return float(np.exp(rng.uniform(np.log(0.022), np.log(0.08))))


def ink_of(rng: np.random.Generator) -> Colour:
    return (INK, BLUE, (20, 60, 60), (150, 25, 40), (60, 60, 66))[rng.integers(5)]


def _sheet(rng: np.random.Generator, share: tuple[float, float] = (0.4, 0.75), **size: Any) -> Scene:
    warm = rng.uniform(-8, 4)
    scene = Scene(rng, ground=tuple(np.array(WHITE) * rng.uniform(0.85, 1.05) + [0, 0, warm]), **size)
    scene.place(rng.uniform(*share))
    return scene


def _written(scene: Scene, strokes: Strokes, colour: Colour | None = None) -> Scene:
    scene.write(strokes, pen_of(scene.rng), colour or ink_of(scene.rng))
    return scene


def _photo(scene: Scene, fall: float = 0.35) -> bytes:
    scene.light(scene.rng.uniform(0.05, fall))
    seen = scene.photograph(scene.rng.uniform(1, 5), scene.rng.uniform(0.6, 1.3))
    return file(seen, quality=int(scene.rng.integers(55, 95)))


@kind
def plain(strokes: Strokes, rng: np.random.Generator) -> bytes:
    return _photo(_written(_sheet(rng), strokes))


@kind
def pencil(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = _sheet(rng)
    scene.write(strokes, 0.03, (110, 110, 114), 0.75)
    return _photo(scene)


@kind
def dim(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = _written(_sheet(rng), strokes, BLUE)
    scene.colours *= rng.uniform(0.35, 0.55)
    return _photo(scene, 0.6)


@kind
def yellow(strokes: Strokes, rng: np.random.Generator) -> bytes:
    return _photo(_written(_sheet(rng), strokes, (250, 228, rng.uniform(40, 110))), 0.2)


@kind
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
    return file(_written(scene, strokes, ink).exported(), "PNG")


@kind
def coloured_paper(strokes: Strokes, rng: np.random.Generator) -> bytes:
    papers = ((240, 220, 130), (170, 205, 235), (245, 190, 200), (190, 225, 170))
    scene = Scene(rng, ground=papers[rng.integers(4)])
    scene.place(rng.uniform(0.4, 0.75))
    return _photo(_written(scene, strokes))


@kind
def blackboard(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = Scene(rng, ground=((48, 60, 52), (40, 42, 44))[rng.integers(2)])
    scene.place(rng.uniform(0.4, 0.75))
    scene.write(strokes, 0.05, ((225, 225, 220), (235, 215, 120))[rng.integers(2)], 0.8)
    return _photo(scene)


@kind
def dark_mode(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = Scene(rng, 1280, 800, (30, 30, 32))
    scene.colours[:44], scene.colours[:, :60] = 44, 38
    scene.text("Untitled sketch - Notes", 120, 30, 16, (200, 200, 205))
    for x in (20, 42, 64):
        scene.disc(x, 22, 6, (220, 90, 80))
    scene.place(rng.uniform(0.4, 0.7), (0.5, 0.54))
    return file(_written(scene, strokes, (240, 240, 240)).exported(), "PNG")


@kind
def transparent(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """Ink of any colour on a transparent ground."""
    scene = Scene(rng, 700, 700)
    scene.place(rng.uniform(0.5, 0.85))
    colour = ((255, 255, 255), (0, 0, 0), (250, 220, 60), (40, 80, 220))[rng.integers(4)]
    scene.write(strokes, pen_of(rng), colour)
    layered = np.dstack([np.full((700, 700, 3), colour), np.rint(255 * scene.ink)]).astype(np.uint8)
    return file(layered, ("PNG", "WEBP")[rng.integers(2)], lossless=True)


@kind
def cut_out(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """An opaque sheet of one colour, its ink transparent."""
    scene = Scene(rng, 700, 700)
    scene.place(rng.uniform(0.5, 0.8))
    scene.write(strokes, pen_of(rng))
    sheet = np.full((700, 700, 3), (255, 30)[rng.integers(2)])
    return file(np.dstack([sheet, np.rint(255 * (1 - scene.ink))]).astype(np.uint8), "PNG")


def _rule(scene: Scene, spacing: float, colour: Colour, width: int, upright: bool) -> None:
    w, h = scene.size
    slope = scene.rng.uniform(-0.02, 0.02)
    for place in np.arange(spacing / 2, w if upright else h, spacing):
        if upright:
            scene.line((place, 0), (place - slope * h, h), colour, width)
        else:
            scene.line((0, place), (w, place + slope * w), colour, width)


def _print_colour(rng: np.random.Generator) -> Colour:
    return ((150, 190, 225), (165, 165, 170), (120, 150, 190), (90, 90, 95))[rng.integers(4)]


@kind
def ruled(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = _sheet(rng)
    _rule(scene, rng.uniform(40, 90), _print_colour(rng), int(rng.integers(1, 4)), False)
    return _photo(_written(scene, strokes))


@kind
def ruled_with_margin(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = _sheet(rng, (0.35, 0.6))
    _rule(scene, rng.uniform(40, 80), _print_colour(rng), 2, False)
    x = rng.uniform(70, 140)
    scene.line((x, 0), (x, 900), RED, int(rng.integers(2, 5)))
    return _photo(_written(scene, strokes))


@kind
def squared(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene, spacing, colour = _sheet(rng), rng.uniform(30, 60), _print_colour(rng)
    width = int(rng.integers(1, 3))
    _rule(scene, spacing, colour, width, False)
    _rule(scene, spacing, colour, width, True)
    return _photo(_written(scene, strokes))


@kind
def dotted(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene, spacing = _sheet(rng), rng.uniform(35, 60)
    radius, colour = rng.uniform(1.5, 3.5), _print_colour(rng)
    for x in np.arange(spacing / 2, 900, spacing):
        for y in np.arange(spacing / 2, 900, spacing):
            scene.disc(x, y, radius, colour)
    return _photo(_written(scene, strokes))


@kind
def four_lines(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """Paper to learn writing on: four lines, the character across them."""
    scene = _sheet(rng, (0.3, 0.45))
    for place in (0.34, 0.44, 0.54, 0.64):
        scene.line((50, 900 * place), (850, 900 * place), (GREY, (120, 170, 210))[rng.integers(2)], 2)
    return _photo(_written(scene, strokes))


@kind
def boxed(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """In the printed box of a form, clear of its sides."""
    scene = _sheet(rng, (0.28, 0.5))
    left, top, side = scene.box
    room = side * rng.uniform(0.12, 0.35)
    colour, width = (INK, GREY)[rng.integers(2)], int(rng.integers(2, 6))
    scene.rectangle(left - room, top - room, left + side + room, top + side + room, colour, width)
    return _photo(_written(scene, strokes))


@kind
def across_a_box(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """In a printed box that is a little too small for it."""
    scene = _sheet(rng, (0.4, 0.55))
    left, top, side = scene.box
    inset = side * rng.uniform(0.02, 0.08)
    scene.rectangle(left + inset, top - 0.2 * side, left + 1.2 * side, top + 1.2 * side, GREY, 2)
    scene.write(strokes, rng.uniform(0.035, 0.08), ink_of(rng))
    return _photo(scene)


@kind
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
    return _photo(scene)


@kind
def heading(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = _sheet(rng, (0.35, 0.55), width=800, height=1000)
    scene.place(scene.box[2] / 800, (0.5, 0.58))
    scene.text(_WORDS[rng.integers(len(_WORDS))], 60, 90, rng.uniform(16, 30))
    if rng.random() < 0.5:
        scene.text(_WORDS[rng.integers(len(_WORDS))], 60, 950, 16)
    return _photo(_written(scene, strokes))


@kind
def form(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """A heading, a line to write on, a box, and a frame round all of it."""
    scene = _sheet(rng, (0.3, 0.42), width=800, height=1000)
    scene.place(scene.box[2] / 800, (0.5, 0.6), 0.02)
    left, top, side = scene.box
    scene.rectangle(left - 60, top - 60, left + side + 60, top + side + 60, INK, int(rng.integers(2, 5)))
    scene.rectangle(25, 25, 775, 975, GREY, 3)
    scene.text(_WORDS[rng.integers(len(_WORDS))], 70, 100, 22)
    scene.line((70, 170), (730, 170), INK, 2)
    return _photo(_written(scene, strokes))


@kind
def sheet_on_desk(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = _sheet(rng, (0.2, 0.5), width=1000, height=1300)
    _written(scene, strokes)
    scene.lay_on(DESKS[rng.integers(len(DESKS))], rng.uniform(0.55, 0.9), rng.uniform(-14, 14), rng.uniform(2, 9))
    return _photo(scene)


@kind
def school_sheet_on_desk(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """Ruled, with a margin, holes, a heading and a shadow."""
    scene = _sheet(rng, (0.28, 0.45), width=1000, height=1300)
    _rule(scene, rng.uniform(50, 80), _print_colour(rng), 2, False)
    scene.line((130, 0), (130, 1300), RED, 3)
    for y in (250, 650, 1050):
        scene.disc(55, y, 20, (60, 50, 45))
    scene.text(_WORDS[rng.integers(len(_WORDS))], 170, 100, 24)
    _written(scene, strokes)
    scene.lay_on(DESKS[rng.integers(len(DESKS))], rng.uniform(0.7, 0.95), rng.uniform(-6, 6))
    scene.shadow(rng.uniform(0.1, 0.35), 0.04)
    return _photo(scene)


@kind
def holes(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = _sheet(rng, (0.35, 0.55))
    shade = rng.uniform(20, 120)
    for y in (220, 450, 680):
        scene.disc(60, y, rng.uniform(14, 24), (shade, shade, shade * 0.9))
    return _photo(_written(scene, strokes))


@kind
def shadow_edge(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = _written(_sheet(rng), strokes)
    scene.shadow(rng.uniform(0.25, 0.5), rng.uniform(0.004, 0.06))
    return _photo(scene)


@kind
def thumb(strokes: Strokes, rng: np.random.Generator) -> bytes:
    scene = _written(_sheet(rng, (0.3, 0.55)), strokes)
    scene.thumb()
    return _photo(scene)


@kind
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
    return _photo(scene)


@kind
def crossed_out(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """With specks, crumbs and a scribble in a corner."""
    scene = _written(_sheet(rng, (0.4, 0.55)), strokes)
    for _ in range(12):
        scene.disc(*rng.uniform(20, 880, 2), rng.uniform(1, 3), GREY)
    scribble = [np.cumsum(rng.normal(0, 9, (14, 2)), axis=0)]
    scene.blend(scene.mask(scribble, (30, 30, 90), 0.05), BLUE)
    return _photo(scene)


def _large(strokes: Strokes, rng: np.random.Generator) -> Image.Image:
    scene = _written(_sheet(rng, (0.3, 0.6), width=1344, height=1008), strokes)
    scene.light(0.3)
    return Image.fromarray(scene.photograph(3)).resize((4032, 3024), Image.Resampling.BILINEAR)


@kind
def phone(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """12 megapixels, turned by its Exif data, or progressive, or with a second picture."""
    image, which = _large(strokes, rng), rng.integers(3)
    if which == 0:
        exif = Image.Exif()
        exif[0x0112] = 6
        return file(image.transpose(Image.Transpose.ROTATE_90), exif=exif.tobytes())
    if which == 1:
        return file(image, progressive=True)
    return file(image, "MPO", save_all=True, append_images=[image.resize((320, 240))])


@kind
def camera_formats(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """HEIC and AVIF."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    scene = _written(_sheet(rng, width=1344, height=1008), strokes)
    scene.light(0.3)
    return file(Image.fromarray(scene.photograph()), ("HEIF", "AVIF")[rng.integers(2)], quality=60)


@kind
def other_formats(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """GIF, BMP, TIFF, 16 bits, a palette, print colours."""
    scene = _written(_sheet(rng, width=800, height=800), strokes)
    image = Image.fromarray(scene.exported())
    which = rng.integers(6)
    if which == 0:
        return file(image, "GIF")
    if which == 1:
        return file(image, "BMP")
    if which == 2:
        return file(image, "TIFF", compression="tiff_lzw")
    if which == 3:
        return file(Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257), "PNG")
    if which == 4:
        return file(image.convert("P", palette=Image.Palette.ADAPTIVE), "PNG")
    return file(image.convert("CMYK"))


@kind
def animation(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """Its first frame is blank."""
    scene = _sheet(rng, width=600, height=600)
    blank = Image.fromarray(scene.exported())
    image = Image.fromarray(_written(scene, strokes).exported())
    return file(blank, ("WEBP", "GIF", "PNG")[rng.integers(3)], save_all=True, append_images=[image, image.rotate(5)])
