"""Each path of the network on each device, real and faked."""

from __future__ import annotations

import types

from siamese.network import device_check


def test_the_processor_answers_and_trains():
    tried = device_check.check_devices()
    assert tried[0].name == "CPU:0"
    assert tried[0].problem == ""
    assert tried[0].answer_seconds > 0
    assert tried[0].step_seconds > 0


def test_each_device_is_tried_and_one_that_fails_does_not_hide_the_others(monkeypatch):
    def devices(kind):
        return [types.SimpleNamespace(name=f"/device:{kind}:{i}") for i in range(2 if kind == "GPU" else 1)]

    steps = iter([0.3, RuntimeError("no kernel image\nfor this device"), 0.1])

    def step():
        value = next(steps)
        if isinstance(value, Exception):
            raise value
        return value

    monkeypatch.setattr(device_check.tf.config, "list_logical_devices", devices)
    monkeypatch.setattr(device_check, "_time_answer", lambda: 0.01)
    monkeypatch.setattr(device_check, "_time_step", step)
    tried = device_check.check_devices()
    assert [(t.name, t.step_seconds, t.problem) for t in tried] == [
        ("CPU:0", 0.3, ""),
        ("GPU:0", 0.0, "RuntimeError: no kernel image"),
        ("GPU:1", 0.1, ""),
    ]
