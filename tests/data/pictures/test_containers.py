"""The three readers: what they keep, drop and count, on files written by hand."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from siamese.data.ink import InkError
from siamese.data.pictures import jpeg, png, webp
from siamese.data.pictures.orientation import read_orientation
from tests.hostile.pictures import chunk, colour, encoded, hook, jpeg_with, png_with, riff, scan_bomb, segment


def shown(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert("RGB"))


def test_of_a_png_only_the_pixels_are_kept() -> None:
    good = encoded(hook(200))
    container = png.read(
        png_with(chunk(b"tEXt", b"key\0secret") + chunk(b"iCCP", b"p\0\0x") + chunk(b"zTXt", b"k\0\0x"))
    )
    assert container.content == png.read(good).content
    assert (container.format, container.width, container.height) == ("PNG", 200, 200)
    assert b"secret" not in container.content


@pytest.mark.parametrize(
    ("mode", "bytes_per_pixel"), [("1", 1), ("L", 1), ("P", 1), ("I;16", 2), ("RGB", 4), ("LA", 4), ("RGBA", 4)]
)
def test_the_memory_of_a_png_is_counted_by_its_mode(mode: str, bytes_per_pixel: int) -> None:
    picture = Image.new(mode, (30, 20))
    assert png.read(encoded(picture)).memory_bytes == 30 * 20 * bytes_per_pixel


def test_of_a_jpeg_only_the_pixels_are_kept() -> None:
    content = jpeg_with(
        segment(0xE1, b"Exif\0\0secret") + segment(0xFE, b"secret") + b"\xff" * 9 + segment(0xE2, b"MPF")
    )
    container = jpeg.read(content + b"secret")
    assert b"secret" not in container.content
    assert b"Exif" not in container.content
    assert np.array_equal(shown(container.content), shown(content))


@pytest.mark.parametrize(
    ("options", "scans", "blocks"),
    [
        ({"subsampling": 0}, 1, 3 * 25 * 25),
        ({"subsampling": 2}, 1, 6 * 13 * 13),
    ],
)
def test_a_baseline_jpeg_visits_every_block_once(options: dict, scans: int, blocks: int) -> None:
    container = jpeg.read(encoded(colour(200), "JPEG", **options))
    assert (container.scans, container.block_visits) == (scans, blocks)
    assert container.memory_bytes == 200 * 200 // 4


def test_a_progressive_jpeg_keeps_all_coefficients_until_its_last_scan() -> None:
    container = jpeg.read(encoded(colour(200), "JPEG", progressive=True, subsampling=0))
    assert container.scans == 10
    assert container.memory_bytes == 3 * 25 * 25 * 128 + 200 * 200 // 4
    repeated = jpeg.read(scan_bomb(7, side=200))
    assert repeated.scans == 17
    assert repeated.block_visits == container.block_visits + 7 * 25 * 25


def test_a_jpeg_in_colour_and_in_print_colours_keeps_its_colours() -> None:
    for content in (encoded(colour(), "JPEG"), encoded(colour().convert("CMYK"), "JPEG")):
        assert np.array_equal(shown(jpeg.read(content).content), shown(content))


def test_of_a_webp_only_the_pixels_are_kept() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for options in ({}, {"lossless": True}):
        content = encoded(colour(), "WEBP", exif=exif.tobytes(), icc_profile=b"secret", **options)
        container = webp.read(content)
        assert container.orientation == 6
        assert b"secret" not in container.content
        assert np.array_equal(shown(container.content), shown(content))


def test_transparency_of_a_webp_is_kept() -> None:
    layered = np.zeros((90, 120, 4), np.uint8)
    layered[..., 3] = np.arange(120)
    for options in ({}, {"lossless": True}):
        content = encoded(layered, "WEBP", **options)
        with Image.open(io.BytesIO(webp.read(content).content)) as ours, Image.open(io.BytesIO(content)) as theirs:
            assert np.array_equal(ours.getchannel("A"), theirs.getchannel("A"))


@given(st.binary(max_size=200), st.sampled_from([(png, b"\x89PNG\r\n\x1a\n"), (jpeg, b"\xff\xd8"), (webp, riff(b""))]))
@settings(deadline=None)
def test_the_readers_raise_nothing_but_ink_errors(content: bytes, reader: tuple) -> None:
    module, start = reader
    try:
        container = module.read(start + content)
    except InkError:
        return
    assert container.width > 0
    assert container.height > 0


def tiff(order: str, *entries: tuple[int, int, int, int], offset: int = 8) -> bytes:
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", offset)
    table = b"".join(struct.pack(order + "HHIHH", *entry, 0) for entry in entries)
    return head + bytes(offset - 8) + struct.pack(order + "H", len(entries)) + table


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_orientation_is_read_in_both_byte_orders(order: str) -> None:
    content = b"before" + tiff(order, (0x0100, 3, 1, 640), (0x0112, 3, 1, 6), offset=20)
    assert read_orientation(content, 6, len(content)) == 6


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"II*\0",
        b"XX*\0\x08\0\0\0\x01\0",
        tiff("<"),
        tiff("<", (0x0112, 3, 1, 9)),
        tiff("<", (0x0112, 3, 1, 0)),
        tiff("<", (0x0112, 4, 1, 6)),
        tiff("<", (0x0112, 3, 2, 6)),
        tiff("<", (0x0112, 3, 1, 6))[:-4],
        b"II*\0\xff\xff\xff\xff" + bytes(40),
    ],
)
def test_without_a_valid_orientation_a_picture_is_upright(content: bytes) -> None:
    assert read_orientation(content, 0, len(content)) == 1
