from __future__ import annotations

import dataclasses
import json

import numpy as np

from siamese.network import weights
from tests import drawn


def test_export_writes_the_weights_it_is_given(run, home, tmp_path):
    rng = np.random.default_rng(0)
    record = {
        "twin": dataclasses.asdict(drawn.TINY),
        "trained_on": {"alphabets": [], "scripts": []},
        "temperature": 1.0,
        "none_threshold": 0.5,
    }
    weights.save(
        tmp_path / "tiny.safetensors",
        {name: rng.normal(0, 0.2, shape) for name, shape in weights.shapes(drawn.TINY).items()},
        record,
    )
    target = tmp_path / "network.tflite"
    options = ["--format", "tflite", "--to", target, "--weights", tmp_path / "tiny.safetensors"]
    code, out, _ = run("export", *options, "--json")
    assert code == 0
    result = json.loads(out)
    assert result["bytes"] == target.stat().st_size
    assert result["normalised"] is False
    assert target.read_bytes()[4:8] == b"TFL3"
    code, _, err = run("export", *options)
    assert code == 2
    assert "already exists" in err
