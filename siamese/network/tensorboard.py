"""The curve and the graph of a run for TensorBoard: tensorboard --logdir FOLDER

An event file is a file of TensorFlow records, so its own record writer and its own messages make one. `tf.summary` is
no alternative: its scalars need the TensorBoard package, and its writer's thread does not report a full disk.
"""

from __future__ import annotations

import contextlib
import pathlib
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import tensorflow as tf

STEPS_PER_POINT = 10
"""Distance of the points of the training curves; validations are all included."""
TAGS = ("loss", "penalty", "pairs", "shot", "pair_accuracy", "validation", "background")


class EventWriter:
    """The event file of one start of a run, in place of the file of the start before.

    It begins with the graph, a serialised GraphDef, and the records of the curve so far, so that the curve of a resumed
    run is complete and has no steps twice. Raises OSError when the disk refuses.
    """

    def __init__(self, folder: pathlib.Path, records: Iterable[Mapping[str, Any]], graph: bytes):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        file = folder / f"events.out.tfevents.{time.time_ns()}.siamese"
        with _os_errors():
            self._writer = tf.io.TFRecordWriter(str(file))
            self._write(file_version="brain.Event:2")
            self._write(graph_def=graph)
            for record in records:
                self._add(record)
            self._writer.flush()

    def add(self, record: Mapping[str, Any]) -> None:
        """Append a record of the curve: of a step or of a validation."""
        with _os_errors():
            if self._add(record):
                self._writer.flush()

    def close(self) -> None:
        """Close the file, in which everything is already written."""
        with contextlib.suppress(tf.errors.OpError):
            self._writer.close()

    def _add(self, record: Mapping[str, Any]) -> bool:
        """Write a record's values, unless it is of a step between two points; whether something was written."""
        if "loss" in record and record["step"] % STEPS_PER_POINT and record["step"] != 1:
            return False
        value = tf.compat.v1.Summary.Value
        values = [value(tag=tag, simple_value=record[tag]) for tag in TAGS if tag in record]
        self._write(step=record["step"], summary=tf.compat.v1.Summary(value=values))
        return True

    def _write(self, **fields: Any) -> None:
        self._writer.write(tf.compat.v1.Event(wall_time=time.time(), **fields).SerializeToString())


@contextlib.contextmanager
def _os_errors() -> Iterator[None]:
    """TensorFlow's errors as those of the system."""
    try:
        yield
    except tf.errors.OpError as error:
        raise OSError(error.message) from error
