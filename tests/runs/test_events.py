"""TensorBoard's events, read back by TensorFlow."""

from __future__ import annotations

import pytest

from siamese.runs.events import Events

CURVE = [{"step": step, "loss": 1 / step, "pair_accuracy": 0.5, "seconds": 0.1} for step in range(1, 21)]
GRAPH = b"any bytes: TensorFlow keeps the graph of an event unread"
VALIDATION = {"step": 20, "validation": 0.7, "background": 0.9, "seconds": 3.0}


def read(folder) -> list[tuple[str, int, float]]:
    import tensorflow as tf

    (file,) = folder.glob("*tfevents*")
    events = list(tf.compat.v1.train.summary_iterator(str(file)))
    assert events[0].file_version == "brain.Event:2"
    assert events[1].graph_def == GRAPH
    return [(value.tag, event.step, value.simple_value) for event in events[2:] for value in event.summary.value]


def test_tensorflow_reads_them(tmp_path):
    events = Events(tmp_path / "events", CURVE, GRAPH)
    events.add({**CURVE[0], "step": 25})
    events.add(VALIDATION)
    events.add({**CURVE[0], "step": 300, "loss": 2.5})
    events.close()
    found = read(tmp_path / "events")
    assert {(tag, step) for tag, step, _ in found} == {
        *((tag, step) for tag in ("loss", "pair_accuracy") for step in (1, 10, 20, 300)),
        ("validation", 20),
        ("background", 20),
    }
    assert [value for tag, _, value in found if tag == "loss"] == pytest.approx([1, 0.1, 0.05, 2.5])


def test_a_new_start_leaves_one_file(tmp_path):
    Events(tmp_path / "events", CURVE, GRAPH).close()
    Events(tmp_path / "events", CURVE[:10], GRAPH).close()
    assert [step for tag, step, _ in read(tmp_path / "events") if tag == "loss"] == [1, 10]
