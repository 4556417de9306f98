from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

from siamese.network import device
from siamese.network.device import Precision


@pytest.mark.parametrize(
    ("flags", "training", "serving"),
    [
        ({"avx2"}, "float32", "float32"),
        ({"avx512_bf16"}, "mixed_bfloat16", "bfloat16"),
        ({"amx_bf16"}, "mixed_bfloat16", "bfloat16"),
        (set(), "float32", "float32"),
    ],
)
def test_bfloat16_where_the_processor_has_it(monkeypatch, flags, training, serving):
    monkeypatch.setattr(device, "_processor_flags", lambda: flags)
    monkeypatch.setattr(device.tf.config, "list_physical_devices", lambda kind: [])
    precision = Precision.of_this_machine()
    assert (precision.training, precision.serving, precision.compile) == (training, serving, False)


@pytest.mark.parametrize(
    ("content", "flags"),
    [
        ("model name : x\nflags : avx2 amx_bf16\nbugs : y\nflags : avx2\n", {"flags", ":", "avx2", "amx_bf16"}),
        ("Features : neon\n", set()),
        (None, set()),
    ],
)
def test_flags_are_those_of_the_first_processor(tmp_path, monkeypatch, content, flags):
    if content is not None:
        (tmp_path / "cpuinfo").write_text(content)
    monkeypatch.setattr(device.pathlib, "Path", lambda name: {"/proc/cpuinfo": tmp_path / "cpuinfo"}[name])
    assert device._processor_flags() == flags


def test_gpus_train_in_mixed_bfloat16_with_xla(monkeypatch):
    monkeypatch.setattr(device.tf.config, "list_physical_devices", lambda kind: ["first", "second"])
    monkeypatch.setattr(
        device.tf.config.experimental,
        "get_device_details",
        {"first": {"device_name": "Some GPU"}, "second": {}}.__getitem__,
    )
    # An initialised GPU takes no settings any more.
    monkeypatch.setattr(
        device.tf.config.experimental, "set_memory_growth", lambda gpu, grows: pytest.fail("too late for settings")
    )
    assert Precision.of_this_machine() == Precision("mixed_bfloat16", "float32", True, "Some GPU")


GPUS = """
import tensorflow as tf

grown = []
tf.config.list_physical_devices = lambda kind: ["first", "second"]
tf.config.experimental.set_memory_growth = lambda gpu, grows: grown.append((gpu, grows))
import siamese.network.twin
assert grown == [("first", True), ("second", True)], grown
"""


def test_importing_the_twin_sets_memory_growth_on_every_gpu():
    root = pathlib.Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", GPUS],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
