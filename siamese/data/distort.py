"""Random distortions of drawings for training: affine (Koch et al., section 3.2), elastic, and of the pen's width.

Ink stays in [0, 1]; the affine part and the bending are one resampling.
"""

from __future__ import annotations

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


def distort(drawing: np.ndarray, config: DistortConfig, rng: np.random.Generator) -> np.ndarray:
    """A distorted copy of a drawing (105, 105): the pen's width, then affine and elastic in one bilinear resampling."""
    ink = np.ascontiguousarray(drawing, dtype=np.float32)
    pen = rng.random()
    if pen < config.thicker:
        ink = cv2.dilate(ink, _CROSS)
    elif pen < config.thicker + config.thinner:
        ink = cv2.erode(ink, _CROSS)
    matrix = affine_matrix(config, rng).astype(np.float32)
    x = matrix[0, 0] * _COLUMNS + matrix[0, 1] * _ROWS + matrix[0, 2]
    y = matrix[1, 0] * _COLUMNS + matrix[1, 1] * _ROWS + matrix[1, 2]
    if rng.random() < config.elastic:
        points = int(rng.integers(config.elastic_grid[0], config.elastic_grid[1] + 1))
        strength = rng.uniform(*config.elastic_strength)
        bend = rng.normal(0, strength, size=(points, points, 2)).astype(np.float32)
        bend = cv2.resize(bend, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        x, y = x + bend[..., 0], y + bend[..., 1]
    return cv2.remap(ink, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
