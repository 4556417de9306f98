from __future__ import annotations

import hashlib
import json
import pathlib
import pickle

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siamese.network import weights
from siamese.network.columns import join
from siamese.network.weights import WeightsError
from tests import drawn


def replace_content(file, content: bytes) -> None:
    """Put other bytes into a weights file and their sha256 into its record, so that only the content is wrong."""
    file.write_bytes(content)
    record = json.loads(file.with_suffix(".json").read_text())
    file.with_suffix(".json").write_text(json.dumps(record | {"sha256": hashlib.sha256(content).hexdigest()}))


def test_saved_weights_are_loaded_to_the_precision_of_float16(saved, tensors):
    loaded = weights.load(saved)
    assert loaded.config == drawn.TINY
    assert len(loaded.columns) == 1
    assert loaded.columns[0].keys() == tensors.keys()
    assert all(np.array_equal(loaded.columns[0][name], tensors[name].astype(np.float16)) for name in tensors)


def test_full_rank_changes_nothing(tensors):
    inputs = np.random.default_rng(1).normal(size=(200, 288)).astype(np.float32)
    low = weights.low_rank(tensors, inputs, 32)
    assert np.allclose(low[weights.LEFT] @ low[weights.RIGHT], tensors["embedding.kernel"], atol=1e-4)
    assert np.allclose(low["embedding.bias"], tensors["embedding.bias"], atol=1e-4)


def test_low_rank_keeps_what_matters_on_the_drawings(tensors):
    """Inputs that live in 5 dimensions lose nothing at rank 5, though the kernel has rank 32; a plain SVD would."""
    rng = np.random.default_rng(1)
    inputs = (rng.normal(size=(300, 5)) @ rng.normal(size=(5, 288)) + 1).astype(np.float32)
    low = weights.low_rank(tensors, inputs, 5)
    exact = inputs @ tensors["embedding.kernel"] + tensors["embedding.bias"]
    kept = inputs @ (low[weights.LEFT] @ low[weights.RIGHT]) + low["embedding.bias"]
    assert np.abs(kept - exact).max() < 1e-2
    left, values, right = np.linalg.svd(tensors["embedding.kernel"], full_matrices=False)
    plain = inputs @ ((left[:, :5] * values[:5]) @ right[:5]) + tensors["embedding.bias"]
    assert np.abs(plain - exact).max() > 1


def test_a_low_rank_file_is_rebuilt_on_load(saved, tensors, record):
    low = weights.low_rank(tensors, np.random.default_rng(1).normal(size=(200, 288)).astype(np.float32), 32)
    weights.save(saved, low, record)
    loaded = weights.load(saved)
    assert loaded.columns[0].keys() == tensors.keys()
    assert np.allclose(loaded.columns[0]["embedding.kernel"], tensors["embedding.kernel"], atol=5e-3)


def test_a_file_of_columns_gives_them_back_in_order_and_joined(saved, record):
    half = drawn.TINY.column(2)
    rng = np.random.default_rng(2)
    parts = [
        {name: rng.normal(0, 0.2, shape).astype(np.float32) for name, shape in weights.shapes(half).items()}
        for _ in range(2)
    ]
    inputs = rng.normal(size=(200, parts[0]["embedding.kernel"].shape[0])).astype(np.float32)
    weights.save(
        saved,
        weights.side_by_side([weights.low_rank(part, inputs, half.embedding) for part in parts]),
        record | {"columns": 2},
    )
    loaded, expected = weights.load(saved), join(parts, half)
    assert loaded.config == drawn.TINY
    assert loaded.column_config == half
    for column, part in zip(loaded.columns, parts, strict=True):
        assert column.keys() == part.keys()
        assert all(np.allclose(column[name], part[name], atol=5e-3) for name in part)
    joined = loaded.joined()
    assert joined.keys() == expected.keys()
    assert all(np.allclose(joined[name], expected[name], atol=5e-3) for name in expected)


