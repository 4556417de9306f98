"""Random distortions of drawings for training: affine (Koch et al., section 3.2), elastic, and of the pen's width.

Ink stays in [0, 1]; the affine part and the bending are one resampling.
"""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from siamese.config import SIDE, DistortConfig

_CENTRE = (SIDE - 1) / 2
_ROWS, _COLUMNS = np.meshgrid(np.arange(SIDE, dtype=np.float32), np.arange(SIDE, dtype=np.float32), indexing="ij")
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def orient(drawings: np.ndarray, orientation: int) -> np.ndarray:
    """Drawings (n, 105, 105) turned by `orientation % 4` quarter turns and, from 4 on, mirrored; 0: unchanged."""
    turned = np.rot90(drawings, orientation % 4, axes=(1, 2))
    return turned[:, :, ::-1] if orientation >= 4 else turned


def affine_matrix(config: DistortConfig, rng: np.random.Generator) -> np.ndarray:
    """A random 2x3 matrix from output to input coordinates (x, y in px) about the centre.

    Each component is present with the probability `config.affine`.
    """
    linear, shift = np.eye(2), np.zeros(2)
    if rng.random() < config.affine:
        angle = np.radians(rng.uniform(-config.rotation, config.rotation))
        linear = linear @ [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    if rng.random() < config.affine:
        horizontal, vertical = (rng.uniform(-limit, limit) for limit in config.shear)
        linear = linear @ [[1, horizontal], [vertical, 1]]
    if rng.random() < config.affine:
        linear = linear @ np.diag(1 / rng.uniform(*config.scale, size=2))
    if rng.random() < config.affine:
        shift = rng.uniform(-config.shift, config.shift, size=2)
    return np.column_stack([linear, _CENTRE + shift - linear @ [_CENTRE, _CENTRE]])


@dataclasses.dataclass(frozen=True)
class Distortion:
    """One random distortion, chosen but not yet applied.

    pen: 1 for a thicker pen, -1 for a thinner one, 0; matrix: float32 (2, 3), as in `affine_matrix`; bend: float32
    (points, points, 2), the displacement of control points in px, or None.
    """

    pen: int
    matrix: np.ndarray
    bend: np.ndarray | None


def choose_distortion(config: DistortConfig, rng: np.random.Generator) -> Distortion:
    """Draw a distortion: all that is random in it, and little of the work."""
    width = rng.random()
    pen = 1 if width < config.thicker else -1 if width < config.thicker + config.thinner else 0
    matrix, bend = affine_matrix(config, rng).astype(np.float32), None
    if rng.random() < config.elastic:
        points = int(rng.integers(config.elastic_grid[0], config.elastic_grid[1] + 1))
        strength = rng.uniform(*config.elastic_strength)
        bend = rng.normal(0, strength, size=(points, points, 2)).astype(np.float32)
    return Distortion(pen, matrix, bend)


def apply_distortion(drawing: np.ndarray, distortion: Distortion) -> np.ndarray:
    """A distorted copy of a drawing (105, 105): the pen's width, then affine and elastic in one bilinear resampling."""
    ink, matrix = np.ascontiguousarray(drawing, dtype=np.float32), distortion.matrix
    if distortion.pen:
        ink = (cv2.dilate if distortion.pen > 0 else cv2.erode)(ink, _CROSS)
    x = matrix[0, 0] * _COLUMNS + matrix[0, 1] * _ROWS + matrix[0, 2]
    y = matrix[1, 0] * _COLUMNS + matrix[1, 1] * _ROWS + matrix[1, 2]
    if distortion.bend is not None:
        bend = cv2.resize(distortion.bend, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        x, y = x + bend[..., 0], y + bend[..., 1]
    return cv2.remap(ink, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)


def distort(drawing: np.ndarray, config: DistortConfig, rng: np.random.Generator) -> np.ndarray:
    """A distorted copy of a drawing (105, 105)."""
    return apply_distortion(drawing, choose_distortion(config, rng))
