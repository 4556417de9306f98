"""Strokes and tasks for tests of the store."""

from __future__ import annotations

import numpy as np

from siamese.classroom import strokes
from siamese.classroom.rounds import Task

INK = strokes.to_json([np.array([[20.0, 30.0], [60.0, 35.0], [80.0, 80.0]]), np.array([[50.0, 50.0]])])
TASK = Task("builtin", "Kannada", ("ka", "kha", "ga"), 1, 2, (3, 3, 3))
"""To draw: kha."""
