"""A picture while it is made: a ground of one colour, then print and ink on it, then light, then what it lies on."""

from __future__ import annotations

import cv2
import numpy as np

Strokes = list[np.ndarray]
"""Each float (points, 2), in px of a 105 px drawing."""
Colour = tuple[float, float, float]

WHITE, INK, GREY, BLUE, RED = (236, 235, 229), (28, 28, 38), (110, 110, 112), (30, 40, 120), (205, 45, 50)


class Scene:
    """colours: float32 (height, width, 3), 0 to 255. box: where the character is: left, top, side in px."""

    def __init__(self, rng: np.random.Generator, width: int = 900, height: int = 900, ground: Colour = WHITE):
        self.rng = rng
        self.colours = np.full((height, width, 3), ground, np.float32)
        self.box = (0.0, 0.0, float(min(width, height)))
        self.ink = np.zeros((height, width), np.float32)

    @property
    def size(self) -> tuple[int, int]:
        """Width, height."""
        return self.colours.shape[1], self.colours.shape[0]

    def place(self, share: float, middle: tuple[float, float] = (0.5, 0.5), jitter: float = 0.04) -> None:
        """Choose where the character will be: a square of this share of the shorter side, around about this point."""
        side = share * min(self.size)
        x, y = (
            (place + self.rng.uniform(-jitter, jitter)) * length
            for place, length in zip(middle, self.size, strict=True)
        )
        self.box = (x - side / 2, y - side / 2, side)

    def write(self, strokes: Strokes, pen: float, colour: Colour = INK, opacity: float = 1.0) -> None:
        """Draw the character with a pen of this share of its square. Pencils have an uneven opacity below 1."""
        mask = self.mask(strokes, self.box, pen)
        if opacity < 1:
            grain = self.rng.normal(opacity, 0.2, mask.shape).astype(np.float32)
            mask = mask * np.clip(cv2.GaussianBlur(grain, (0, 0), 0.7), 0.2, 1)
        self.ink = np.maximum(self.ink, mask)
        self.blend(mask, colour)

    def mask(self, strokes: Strokes, box: tuple[float, float, float], pen: float) -> np.ndarray:
        """Coverage float32 (height, width) of strokes whose extent fills a box of left, top, side."""
        left, top, side = box
        points = np.concatenate(strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        scale = side / max(float((high - low).max()), 30.0)
        offset = np.array([left, top]) + side / 2 - scale * (low + high) / 2
        paper = np.zeros(self.colours.shape[:2], np.uint8)
        for stroke in strokes:
            fixed = np.rint((stroke * scale + offset) * 8).astype(np.int32)
            fixed = np.repeat(fixed, 2, axis=0) if len(fixed) == 1 else fixed
            cv2.polylines(paper, [fixed.reshape(-1, 1, 2)], False, 255, max(1, round(pen * side)), cv2.LINE_AA, 3)
        return paper.astype(np.float32) / 255

    def blend(self, mask: np.ndarray, colour: Colour) -> None:
        self.colours += mask[..., None] * (np.array(colour, np.float32) - self.colours)

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: Colour, width: int = 2) -> None:
        """A printed straight line between two points in px."""
        mask = np.zeros(self.colours.shape[:2], np.uint8)
        a, b = ([round(8 * v) for v in point] for point in (start, end))
        cv2.line(mask, a, b, 255, width, cv2.LINE_AA, 3)
        self.blend(mask.astype(np.float32) / 255, colour)

    def rectangle(self, left: float, top: float, right: float, bottom: float, colour: Colour, width: int = 3) -> None:
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
            self.line(start, end, colour, width)

    def text(self, words: str, left: float, base: float, height: float, colour: Colour = INK) -> None:
        """Printed words; height in px."""
        mask = np.zeros(self.colours.shape[:2], np.uint8)
        thickness = max(1, round(height / 12))
        cv2.putText(
            mask, words, (int(left), int(base)), cv2.FONT_HERSHEY_DUPLEX, height / 22, 255, thickness, cv2.LINE_AA
        )
        self.blend(mask.astype(np.float32) / 255, colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        mask = np.zeros(self.colours.shape[:2], np.uint8)
        cv2.circle(mask, (round(x), round(y)), max(1, round(radius)), 255, -1, cv2.LINE_AA)
        self.blend(mask.astype(np.float32) / 255, colour)

    def light(self, fall: float = 0.3) -> None:
        """Light that falls off to one side."""
        y, x = np.mgrid[: self.size[1], : self.size[0]].astype(np.float32)
        angle = self.rng.uniform(0, 2 * np.pi)
        along = np.cos(angle) * (x / self.size[0] - 0.5) + np.sin(angle) * (y / self.size[1] - 0.5)
        self.colours *= (1 - fall * (along + 0.5))[..., None]

    def shadow(self, darkness: float, softness: float) -> None:
        """The shadow of something outside: darker on one side of a straight edge."""
        y, x = np.mgrid[: self.size[1], : self.size[0]].astype(np.float32)
        angle, place = self.rng.uniform(0, 2 * np.pi), self.rng.uniform(-0.25, 0.25)
        along = np.cos(angle) * (x / self.size[0] - 0.5) + np.sin(angle) * (y / self.size[1] - 0.5) - place
        self.colours *= (1 - darkness / (1 + np.exp(-np.clip(along / softness, -30, 30))))[..., None]

    def thumb(self) -> None:
        """A thumb over the lower edge."""
        width, height = self.size
        x, reach = self.rng.uniform(0.1, 0.9) * width, self.rng.uniform(0.08, 0.16) * height
        mask = np.zeros((height, width), np.uint8)
        axes = (round(0.055 * width), round(reach))
        cv2.ellipse(mask, (round(x), height), axes, self.rng.uniform(-15, 15), 0, 360, 255, -1, cv2.LINE_AA)
        skin = np.array((205, 150, 125)) * self.rng.uniform(0.4, 1.1)
        self.blend(mask.astype(np.float32) / 255, tuple(np.clip(skin, 0, 255)))

    def lay_on(self, desk: Colour, share: float, angle: float, grain: float = 4.0) -> None:
        """Make the sheet so much smaller and turn it, on a desk of this colour."""
        width, height = self.size
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, share)
        matrix[:, 2] += self.rng.uniform(-0.04, 0.04, 2) * [width, height]
        ground = np.full_like(self.colours, desk)
        streaks = cv2.GaussianBlur(self.rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 12, sigmaY=1.5)
        ground += (streaks * grain / max(streaks.std(), 1e-6))[..., None]
        cover = cv2.warpAffine(np.ones((height, width), np.float32), matrix, (width, height), flags=cv2.INTER_LINEAR)
        shade = cv2.GaussianBlur(np.roll(cover, (6, 6), (0, 1)), (0, 0), 6)
        ground *= (1 - 0.35 * shade)[..., None]
        sheet = cv2.warpAffine(self.colours, matrix, (width, height), flags=cv2.INTER_AREA)
        self.colours = ground * (1 - cover[..., None]) + sheet
        self.ink = cv2.warpAffine(self.ink, matrix, (width, height))

    def photograph(self, noise: float = 3.0, blur: float = 0.8) -> np.ndarray:
        """The picture as a camera sees it, uint8 (height, width, 3)."""
        seen = cv2.GaussianBlur(self.colours, (0, 0), blur) + self.rng.normal(0, noise, self.colours.shape)
        return self.exported(seen)

    def exported(self, colours: np.ndarray | None = None) -> np.ndarray:
        """The picture as a program saves it, uint8 (height, width, 3)."""
        return np.clip(np.rint(self.colours if colours is None else colours), 0, 255).astype(np.uint8)
