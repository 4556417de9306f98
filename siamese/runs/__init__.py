"""Training as a background job: a run is a folder, the trainer a process of its own, and files are all they share.

This is the face of the package: pages and the command line use what is named here. Nothing here imports TensorFlow.
"""

from siamese.runs.checkpoints import BEST, NEWEST, WHICH
from siamese.runs.control import (
    MAX_QUEUED_RUNS,
    MAX_RUNS,
    busy,
    create,
    delete,
    pause,
    queue_up,
    rename,
    start,
    start_next,
    step,
    stop,
    train,
)
from siamese.runs.curves import Curve
from siamese.runs.curves import follow as curve
from siamese.runs.estimate import duration_text
from siamese.runs.folder import MAX_NAME_LENGTH, Run, RunError
from siamese.runs.monitor import Status, active, status, statuses
from siamese.runs.process import Busy
from siamese.runs.results import export, weights
from siamese.runs.snapshots import Fixed, nearest
from siamese.runs.snapshots import load as snapshot
from siamese.runs.snapshots import steps as snapshot_steps
from siamese.runs.speed import EstimateError, Speed, measure_speed
from siamese.runs.workers import Workers, follow, from_environment, listed

__all__ = [
    "BEST",
    "MAX_NAME_LENGTH",
    "MAX_QUEUED_RUNS",
    "MAX_RUNS",
    "NEWEST",
    "WHICH",
    "Busy",
    "Curve",
    "EstimateError",
    "Fixed",
    "Run",
    "RunError",
    "Speed",
    "Status",
    "Workers",
    "active",
    "busy",
    "create",
    "curve",
    "delete",
    "duration_text",
    "export",
    "follow",
    "from_environment",
    "listed",
    "measure_speed",
    "nearest",
    "pause",
    "queue_up",
    "rename",
    "snapshot",
    "snapshot_steps",
    "start",
    "start_next",
    "status",
    "statuses",
    "step",
    "stop",
    "train",
    "weights",
]
