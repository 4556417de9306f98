from __future__ import annotations

import pathlib

import pytest
import tensorflow as tf

from siamese.network.tensorboard import EventWriter

GRAPH = tf.compat.v1.GraphDef(node=[{"name": "conv1", "op": "Conv2D"}]).SerializeToString()
STEPS = [{"step": step, "loss": step / 4, "pair_accuracy": 0.5, "seconds": 0.1} for step in range(1, 31)]
VALIDATION = {"step": 25, "validation": 0.75, "background": 0.875, "validation_trials": 10, "seconds": 2.0}


def events(folder: pathlib.Path) -> list:
    """The events of the only file in a folder, as TensorFlow's own reader yields them."""
    (file,) = folder.iterdir()
    return list(tf.compat.v1.train.summary_iterator(str(file)))


def curve(folder: pathlib.Path, tag: str) -> dict[int, float]:
    """A curve by step, as TensorBoard shows it."""
    points = [(e.step, v.simple_value) for e in events(folder) for v in e.summary.value if v.tag == tag]
    assert len(dict(points)) == len(points)  # no step twice
    return dict(points)


def write(folder: pathlib.Path, past: list[dict], new: list[dict]) -> None:
    writer = EventWriter(folder, past, GRAPH)
    for record in new:
        writer.add(record)
    writer.close()


def test_tensorflow_reads_back_what_was_written(tmp_path):
    write(tmp_path / "events", [], [*STEPS, VALIDATION, {**STEPS[0], "step": 40, "penalty": 1.5}])
    first, second, *_ = events(tmp_path / "events")
    assert first.file_version == "brain.Event:2"
    assert tf.compat.v1.GraphDef.FromString(second.graph_def).node[0].name == "conv1"
    assert curve(tmp_path / "events", "loss") == {1: 0.25, 10: 2.5, 20: 5.0, 30: 7.5, 40: 0.25}
    assert curve(tmp_path / "events", "validation") == {25: 0.75}
    assert curve(tmp_path / "events", "background") == {25: 0.875}
    assert curve(tmp_path / "events", "penalty") == {40: 1.5}
    assert curve(tmp_path / "events", "seconds") == {}


def test_the_curve_of_a_resumed_run_is_complete_and_has_no_step_twice(tmp_path):
    write(tmp_path / "events", [], [*STEPS, VALIDATION])  # killed after step 30, with a checkpoint at step 20
    write(tmp_path / "events", STEPS[:20], [*STEPS[20:], VALIDATION])
    assert list(curve(tmp_path / "events", "loss")) == [1, 10, 20, 30]
    assert curve(tmp_path / "events", "validation") == {25: 0.75}


def test_a_point_is_in_the_file_before_the_writer_is_closed(tmp_path):
    writer = EventWriter(tmp_path / "events", [], GRAPH)
    writer.add(VALIDATION)
    assert curve(tmp_path / "events", "validation") == {25: 0.75}
    writer.close()


def test_a_full_disk_is_an_error_of_the_system(tmp_path, monkeypatch):
    full = pathlib.Path("/dev/full")
    if not full.exists():
        pytest.skip("This system has no /dev/full.")
    writer = EventWriter(tmp_path / "events", [], GRAPH)
    writer._writer = tf.io.TFRecordWriter(str(full))
    with pytest.raises(OSError, match="No space left"):
        writer.add(VALIDATION)
    writer.close()


def test_a_folder_that_cannot_be_made_is_an_error_of_the_system(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        EventWriter(tmp_path / "nowhere" / "events", [], GRAPH)