def test_damage_is_noticed(saved):
    content = bytearray(saved.read_bytes())
    content[-1] ^= 1
    saved.write_bytes(content)
    with pytest.raises(WeightsError, match="sha256"):
        weights.load(saved)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: {k: v for k, v in t.items() if k != "head.bias"}, r"head\.bias missing or too many"),
        (lambda t: t | {"extra": np.zeros(1, np.float16)}, "extra missing or too many"),
        (lambda t: t | {"head.kernel": np.zeros(7, np.float16)}, r"head\.kernel is float16 \(7,\)"),
        (lambda t: t | {"head.kernel": np.zeros(32, np.int64)}, "int64"),
        (lambda t: t | {"head.kernel": np.full(32, np.nan, np.float16)}, "not finite"),
        (lambda t: t | {"conv1.bias": np.full(4, np.inf, np.float16)}, "not finite"),
        (
            lambda t: {k: v for k, v in t.items() if k != "embedding.kernel"} | {weights.LEFT: np.zeros(3, np.float16)},
            "missing or too many",
        ),
        (
            lambda t: (
                {k: v for k, v in t.items() if k != "embedding.kernel"}
                | {weights.LEFT: np.zeros((288, 4), np.float16), weights.RIGHT: np.zeros((5, 32), np.float16)}
            ),
            r"embedding\.kernel\.right",
        ),
    ],
)
def test_tensors_that_do_not_fit_are_named(saved, change, says):
    replace_content(saved, safetensors.numpy.save(change(safetensors.numpy.load(saved.read_bytes()))))
    with pytest.raises(WeightsError, match=says):
        weights.load(saved)


@pytest.mark.parametrize(
    "content", [b"", b"\x80\x04K\x01.", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"\xff" * 100, pickle.dumps({"a": 1})]
)
def test_other_files_are_refused(saved, content):
    replace_content(saved, content)
    with pytest.raises(WeightsError, match="not a safetensors file"):
        weights.load(saved)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 900), value=st.integers(0, 255))
def test_a_changed_header_is_refused_or_changes_nothing(saved, position, value):
    good = saved.read_bytes()
    record = saved.with_suffix(".json").read_text()
    content = bytearray(good)
    content[position] = value
    replace_content(saved, bytes(content))
    try:
        loaded = weights.load(saved)
        assert {k: v.shape for k, v in loaded.joined().items()} == weights.shapes(drawn.TINY)
    except WeightsError:
        pass
    finally:
        saved.write_bytes(good)
        saved.with_suffix(".json").write_text(record)


def test_a_missing_file_or_record_is_named(tmp_path, saved):
    with pytest.raises(WeightsError, match=r"nothing\.json"):
        weights.load(tmp_path / "nothing.safetensors")
    with pytest.raises(WeightsError, match="is a folder"):
        weights.load(pathlib.Path("."))
    saved.unlink()
    with pytest.raises(WeightsError, match=r"tiny\.safetensors is missing"):
        weights.load(saved)


def test_a_file_larger_than_its_network_is_not_read(saved):
    with saved.open("ab") as file:
        file.truncate(3_000_000_000)  # sparse
    with pytest.raises(WeightsError, match="larger than 1,"):
        weights.load(saved)


def test_a_long_header_is_not_read(saved):
    replace_content(saved, (900_000_000).to_bytes(8, "little") + b"{}")
    with pytest.raises(WeightsError, match="header is too long"):
        weights.load(saved)


def test_finite_factors_with_an_infinite_product_are_refused(saved, tensors):
    factors = {weights.LEFT: np.full((288, 4), 3e38, np.float32), weights.RIGHT: np.full((4, 32), 3e38, np.float32)}
    others = {name: tensor for name, tensor in tensors.items() if name != "embedding.kernel"}
    replace_content(saved, safetensors.numpy.save(others | factors))
    with pytest.raises(WeightsError, match=r"product of embedding\.kernel\.left .* not finite"):
        weights.load(saved)


def test_names_of_tensors_are_shown_on_one_line(saved, tensors):
    replace_content(saved, safetensors.numpy.save(tensors | {"\x1b[2J\nextra": np.zeros(1, np.float32)}))
    with pytest.raises(WeightsError) as caught:
        weights.load(saved)
    assert str(caught.value).isprintable()
