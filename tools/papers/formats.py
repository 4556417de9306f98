"""Pictures as phones, cameras and other programs save them."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tools.papers.making import Kinds, file, sheet, written
from tools.papers.scene import Scene, Strokes

KINDS = Kinds()


def _large(strokes: Strokes, rng: np.random.Generator) -> Image.Image:
    scene = written(sheet(rng, (0.3, 0.6), width=1344, height=1008), strokes)
    scene.light(0.3)
    return Image.fromarray(scene.photograph(3)).resize((4032, 3024), Image.Resampling.BILINEAR)


@KINDS.add
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


@KINDS.add
def camera_formats(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """HEIC and AVIF."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    scene = written(sheet(rng, width=1344, height=1008), strokes)
    scene.light(0.3)
    return file(Image.fromarray(scene.photograph()), ("HEIF", "AVIF")[rng.integers(2)], quality=60)


@KINDS.add
def other_formats(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """GIF, BMP, TIFF, 16 bits, a palette, print colours."""
    scene = written(sheet(rng, width=800, height=800), strokes)
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


@KINDS.add
def animation(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """Its first frame is blank."""
    scene = sheet(rng, width=600, height=600)
    blank = Image.fromarray(scene.exported())
    image = Image.fromarray(written(scene, strokes).exported())
    return file(blank, ("WEBP", "GIF", "PNG")[rng.integers(3)], save_all=True, append_images=[image, image.rotate(5)])


@KINDS.add
def titled_note(strokes: Strokes, rng: np.random.Generator) -> bytes:
    """Exported by a program for notes, with the title just above; light or dark."""
    ground, ink = (((30, 30, 32), (240, 240, 240)), ((250, 250, 250), (20, 20, 24)))[rng.integers(2)]
    scene = Scene(rng, 1280, 800, ground)
    scene.place(rng.uniform(0.4, 0.55), (0.5, 0.56), 0.02)
    written(scene, strokes, ink)
    top = int(np.flatnonzero(scene.ink.max(axis=1) > 0.5)[0])
    title = ("Notes", "Sketch 3", "My drawing", "Untitled sketch - Notes")[rng.integers(4)]
    scene.text(title, scene.box[0], top - rng.uniform(15, 90), rng.uniform(16, 34), ink)
    return file(scene.exported(), "PNG")
