"""Pictures and photographs of a drawing on paper, board or screen -> one drawing that looks like Omniglot's.

The light is evened out, ink is what differs from the paper around it, and what is left of its lines after thinning is
drawn again with Omniglot's pen, whatever pen it was. A picture is an upload: nothing in it is believed before it is checked.
"""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image, ImageOps, PngImagePlugin
from skimage.morphology import skeletonize

from siamese.config import SIDE
from siamese.data.ink import InkError, draw_strokes

MOST_BYTES = 5_000_000
MOST_SIDE = 4096
MOST_PIXELS = {"PNG": 4_000_000, "JPEG": 4_000_000, "WEBP": 3_000_000}
"""By format: WEBP's decoder keeps four copies of the picture, and 64 MB is what a picture may take."""

PngImagePlugin.MAX_TEXT_MEMORY = 1_000_000  # Pillow's own setting, 64 MB unless told: nobody reads those texts

_WORK = 640  # px, longest side of the picture that is looked at
_BLANK = "I see no ink in this picture; use one with a dark character on light paper, or light on dark."
_CROWDED = "I see too much in this picture; use one with a single character on plain paper."
_CONTRAST = 0.06  # least share of light that ink takes away from the paper
_OVER_NOISE = 20  # least darkness of ink in widths of the paper's noise: pens, pencil and chalk had 50 or more, empty sheets 17 or less
_FILLED = 31  # in quarters of the px of the picture that is looked at
_THINNEST = 2.8  # px, of the lines in a ready drawing: Omniglot's have 3.8 or more, a lone dot of our pen 2.87
_MOST_LINE = 20_000  # px of thinned lines: thirty sides of the picture


def draw_image(content: bytes) -> np.ndarray:
    """Drawing float32 (105, 105) of a PNG, JPEG or WEBP file with one character. Raises InkError when there is none to be seen.

    A picture that is a drawing already, 105x105 in black and white, comes back as it is.
    """
    grey = _open(content)
    if (ready := _ready(grey)) is not None:
        return ready
    small = _resize(grey)
    if _light_on_dark(small):
        small = _resize(255 - grey)
    lines = trace(_clean(_ink(small)))
    height, width = small.shape
    scale = SIDE / max(height, width)
    offset = (SIDE - np.array([width, height]) * scale) / 2
    drawing = draw_strokes([(line + 0.5) * scale + offset - 0.5 for line in lines])
    if drawing is None:
        raise InkError(_BLANK)
    return drawing


def _ready(grey: np.ndarray) -> np.ndarray | None:
    """The drawing that a picture is already, or None: two values, the rarer of them ink, and no line thinner than a pen's."""
    if grey.shape != (SIDE, SIDE) or not np.array_equal(np.unique(grey), (0, 255)):
        return None
    ink = grey == (0 if (grey == 0).mean() <= 0.5 else 255)
    return ink.astype(np.float32) if _pen_width(ink) >= _THINNEST else None


def _open(content: bytes) -> np.ndarray:
    """Grey values uint8 (height, width), upright, over white."""
    if len(content) > MOST_BYTES:
        raise InkError(
            f"This picture has {len(content) / 1e6:.1f} MB; send one of at most {MOST_BYTES // 1_000_000} MB."
        )
    try:
        with Image.open(io.BytesIO(content), formats=tuple(MOST_PIXELS)) as image:
            width, height = image.size
            most = MOST_PIXELS[image.format or ""]
            if max(width, height) > MOST_SIDE or width * height > most:
                raise InkError(
                    f"This picture has {width}x{height} pixels; send one of at most {most // 1_000_000} megapixels and {MOST_SIDE} pixels a side."
                )
            image.draft("L", (_WORK, _WORK))
            image.load()
            return np.asarray(ImageOps.exif_transpose(_grey(image)))
    except InkError:
        raise
    except Exception as error:  # a decoder fed with hostile bytes may raise anything
        raise InkError("This file cannot be read as a picture; send a PNG, JPEG or WEBP file.") from error


def _grey(image: Image.Image) -> Image.Image:
    """The same picture in mode L."""
    if image.mode.startswith("I"):  # 16 bits; Pillow would cut them off at 255
        grey = Image.fromarray((np.clip(np.asarray(image), 0, 65535) >> 8).astype(np.uint8))
        grey.info = image.info
        return grey
    if image.has_transparency_data:
        layered = image if image.mode in ("LA", "RGBA") else image.convert("RGBA")
        paper = Image.new("L", image.size, 255)
        paper.paste(layered.convert("L"), mask=layered.getchannel("A"))
        paper.info = image.info
        return paper
    return image.convert("L")


def _resize(grey: np.ndarray) -> np.ndarray:
    """The picture with its longest side at `_WORK`, so that a thin line has several px and a large photograph few."""
    scale = _WORK / max(grey.shape)
    size = tuple(max(1, round(side * scale)) for side in grey.shape[::-1])
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)


