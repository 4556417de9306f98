"""Pictures and photographs, made here from strokes: what is drawn again is what was drawn, whatever the pen, light and file."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps, PngImagePlugin
from scipy.ndimage import distance_transform_edt

from siamese.config import SIDE
from siamese.data import pen
from siamese.data.characters import CharacterSet
from siamese.data.ink import InkError, draw_strokes, to_png
from siamese.data.photograph import MOST_BYTES, draw_image

turn = np.linspace(0, 2 * np.pi, 60)
CHARACTERS = {
    "hook": [np.array([[25.0, 22], [70, 22], [70, 80], [55, 88]])],
    "cross": [np.array([[50.0, 20], [54, 88]]), np.array([[22.0, 50], [82, 46]])],
    "ring": [np.stack([52 + 28 * np.cos(turn), 50 + 22 * np.sin(turn)], axis=1), np.array([[52.0, 50.0]])],
    "wave": [np.stack([np.linspace(18, 86, 60), 52 + 20 * np.sin(np.linspace(0, 9, 60))], axis=1)],
    "dots": [np.array([[28.0, 36.0]]), np.array([[76.0, 36.0]]), np.array([[35.0, 75], [68, 75]])],
}


def encoded(picture: np.ndarray | Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).save(file, kind, **options)
    return file.getvalue()


def painted(strokes: list[np.ndarray], side: int, width: float) -> np.ndarray:
    """Ink in [0, 1], float (side, side), of a pen `width` px wide, with soft edges."""
    paper = np.zeros((side, side), np.uint8)
    for stroke in strokes:
        points = np.rint(((stroke + 0.5) * side / SIDE - 0.5) * 8).astype(np.int32)
        cv2.polylines(
            paper, [np.repeat(points, 2, axis=0).reshape(-1, 1, 2)], False, 255, max(1, round(width)), cv2.LINE_AA, 3
        )
    return paper / 255


def photographed(strokes: list[np.ndarray], rng: np.random.Generator, **how: Any) -> bytes:
    """A JPEG of quality 40 of a sheet or board, unevenly lit, noisy and blurred."""
    side, light, noise = how.get("side", 700), how.get("light", 0.4), how.get("noise", 4)
    ink = painted(strokes, side, how.get("width", 20))
    if how.get("pencil"):
        ink = ink * np.clip(rng.normal(0.75, 0.25, ink.shape), 0, 1)
    y, x = np.mgrid[:side, :side] / side
    angle = rng.uniform(0, 2 * np.pi)
    lit = 1 - light * (np.cos(angle) * (x - 0.5) + np.sin(angle) * (y - 0.5) + 0.5)
    plain, pigment = (48.0, 215.0) if how.get("chalk") else (235.0, 120.0 if how.get("pencil") else 40.0)
    sheet = np.full((side, side), plain)
    if how.get("ruled"):
        for row in range(20, side, side // 10):
            sheet[row : row + 2] *= 0.8
    picture = (sheet * (1 - ink) + pigment * ink) * lit
    if how.get("shadow"):
        picture *= 1 - 0.45 * np.clip((x - 0.88 - 0.05 * y) * 25, 0, 1)
        picture[:, : side // 60] *= 0.3
    for _ in range(how.get("specks", 0)):
        cv2.circle(picture, tuple(int(v) for v in rng.integers(0, side, 2)), 2, 60, -1)
    if how.get("angle"):
        matrix = cv2.getRotationMatrix2D((side / 2, side / 2), how["angle"], 1)
        picture = cv2.warpAffine(picture, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    picture = cv2.GaussianBlur(picture, (0, 0), how.get("blur", 1.0)) + rng.normal(0, noise, picture.shape)
    return encoded(np.clip(picture, 0, 255).astype(np.uint8), "JPEG", quality=40)


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.minimum(a, b).sum() / np.maximum(a, b).sum())


def modified_hausdorff(a: np.ndarray, b: np.ndarray) -> float:
    """Distance in px (Dubuisson and Jain, 1994)."""
    return float(max(distance_transform_edt(b == 0)[a > 0].mean(), distance_transform_edt(a == 0)[b > 0].mean()))


PHOTOGRAPHS = {
    "usual": ({}, 0.88),
    "thin": ({"width": 5}, 0.88),
    "thick": ({"width": 48}, 0.7),
    "pencil": ({"width": 9, "pencil": True}, 0.85),
    "chalk": ({"chalk": True, "noise": 8}, 0.88),
    "dim": ({"light": 0.75, "noise": 7, "blur": 2}, 0.85),
    "ruled": ({"ruled": True, "width": 14}, 0.85),
    "shadow": ({"shadow": True}, 0.85),
    "specks": ({"specks": 25}, 0.85),
    "small": ({"side": 250, "width": 7}, 0.85),
    "large": ({"side": 1900, "width": 40}, 0.88),
}


@pytest.mark.parametrize("how", PHOTOGRAPHS)
@pytest.mark.parametrize("character", CHARACTERS)
def test_a_photograph_becomes_the_drawing_that_was_photographed(how: str, character: str) -> None:
    options, least = PHOTOGRAPHS[how]
    strokes = CHARACTERS[character]
    ours = draw_image(photographed(strokes, np.random.default_rng(3), **options))
    assert ours.shape == (SIDE, SIDE)
    assert ours.dtype == np.float32
    assert set(np.unique(ours)) == {0.0, 1.0}
    drawn = pen.draw(strokes)
    assert modified_hausdorff(ours, drawn) < 0.6
    assert overlap(ours, drawn) > least


@pytest.mark.parametrize("character", CHARACTERS)
def test_a_sheet_held_askew_gives_a_drawing_askew(character: str) -> None:
    radians = np.deg2rad(5)
    matrix = np.array([[np.cos(radians), np.sin(radians)], [-np.sin(radians), np.cos(radians)]])
    turned = [(stroke - 52) @ matrix.T + 52 for stroke in CHARACTERS[character]]
    ours = draw_image(photographed(CHARACTERS[character], np.random.default_rng(4), angle=5))
    assert modified_hausdorff(ours, pen.draw(turned)) < 0.6


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"pencil": True, "width": 9},
        {"light": 0.75, "noise": 7},
        {"noise": 15},
        {"chalk": True},
        {"specks": 0, "ruled": False},
    ],
)
def test_empty_paper_has_no_ink(how: dict) -> None:
    with pytest.raises(InkError, match="I see no ink"):
        draw_image(photographed([], np.random.default_rng(6), **how))


@pytest.mark.parametrize("grey", [0, 17, 128, 255])
@pytest.mark.parametrize("size", [(1, 1), (1, 4096), (105, 105), (300, 200)])
def test_one_even_colour_has_no_ink(grey: int, size: tuple[int, int]) -> None:
    with pytest.raises(InkError, match="I see no ink"):
        draw_image(encoded(np.full(size, grey, np.uint8)))


@given(st.sampled_from(sorted(CHARACTERS)), st.integers(60, 500), st.floats(0.03, 0.07), st.booleans())
@settings(max_examples=25, deadline=None)
def test_light_on_dark_is_the_same_as_dark_on_light(character: str, side: int, width: float, soft: bool) -> None:
    ink = painted(CHARACTERS[character], side, width * side)
    picture = np.rint(255 - 255 * (ink if soft else ink > 0.5)).astype(np.uint8)
    assert np.array_equal(draw_image(encoded(picture)), draw_image(encoded(255 - picture)))


@given(
    st.lists(
        st.lists(st.tuples(st.floats(5, 100), st.floats(5, 100)), min_size=1, max_size=6).map(np.array),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
@settings(deadline=None)
def test_a_drawing_of_ours_comes_back_unchanged(strokes: list[np.ndarray], inverted: bool) -> None:
    drawing = draw_strokes(strokes)
    content = encoded(drawing == 1) if inverted else to_png(drawing)
    assert np.array_equal(draw_image(content), drawing)


@given(st.sampled_from(sorted(CHARACTERS)), st.integers(30, 500), st.floats(0.02, 0.09), st.integers(0, 2**32))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_made_of_a_picture_comes_back_unchanged(character: str, side: int, width: float, seed: int) -> None:
    drawing = draw_image(
        photographed(CHARACTERS[character], np.random.default_rng(seed), side=side, width=width * side)
    )
    assert np.array_equal(draw_image(to_png(drawing)), drawing)


def test_omniglots_drawings_come_back_unchanged(omniglot: CharacterSet) -> None:
    for row in np.random.default_rng(7).choice(len(omniglot), 400, replace=False):
        drawing = omniglot.drawings([row])[0]
        assert np.array_equal(draw_image(to_png(drawing)), drawing), row


def test_a_hairline_of_the_right_size_is_drawn_with_the_pen() -> None:
    line = np.full((SIDE, SIDE), 255, np.uint8)
    line[20:85, 50] = 0
    assert overlap(draw_image(encoded(line)), pen.draw([np.array([[50.0, 20], [50, 84]])])) > 0.85


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_exif_orientation_is_shown_upright(orientation: int, kind: str) -> None:
    """The picture is stored so that a viewer that heeds the orientation shows it upright."""
    upright = Image.fromarray(np.rint(255 - 255 * painted(CHARACTERS["hook"], 420, 16)).astype(np.uint8)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = {6: 8, 8: 6}.get(orientation, orientation)  # the inverse of each
    stored = upright.copy()
    stored.info["exif"] = exif.tobytes()
    stored = ImageOps.exif_transpose(stored)
    exif[0x0112] = orientation
    ours = draw_image(encoded(stored, kind, exif=exif.tobytes()))
    assert overlap(ours, pen.draw(CHARACTERS["hook"])) > 0.85


MODES = {
    "1": lambda grey: grey.convert("1"),
    "L": lambda grey: grey,
    "LA": lambda grey: grey.convert("LA"),
    "P": lambda grey: grey.convert("P"),
    "RGB": lambda grey: grey.convert("RGB"),
    "RGBA": lambda grey: grey.convert("RGBA"),
    "I;16": lambda grey: Image.fromarray(np.asarray(grey).astype(np.uint16) * 257),
}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_of_png_is_the_same_picture(mode: str) -> None:
    grey = Image.fromarray(np.rint(255 - 255 * painted(CHARACTERS["ring"], 420, 16)).astype(np.uint8))
    assert overlap(draw_image(encoded(MODES[mode](grey))), pen.draw(CHARACTERS["ring"])) > 0.85


def test_ink_on_transparent_ground_is_ink_on_paper() -> None:
    ink = np.rint(255 * painted(CHARACTERS["wave"], 300, 12)).astype(np.uint8)
    drawn = pen.draw(CHARACTERS["wave"])
    layered = np.zeros((300, 300, 4), np.uint8)
    layered[..., 3] = ink
    palette = Image.fromarray((ink > 127).astype(np.uint8), "P")
    palette.putpalette([9, 9, 9, 0, 0, 0])
    for content in (encoded(layered), encoded(layered, "WEBP", lossless=True), encoded(palette, transparency=0)):
        assert overlap(draw_image(content), drawn) > 0.85


def test_colour_and_print_files_are_read() -> None:
    grey = Image.fromarray(np.rint(255 - 255 * painted(CHARACTERS["cross"], 300, 12)).astype(np.uint8))
    blue = ImageOps.colorize(grey, (20, 40, 200), (250, 245, 230))
    for content in (
        encoded(grey.convert("CMYK"), "JPEG"),
        encoded(blue, "JPEG"),
        encoded(blue, "JPEG", progressive=True),
        encoded(blue, "WEBP"),
    ):
        assert overlap(draw_image(content), pen.draw(CHARACTERS["cross"])) > 0.85


def test_of_an_animation_the_first_picture_counts() -> None:
    first, second = (
        Image.fromarray(np.rint(255 - 255 * painted(CHARACTERS[name], 300, 12)).astype(np.uint8))
        for name in ("hook", "wave")
    )
    for kind in ("PNG", "WEBP"):
        ours = draw_image(encoded(first, kind, save_all=True, append_images=[second, second]))
        assert overlap(ours, pen.draw(CHARACTERS["hook"])) > 0.85


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(
    width: int, height: int, depth: int = 1, colour: int = 0, rows: bytes | None = None, extra: bytes = b""
) -> bytes:
    """A PNG written by hand, so that it can lie."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = zlib.compress(bytes((width * depth + 7) // 8 + 1) * height if rows is None else rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    texts = PngImagePlugin.PngInfo()
    for number in range(20):
        texts.add_text(f"key{number}", "x" * 1_000_000, zip=True)
    return encoded(GOOD, "PNG", pnginfo=texts)


