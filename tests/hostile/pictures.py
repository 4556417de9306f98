"""Hostile picture files: damaged, mislabelled, or made to cost memory and time.

`REFUSED` must end in one sentence; `HARMLESS` are good pictures with a costly part that no drawing needs; `LARGEST`
are good ones at the limits.
"""

from __future__ import annotations

import io
import pickle
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image, PngImagePlugin

from tests.hostile.bits import lossless_webp, zlib_of_empty_blocks

pillow_heif.register_heif_opener()  # to write HEIC files

Make = Callable[[], bytes]


def encoded(picture: np.ndarray | Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).save(file, kind, **options)
    return file.getvalue()


def hook(side: int) -> np.ndarray:
    """A thick hook on white paper, uint8 (side, side)."""
    grey = np.full((side, side), 255, np.uint8)
    a, b, pen = side // 4, 3 * side // 4, max(1, side // 20)
    grey[a : a + pen, a:b] = 0
    grey[a:b, b - pen : b] = 0
    return grey


def colour(side: int = 200) -> Image.Image:
    return Image.fromarray(hook(side)).convert("RGB")


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(
    width: int,
    height: int,
    depth: int = 1,
    colour: int = 0,
    rows: bytes | None = None,
    extra: bytes = b"",
    compressed: bytes | None = None,
) -> bytes:
    """A PNG written by hand, so that its parts can contradict each other."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    if compressed is None:
        compressed = zlib.compress(bytes((width * depth + 7) // 8 + 1) * height if rows is None else rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", compressed) + chunk(b"IEND", b"")


def png_with(extra: bytes) -> bytes:
    """The hook with chunks after its header."""
    good = encoded(hook(200))
    return good[:33] + extra + good[33:]


def segment(marker: int, body: bytes = b"") -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg_with(extra: bytes, side: int = 200, **options: Any) -> bytes:
    """The hook as JPEG with bytes after its start marker."""
    good = encoded(colour(side), "JPEG", **options)
    return good[:2] + extra + good[2:]


def scan_bomb(copies: int, side: int = 2000, scan: int = -1) -> bytes:
    """A progressive JPEG with one of its scans repeated; the last takes 167 bytes a copy at 2000 px."""
    good = encoded(colour(side), "JPEG", progressive=True, subsampling=0)
    starts = [i for i in range(len(good) - 1) if good[i : i + 2] == b"\xff\xda"]
    start = starts[scan]
    after = start + 2
    while good[after] != 0xFF or good[after + 1] in (0, *range(0xD0, 0xD8)):
        after += 1
    repeated = good[start:after]
    return good[:-2] + repeated * copies + good[-2:]


def exif(entries: int, size: int) -> bytes:
    """Exif data of `size` bytes whose entries all name nearly all of it as their value."""
    table = [struct.pack("<HHII", i + 1, 7, size - 100, 8) for i in range(entries)]
    head = b"II*\0" + struct.pack("<IH", 8, entries) + b"".join(table)
    return head + bytes(max(4, size - len(head)))


def webp_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def riff(body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _texts(count: int, size: int) -> bytes:
    texts = PngImagePlugin.PngInfo()
    for number in range(count):
        texts.add_text(f"key{number}", "x" * size, zip=True)
    return encoded(hook(200), "PNG", pnginfo=texts)


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _noise(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(8).integers(0, 256, shape, dtype=np.uint8)


def _frame(content: bytes, height: int, width: int, side: int = 200) -> bytes:
    """A JPEG whose frame claims another size."""
    return content.replace(struct.pack(">HH", side, side), struct.pack(">HH", height, width))


_ZIP_BOMB = zlib.compress(bytes(20_000_000), 9)

REFUSED: dict[str, Make] = {
    "nothing": lambda: b"",
    "one byte": lambda: b"\x00",
    "text": lambda: b"not a picture at all",
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "gif: 20000 x 20000": lambda: encoded(hook(200), "GIF").replace(
        struct.pack("<HH", 200, 200), struct.pack("<HH", 20_000, 20_000), 1
    ),
    "bmp: 60000 x 60000": lambda: encoded(hook(200), "BMP").replace(
        struct.pack("<ii", 200, 200), struct.pack("<ii", 60_000, 60_000)
    ),
    "tiff: 60000 x 60000": lambda: encoded(hook(200), "TIFF").replace(
        struct.pack("<I", 200), struct.pack("<I", 60_000)
    ),
    "heic: half": lambda: _half(encoded(colour(), "HEIF")),
    "avif: half": lambda: _half(encoded(colour(), "AVIF")),
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>',
    "svg with an entity": lambda: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>',
    "pdf": lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>",
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage",
    "zip": lambda: b"PK\x03\x04" + bytes(60),
    "pickle": lambda: pickle.dumps({"a": 1}),
    "gif: half": lambda: _half(encoded(hook(200), "GIF"))[:-9],
    "tiff: half": lambda: _half(encoded(hook(200), "TIFF"))[:-9],
    "bmp: half": lambda: _half(encoded(hook(200), "BMP"))[:-9],
    "ico": lambda: encoded(Image.fromarray(hook(200)).resize((32, 32)), "ICO"),
    "ppm": lambda: encoded(hook(200), "PPM"),
    "jpeg 2000": lambda: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(40),
    "avif": lambda: b"\x00\x00\x00\x20ftypavif" + bytes(40),
    "over 15 MB": lambda: encoded(hook(200)) + bytes(15_000_000),
    "noise": lambda: np.random.default_rng(8).bytes(5000),
    "png: signature only": lambda: b"\x89PNG\r\n\x1a\n",
    "png: half": lambda: _half(encoded(hook(200))),
    "png: 9400 x 9400": lambda: png(9400, 9400),
    "png: 30000 x 30000": lambda: png(30000, 30000, rows=bytes(1000)),
    "png: 1 x 4000000": lambda: png(1, 4_000_000),
    "png: 4000000 x 1": lambda: png(4_000_000, 1),
    "png: 20001 x 1": lambda: png(20_001, 1),
    "png: 7072 x 7071": lambda: png(7072, 7071),
    "png: the largest sizes": lambda: png(2**31 - 1, 2**31 - 1, rows=b"\x00"),
    "png: 7000 x 7000 in colour": lambda: png(7000, 7000, depth=8, colour=2, rows=b""),
    "png: 7000 x 7000 in colour, interlaced": lambda: png(7000, 7000, depth=8, colour=2, rows=b"").replace(
        struct.pack(">IIBBBBB", 7000, 7000, 8, 2, 0, 0, 0), struct.pack(">IIBBBBB", 7000, 7000, 8, 2, 0, 0, 1)
    ),
    "png: no width": lambda: png(0, 10, rows=b"\x00"),
    "png: no height": lambda: png(10, 0, rows=b""),
    "png: no pixels": lambda: png(200, 200, rows=b""),
    "png: too few pixels": lambda: png(200, 200, rows=bytes(100)),
    "png: too many pixels": lambda: png(20, 20, rows=bytes(4_000_000)),
    "png: unknown depth": lambda: png(20, 20, depth=7),
    "png: unknown colours": lambda: png(20, 20, depth=8, colour=5),
    "png: no palette": lambda: png(20, 20, depth=8, colour=3),
    "png: palette too short": lambda: png(
        20, 20, depth=8, colour=3, extra=chunk(b"PLTE", b"\x01\x02\x03"), rows=b"\x00" * 21 * 20
    ),
    "png: wrong checksum": lambda: png(20, 20).replace(b"IHDR", b"IHDS"),
    "png: data that is not deflated": lambda: png(20, 20).replace(b"x\xda", b"xx"),
    "png: huge chunk": lambda: b"\x89PNG\r\n\x1a\n" + b"\x7f\xff\xff\xffIHDR" + bytes(40),
    "png: 300,000 chunks": lambda: png_with(chunk(b"teXt", b"") * 300_000),
    "png: 14 MB of empty deflate blocks": lambda: png(200, 200, compressed=zlib_of_empty_blocks(14_000_000)),
    "png: 900 kB of empty deflate blocks": lambda: png(200, 200, compressed=zlib_of_empty_blocks(900_000)),
    "png: transparency of nothing": lambda: png(20, 20, extra=chunk(b"tRNS", b"")),
    "png: noise": lambda: encoded(_noise((900, 900))),
    "png: black and white noise": lambda: encoded(_noise((1500, 1500)) > 127),
    "png: chequers": lambda: encoded(np.indices((640, 640)).sum(axis=0) // 6 % 2 > 0),
    "png: stripes": lambda: encoded((np.arange(1200) // 3 % 2 * np.ones((1200, 1))) > 0),
    "png: almost even": lambda: encoded((np.arange(640) % 2 * np.ones((640, 1)) + 200).astype(np.uint8)),
    "jpeg: signature only": lambda: b"\xff\xd8\xff\xe0",
    "jpeg: half": lambda: _half(encoded(colour(), "JPEG")),
    "jpeg: 65500 x 65500": lambda: _frame(encoded(colour(), "JPEG"), 65500, 65500),
    "jpeg: no height": lambda: _frame(encoded(colour(), "JPEG"), 0, 200),
    "jpeg: scan bomb of 100 kB": lambda: scan_bomb(303),
    "jpeg: scan bomb of 300 kB": lambda: scan_bomb(1_500),
    "jpeg: scan bomb of 4.9 MB": lambda: scan_bomb(29_000),
    "jpeg: first scan repeated": lambda: scan_bomb(200, scan=0),
    "jpeg: 1,900 scans of a small picture": lambda: scan_bomb(1_900, side=600),
    "jpeg: 90 scans of a large picture": lambda: scan_bomb(89, side=4500),
    "jpeg: 400,000 empty segments": lambda: jpeg_with(segment(0xE1) * 400_000),
    "jpeg: 2 million markers": lambda: jpeg_with(b"\xff\x01" * 2_000_000),
    "jpeg: 20,000 tables": lambda: jpeg_with(segment(0xDB, bytes(65)) * 20_000),
    "jpeg: arithmetic codes": lambda: encoded(colour(), "JPEG").replace(b"\xff\xc0", b"\xff\xc9"),
    "jpeg: two frames": lambda: jpeg_with(segment(0xC0, struct.pack(">BHHB", 8, 9, 9, 1) + b"\x01\x11\x00")),
    "jpeg: progressive 7000 x 7000": lambda: _frame(
        encoded(colour(), "JPEG", progressive=True, subsampling=0), 7000, 7000
    ),
    "jpeg: segment beyond the end": lambda: jpeg_with(b"\xff\xe1\xff\xff")[:100],
    "jpeg: segment of length 0": lambda: jpeg_with(b"\xff\xe1\0\0"),
    "webp: signature only": lambda: b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "webp: half": lambda: _half(encoded(colour(), "WEBP")),
    "webp: 16383 x 16383": lambda: encoded(colour(), "WEBP").replace(
        struct.pack("<HH", 200, 200), struct.pack("<HH", 16383, 16383)
    ),
    "webp: tables of 380 MB": lambda: lossless_webp(1024, 65_536),
    "webp: 1 million chunks": lambda: riff(webp_chunk(b"JUNK", b"") * 1_000_000),
    "webp: no pixels": lambda: riff(webp_chunk(b"VP8X", bytes(10))),
    "webp: animation of nothing": lambda: riff(webp_chunk(b"ANMF", bytes(16))),
    "webp: blank 4200 x 4200": lambda: encoded(Image.new("L", (4200, 4200)), "WEBP"),
    "webp: 5000 x 5000": lambda: encoded(Image.new("L", (5000, 5000)), "WEBP"),
}

LARGEST: dict[str, Make] = {
    "jpeg: 7071 x 7071": lambda: encoded(colour(7071), "JPEG"),
    "jpeg: progressive 7071 x 7071": lambda: encoded(colour(7071), "JPEG", progressive=True),
    "jpeg: progressive 5000 x 5000 without subsampling": lambda: encoded(
        colour(5000), "JPEG", progressive=True, subsampling=0
    ),
    "png: 7071 x 7071 in grey": lambda: encoded(hook(7071), "PNG", compress_level=1),
    "png: 6200 x 6200 in colour": lambda: encoded(colour(6200), "PNG", compress_level=1),
    "png: 6200 x 6200 with alpha": lambda: encoded(colour(6200).convert("RGBA"), "PNG", compress_level=1),
    "png: 7071 x 7071 in colour": lambda: encoded(colour(7071), "PNG", compress_level=1),
    "png: 7071 x 7071 with alpha": lambda: encoded(colour(7071).convert("RGBA"), "PNG", compress_level=1),
    "webp: 3464 x 3464": lambda: encoded(colour(3464), "WEBP"),
    "webp: lossless 3464 x 3464": lambda: encoded(colour(3464), "WEBP", lossless=True, method=0),
    "webp: 3400 x 3400 with alpha": lambda: encoded(colour(3400).convert("RGBA"), "WEBP"),
    "heic: 3464 x 3464": lambda: encoded(colour(3464), "HEIF"),
    "avif: 3464 x 3464": lambda: encoded(colour(3464), "AVIF", speed=10),
    "tiff: 4900 x 4900": lambda: encoded(colour(4900), "TIFF", compression="tiff_lzw"),
    "gif: 5000 x 5000": lambda: encoded(hook(5000), "GIF"),
}
"""The largest good pictures that are accepted."""

HARMLESS: dict[str, Make] = {
    "png: texts of 20 MB": lambda: _texts(20, 1_000_000),
    "png: colour profile of 20 MB": lambda: png_with(chunk(b"iCCP", b"p\x00\x00" + _ZIP_BOMB)),
    "png: Exif of 3 GB": lambda: png_with(chunk(b"eXIf", exif(3000, 1_000_000))),
    "png: Exif that is none": lambda: png_with(chunk(b"eXIf", b"garbage" * 9)),
    "png: a million frames": lambda: png_with(chunk(b"acTL", struct.pack(">II", 10**6, 0))),
    "png: no frames": lambda: png_with(chunk(b"acTL", struct.pack(">II", 0, 0))),
    "png: frame outside": lambda: png_with(
        chunk(b"acTL", struct.pack(">II", 1, 0)) + chunk(b"fcTL", struct.pack(">5I2H2B", 0, 99, 99, 9, 9, 1, 1, 0, 0))
    ),
    "jpeg: 4 MB of padding": lambda: jpeg_with(b"\xff" * 4_000_000),
    "jpeg: Exif of 60 kB": lambda: jpeg_with(segment(0xE1, b"Exif\0\0" + exif(4000, 60_000))),
    "jpeg: many pictures": lambda: jpeg_with(segment(0xE2, b"MPF\0" + exif(4000, 60_000))),
    "jpeg: colour profile in 200 parts": lambda: jpeg_with(segment(0xE2, b"ICC_PROFILE\0" + bytes(65_000)) * 200),
    "jpeg: 14 MB after its end": lambda: encoded(colour(), "JPEG") + bytes(14_000_000),
    "jpeg: 5000 x 5000": lambda: encoded(colour(5000), "JPEG"),
    "jpeg: progressive 5000 x 5000": lambda: encoded(colour(5000), "JPEG", progressive=True),
    "png: 5000 x 5000 in colour": lambda: encoded(colour(5000), "PNG", compress_level=1),
    "webp: animation of 50 frames": lambda: encoded(
        colour(), "WEBP", save_all=True, append_images=[colour().rotate(i) for i in range(1, 50)]
    ),
}