def _light_on_dark(grey: np.ndarray) -> bool:
    """Whether strokes, the smaller part of any neighbourhood, are lighter than what is around them."""
    around = cv2.medianBlur(grey, (_WORK // 3) | 1)
    difference = around.astype(np.float32) - grey
    return float((np.clip(difference, 0, None) ** 2).sum()) < float((np.clip(difference, None, 0) ** 2).sum())


def _ink(grey: np.ndarray) -> np.ndarray:
    """Where there is ink darker than the paper around it, bool (height, width). Raises InkError when there is none."""
    grey = cv2.GaussianBlur(grey, (0, 0), 1.2).astype(np.float32)
    taken = 1 - grey / np.maximum(_paper(grey), 1)
    low, plain, most = np.percentile(taken, (10, 40, 99.9))
    noise = plain - low
    if most - plain < max(_CONTRAST, _OVER_NOISE * noise):
        raise InkError(_BLANK)
    sure = taken > plain + 0.5 * (most - plain)
    likely = taken > plain + max(0.3 * (most - plain), 3 * noise)
    count, labels = cv2.connectedComponents(likely.astype(np.uint8))
    kept = np.zeros(count, bool)
    kept[labels[sure & likely]] = True
    kept[0] = False
    return kept[labels]


def _paper(grey: np.ndarray) -> np.ndarray:
    """Brightness of the paper under the ink, float32 (height, width): lines narrower than a fifth of the picture are filled up."""
    size = tuple(max(1, side // 4) for side in grey.shape[::-1])
    coarse = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    around = _FILLED
    coarse = np.clip(
        np.pad(coarse, around, mode="reflect", reflect_type="odd"), 0, 255
    )  # light that falls off keeps falling
    wide = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_FILLED, _FILLED))
    paper = cv2.GaussianBlur(cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, wide), (0, 0), 4)
    return cv2.resize(paper[around:-around, around:-around], grey.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _clean(ink: np.ndarray) -> np.ndarray:
    """The same without specks, and without what lies along the border: shadows, the edge of a sheet or table."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    if count > 2000:
        raise InkError(_CROWDED)
    area = stats[:, cv2.CC_STAT_AREA]
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    contact = np.bincount(border, minlength=count)
    along = contact > 0.3 * max(ink.shape)
    along[0] = False
    kept = np.arange(count) > 0
    if not along[1:].all():
        kept &= ~along
    pen = _pen_width(kept[labels])
    kept &= area >= max(12.0, 0.4 * pen * pen)
    return kept[labels]


def _pen_width(ink: np.ndarray) -> float:
    """Usual width of the lines in px: twice the median distance of their middle from the paper."""
    inner = cv2.distanceTransform(np.pad(ink, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    middle = inner[skeletonize(ink)]
    return float(2 * np.median(middle)) if len(middle) else 0.0


def trace(ink: np.ndarray) -> list[np.ndarray]:
    """Thinned ink, bool (height, width), as lines from pixel to next pixel: float (2, 2) each, x and y, or (1, 2) for a lone one."""
    width = _pen_width(ink)
    smooth = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), max(0.5, width / 6)) > 0.5
    thin = _without_spurs(skeletonize(smooth), width)
    if thin.sum() > _MOST_LINE:
        raise InkError(_CROWDED)
    lines: list[np.ndarray] = []
    lone = thin.copy()
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        there = np.zeros_like(thin)
        height, wide = thin.shape
        there[: height - dy, max(0, -dx) : wide - max(0, dx)] = thin[dy:, max(0, dx) : wide + min(0, dx)]
        y, x = np.nonzero(thin & there)
        lone[y, x] = lone[y + dy, x + dx] = False
        lines += list(np.stack([np.stack([x, y], 1), np.stack([x + dx, y + dy], 1)], 1).astype(np.float64))
    return lines + [np.array([[x, y]], float) for y, x in zip(*np.nonzero(lone), strict=True)]


def _without_spurs(thin: np.ndarray, width: float) -> np.ndarray:
    """The thinned lines without side branches shorter than the pen was wide: they come from its edge, not from the hand."""
    neighbours = (
        cv2.filter2D(thin.astype(np.uint8), -1, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT) - thin
    )
    joints = cv2.dilate((thin & (neighbours > 2)).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    branches = thin & ~joints
    _, labels, stats, _ = cv2.connectedComponentsWithStats(branches.astype(np.uint8), connectivity=8)
    ends = np.unique(labels[branches & (neighbours == 1)])
    near = np.unique(labels[branches & (cv2.dilate(joints.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)])
    short = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < 0.5 * width)
    spurs = np.intersect1d(np.intersect1d(ends, near), short)
    return skeletonize(thin & ~np.isin(labels, spurs[spurs > 0]))
