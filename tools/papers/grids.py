"""Photographs of filled-in sheets with a printed grid, made from the PDF that is printed."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Mapping

import cv2
import numpy as np
import pypdfium2

from siamese.classroom.worksheets import PAPERS, grid_sheet
from siamese.config import SIDE
from siamese.data.printed_grid import FRAME_HEIGHT_MM, FRAME_WIDTH_MM, GRIDS
from tools.papers.making import file, ink_of
from tools.papers.scene import Scene, Strokes
from tools.papers.surroundings import DESKS

PX_PER_MM = 8
PHOTO_SIZE = 1512, 2016
"""Px of a photograph: half of a phone's in each direction."""
_PEN_MM = 0.5, 1.6
_NAME_SCALE = 1.27  # of the font: letters 3.5 mm high
_SHARE = 0.9  # of a box's side, that the drawing's paper takes


@dataclasses.dataclass(frozen=True)
class Shot:
    """How a sheet is photographed.

    tilt: perspective, as a share of the sheet's sides; turn: largest angle in degrees to either side; turned_over:
    whether it is upside down; shadow: largest share of light that a shadow takes; blur and noise: standard deviations,
    px and of 255; quality: of the JPEG.
    """

    tilt: float = 0.02
    turn: float = 3.0
    turned_over: bool = False
    shadow: float = 0.0
    blur: float = 0.7
    noise: float = 2.0
    quality: int = 85


SHOTS = {
    "flat, in even light": Shot(),
    "in perspective": Shot(tilt=0.14),
    "turned by up to 30 degrees": Shot(turn=30),
    "upside down": Shot(turned_over=True),
    "in a shadow": Shot(shadow=0.5),
    "blurred": Shot(blur=2.2),
    "noise, strong compression": Shot(noise=9, quality=45),
    "all of these": Shot(0.1, 30, True, 0.4, 1.5, 6, 60),
}


@functools.cache
def page(boxes: int, paper: str) -> np.ndarray:
    """The printed page, uint8 (height, width, 3), 8 px to a mm."""
    with pypdfium2.PdfDocument(grid_sheet(boxes, paper)) as document:
        return np.asarray(document[0].render(scale=PX_PER_MM * 25.4 / 72).to_pil().convert("RGB"))


def filled_in(boxes: int, paper: str, drawn: Mapping[int, Strokes], rng: np.random.Generator) -> np.ndarray:
    """The page with drawings by box number, in one pen, and a name below each; float32 (height, width, 3)."""
    printed = page(boxes, paper)
    scene = Scene(rng, printed.shape[1], printed.shape[0])
    scene.colours = printed.astype(np.float32) * rng.uniform(0.86, 0.96) + [0, 0, rng.uniform(-10, 0)]
    pen, colour = float(np.exp(rng.uniform(*np.log(_PEN_MM)))), ink_of(rng)
    width, height = PAPERS[paper]
    corner = np.array([width - FRAME_WIDTH_MM, height - FRAME_HEIGHT_MM]) / 2
    mask = np.zeros(printed.shape[:2], np.uint8)
    for number, strokes in drawn.items():
        left, top, right, _ = GRIDS[boxes].box(number)
        side = right - left
        start = corner + [left, top] + (1 - _SHARE) / 2 * side
        for stroke in strokes:
            points = np.rint((start + np.asarray(stroke) * _SHARE * side / SIDE) * PX_PER_MM * 8).astype(np.int32)
            points = np.repeat(points, 2, axis=0) if len(points) == 1 else points
            thickness = max(1, round(pen * PX_PER_MM))
            cv2.polylines(mask, [points.reshape(-1, 1, 2)], False, 255, thickness, cv2.LINE_AA, 3)
        x, _, _, y = GRIDS[boxes].name_place(number)
        place = np.rint(PX_PER_MM * (corner + np.array([x + 1, y - 2]))).astype(int).tolist()
        cv2.putText(mask, f"name {number + 1}", place, cv2.FONT_HERSHEY_DUPLEX, _NAME_SCALE, 255, 2, cv2.LINE_AA)
    scene.blend(mask.astype(np.float32) / 255, colour)
    return scene.colours


def photograph(sheet: np.ndarray, shot: Shot, rng: np.random.Generator) -> bytes:
    """A JPEG of a sheet on a desk."""
    width, height = PHOTO_SIZE
    scene = Scene(rng, width, height, DESKS[rng.integers(len(DESKS))])
    to_photo = cv2.getPerspectiveTransform(_corners(sheet.shape[1], sheet.shape[0]), _seen(sheet, shot, rng))
    warped = cv2.warpPerspective(sheet, to_photo, PHOTO_SIZE, flags=cv2.INTER_AREA)
    cover = cv2.warpPerspective(np.ones(sheet.shape[:2], np.float32), to_photo, PHOTO_SIZE)[..., None]
    scene.colours = scene.colours * (1 - cover) + warped * cover
    scene.light(rng.uniform(0.05, 0.35))
    if shot.shadow:
        scene.shadow(rng.uniform(0.5, 1) * shot.shadow, rng.uniform(0.01, 0.06))
    return file(scene.photograph(shot.noise, shot.blur), quality=shot.quality)


def _corners(width: float, height: float) -> np.ndarray:
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def _seen(sheet: np.ndarray, shot: Shot, rng: np.random.Generator) -> np.ndarray:
    """The corners of the sheet in the photograph, which it fills, float32 (4, 2)."""
    size = np.array(sheet.shape[1::-1])
    places = _corners(*size) - size / 2 + rng.uniform(-shot.tilt, shot.tilt, (4, 2)) * size
    angle = math.radians(rng.uniform(-shot.turn, shot.turn) + 180 * shot.turned_over)
    places = places @ np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    room = np.ptp(places, axis=0) / np.array(PHOTO_SIZE)
    places = (places - places.min(axis=0)) / room.max() * rng.uniform(0.9, 0.99)
    return (places + (np.array(PHOTO_SIZE) - places.max(axis=0)) / 2).astype(np.float32)