GOOD = np.rint(255 - 255 * painted(CHARACTERS["hook"], 200, 9)).astype(np.uint8)
COLOUR = Image.fromarray(GOOD).convert("RGB")
HOSTILE = {
    "nothing": b"",
    "one byte": b"\x00",
    "text": b"not a picture at all",
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>',
    "svg with entities": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>',
    "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage",
    "zip": b"PK\x03\x04" + bytes(60),
    "pickle": b"\x80\x04\x95" + bytes(20),
    "gif": encoded(GOOD, "GIF"),
    "tiff": encoded(GOOD, "TIFF"),
    "bmp": encoded(GOOD, "BMP"),
    "ico": encoded(Image.fromarray(GOOD).resize((32, 32)), "ICO"),
    "ppm": encoded(GOOD, "PPM"),
    "jpeg 2000 magic": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(40),
    "avif magic": b"\x00\x00\x00\x20ftypavif" + bytes(40),
    "png signature only": b"\x89PNG\r\n\x1a\n",
    "jpeg signature only": b"\xff\xd8\xff\xe0",
    "webp signature only": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "bomb 9400 x 9400": png(9400, 9400),
    "bomb 30000 x 30000": png(30000, 30000, rows=bytes(1000)),
    "bomb 1 x 4000000": png(1, 4_000_000),
    "bomb 4000000 x 1": png(4_000_000, 1),
    "bomb 4097 x 1": png(4097, 1),
    "bomb 2001 x 2000": png(2001, 2000),
    "largest sizes of all": png(2**31 - 1, 2**31 - 1, rows=b"\x00"),
    "no width": png(0, 10, rows=b"\x00"),
    "no height": png(10, 0, rows=b""),
    "no pixels": png(200, 200, rows=b""),
    "too few pixels": png(200, 200, rows=bytes(100)),
    "too many pixels": png(20, 20, rows=bytes(4_000_000)),
    "unknown depth": png(20, 20, depth=7),
    "unknown colours": png(20, 20, depth=8, colour=5),
    "palette without a palette": png(20, 20, depth=8, colour=3),
    "palette too short": png(20, 20, depth=8, colour=3, extra=chunk(b"PLTE", b"\x01\x02\x03"), rows=b"\x00" * 21 * 20),
    "wrong checksum": png(20, 20).replace(b"IHDR", b"IHDS"),
    "image data that is no zlib": png(20, 20).replace(b"x\xda", b"xx"),
    "huge chunk length": b"\x89PNG\r\n\x1a\n" + b"\x7f\xff\xff\xffIHDR" + bytes(40),
    "texts of 20 MB": text_bomb(),
    "colour profile of 20 MB": png(20, 20, extra=chunk(b"iCCP", b"p\x00\x00" + zlib.compress(bytes(20_000_000)))),
    "transparency of nothing": png(20, 20, extra=chunk(b"tRNS", b"")),
    "animation without frames": png(20, 20, extra=chunk(b"acTL", struct.pack(">II", 0, 0))),
    "animation of a million frames": png(20, 20, extra=chunk(b"acTL", struct.pack(">II", 10**6, 0))),
    "animation with a frame outside": png(
        20,
        20,
        extra=chunk(b"acTL", struct.pack(">II", 1, 0))
        + chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 99, 99, 9, 9, 1, 1, 0, 0)),
    ),
    "exif that is no exif": png(20, 20, extra=chunk(b"eXIf", b"garbage" * 9)),
    "half a png": encoded(GOOD)[: len(encoded(GOOD)) // 2],
    "half a jpeg": encoded(COLOUR, "JPEG")[: len(encoded(COLOUR, "JPEG")) // 2],
    "half a webp": encoded(COLOUR, "WEBP")[: len(encoded(COLOUR, "WEBP")) // 2],
    "jpeg of 65500 x 65500": encoded(COLOUR, "JPEG").replace(
        struct.pack(">HH", 200, 200), struct.pack(">HH", 65500, 65500)
    ),
    "jpeg of no height": encoded(COLOUR, "JPEG").replace(struct.pack(">HH", 200, 200), struct.pack(">HH", 0, 200)),
    "jpeg of 3000 x 1999": encoded(Image.new("L", (3000, 1999)), "JPEG"),
    "webp of 16383 x 16383": encoded(COLOUR, "WEBP").replace(
        struct.pack("<HH", 200, 200), struct.pack("<HH", 16383, 16383)
    ),
    "webp of 2000 x 2000": encoded(Image.new("L", (2000, 2000)), "WEBP"),
    "over 5 MB": encoded(GOOD) + bytes(MOST_BYTES),
    "noise": np.random.default_rng(8).bytes(5000),
    "noise as a picture": encoded(np.random.default_rng(8).integers(0, 256, (900, 900), dtype=np.uint8)),
    "noise in black and white": encoded(np.random.default_rng(8).random((1500, 1500)) > 0.5),
    "chequers": encoded(np.indices((640, 640)).sum(axis=0) // 6 % 2 > 0),
    "fine stripes": encoded((np.arange(1200) // 3 % 2 * np.ones((1200, 1))) > 0),
    "almost even": encoded((np.arange(640) % 2 * np.ones((640, 1)) + 200).astype(np.uint8)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(InkError, match=r"^[A-Z][^.]*(\d\.\d[^.]*)?\.$"):
        draw_image(HOSTILE[name])


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\xff\x00\x00\x00WEBP"])
)
@settings(deadline=None)
def test_no_bytes_raise_anything_else(content: bytes, start: bytes) -> None:
    with pytest.raises(InkError):
        draw_image(start + content)


WHOLE = {
    "PNG": encoded(GOOD),
    "JPEG": encoded(COLOUR, "JPEG", quality=40),
    "WEBP": encoded(COLOUR, "WEBP"),
    "APNG": encoded(COLOUR, save_all=True, append_images=[COLOUR.rotate(9)]),
}


@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
    st.floats(0, 1),
    st.booleans(),
)
@settings(deadline=None, max_examples=200)
def test_a_damaged_file_gives_a_drawing_or_an_ink_error(
    kind: str, changes: list[tuple[float, int]], cut: float, truncated: bool
) -> None:
    content = bytearray(WHOLE[kind])
    for place, value in changes:
        content[int(place * (len(content) - 1))] = value
    try:
        drawing = draw_image(bytes(content[: int(cut * len(content))] if truncated else content))
    except InkError:
        return
    assert drawing.shape == (SIDE, SIDE)
    assert set(np.unique(drawing)) == {0.0, 1.0}
