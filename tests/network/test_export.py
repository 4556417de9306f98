"""Exported networks, opened without this package."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from siamese.errors import UserError
from siamese.network import weights
from siamese.network.export import FORMATS, export, size
from siamese.network.twin import assign, build_twin
from tests import drawn

PAIR = [np.stack([drawn.scribble(c, d) for c in (0, 1, 2)])[..., None] for d in (1, 2)]
ELSEWHERE = """
import json, sys
import numpy as np
import keras
import tensorflow as tf

pair = np.load("pair.npy")
network = keras.saving.load_model("exported.keras", safe_mode=True)
signature = tf.saved_model.load("exported.savedmodel").signatures["serving_default"]
served = signature(first=tf.constant(pair[0]), second=tf.constant(pair[1]))
lite = tf.lite.Interpreter("exported.tflite").get_signature_runner()(first=pair[0], second=pair[1])
assert not [name for name in sys.modules if name.startswith("siamese")]
answers = {"keras": network(list(pair)), "savedmodel": served["similarity"], "tflite": next(iter(lite.values()))}
print(json.dumps({name: np.asarray(answer).ravel().tolist() for name, answer in answers.items()}))
"""


def test_every_format_opens_without_this_package_and_gives_the_same_similarity(tmp_path, saved):
    loaded = weights.load(saved)
    for form in FORMATS:
        export(loaded, form, tmp_path / f"exported.{form}")
        assert size(tmp_path / f"exported.{form}") > 10_000
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith((".export", "exported"))) == sorted(
        f"exported.{form}" for form in FORMATS
    )
    np.save(tmp_path / "pair.npy", np.stack(PAIR).astype(np.float32))
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    twin, tensors = build_twin(loaded.config), loaded.joined()
    assign(twin, tensors)
    first, second = (twin(drawings.astype(np.float32)).numpy() for drawings in PAIR)
    logits = np.abs(first - second) @ tensors["head.kernel"] + tensors["head.bias"]
    for answer in json.loads(done.stdout).values():
        assert answer == pytest.approx(1 / (1 + np.exp(-logits)), abs=1e-3)
    assert np.ptp(logits) > 0.01  # else equal answers would say nothing


def test_an_existing_file_or_folder_is_not_overwritten(tmp_path, saved):
    (tmp_path / "mine.keras").write_text("mine")
    with pytest.raises(UserError, match="already exists"):
        export(weights.load(saved), "keras", tmp_path / "mine.keras")
    assert (tmp_path / "mine.keras").read_text() == "mine"
    with pytest.raises(UserError, match="already exists"):
        export(weights.load(saved), "keras", pathlib.Path("."))


def test_a_file_name_that_keras_would_not_open_is_refused(tmp_path, saved):
    with pytest.raises(UserError, match=r"network\.keras"):
        export(weights.load(saved), "keras", tmp_path / "network.h5")


def test_a_target_that_cannot_be_written_is_reported(tmp_path, saved):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(UserError, match="cannot be written"):
        export(weights.load(saved), "tflite", tmp_path / "file" / "network.tflite")
