from __future__ import annotations

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
