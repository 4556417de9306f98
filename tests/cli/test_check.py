"""The check of a machine: what works, and the advice for what does not."""

from __future__ import annotations

import json
import socket

import pytest

from siamese.cli import check
from siamese.network import device_check
from siamese.network.device_check import DeviceCheck

CPU = DeviceCheck("/device:CPU:0", "CPU:0", 0.005, 0.4)


@pytest.fixture
def devices(monkeypatch):
    """The devices that are tried out, without trying."""
    tried = [CPU]
    monkeypatch.setattr(device_check, "check_devices", lambda: tried)
    return tried


def findings(run, *options):
    code, out, _ = run("check", "--port", 0, *options, "--json")
    return code, {finding["what"]: finding for finding in json.loads(out)}


def test_a_machine_where_everything_works(run, home, devices):
    code, found = findings(run)
    assert code == 0
    assert not any(finding["advice"] for finding in found.values())
    assert found["CPU:0"]["words"] == "answers in 5 ms, trains in 0.40 s per step"
    assert "61 alphabets" in found["Built-in alphabets"]["words"]
    assert {"Python", "TensorFlow", "Weights", "Data folder", "Used", "Port", "Other machines"} <= set(found)


def test_a_gpu_that_fails_is_named_with_advice(run, home, devices):
    devices.append(DeviceCheck("/device:GPU:0", "GPU:0", problem="InternalError: no kernel image"))
    code, out, _ = run("check", "--port", 0)
    assert code == 1
    assert "FAILS  GPU:0: InternalError: no kernel image" in out.splitlines()
    assert "       Update its driver, or set CUDA_VISIBLE_DEVICES=-1 to use the CPU." in out.splitlines()


def test_a_driver_without_libraries_is_noticed(run, home, devices, monkeypatch):
    monkeypatch.setattr(check.shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    code, found = findings(run)
    assert code == 1
    assert "requirements-gpu.txt" in found["GPU"]["advice"]


def test_a_home_that_cannot_be_written_and_wrong_data_are_named(run, home, devices, monkeypatch, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("SIAMESE_HOME", str(tmp_path / "file"))
    monkeypatch.setenv("OMNIGLOT_DIR", str(tmp_path / "nowhere"))
    code, found = findings(run)
    assert code == 1
    assert "SIAMESE_HOME" in found["Data folder"]["advice"]
    assert "OMNIGLOT_DIR names" in found["Omniglot"]["advice"]


def test_a_port_in_use_is_named(run, home, devices):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        code, out, _ = run("check", "--port", other.getsockname()[1])
    assert code == 1
    assert "--server.port" in out
