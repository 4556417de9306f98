"""Logging: one handler on stderr for everything of this project, level by the environment variable SIAMESE_LOG.

TensorFlow's own notices, among them errors about GPUs that a machine does not have, are hidden unless
TF_CPP_MIN_LOG_LEVEL says otherwise.
"""

from __future__ import annotations

import logging
import os
import sys

LEVEL_VARIABLE = "SIAMESE_LOG"
DEFAULT_LEVEL = "WARNING"
FATAL = "3"
"""TensorFlow's level."""
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _StandardError(logging.StreamHandler):
    """Writes to what stderr is at the time of the record: it may have been replaced."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def set_up() -> None:
    """Send log records of `siamese` to stderr; calling it again only sets the level. An unknown level means WARNING.

    Call before TensorFlow is imported.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", FATAL)
    logger = logging.getLogger("siamese")
    level = logging.getLevelName(os.environ.get(LEVEL_VARIABLE, DEFAULT_LEVEL).upper())
    logger.setLevel(level if isinstance(level, int) else DEFAULT_LEVEL)
    if not logger.handlers:
        handler = _StandardError()
        handler.setFormatter(logging.Formatter(_FORMAT))
        logger.addHandler(handler)
