"""The record of a weights file: what is filled in, and one sentence for everything that is wrong."""

from __future__ import annotations

import dataclasses
import json
import math
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siamese.config import TwinConfig
from siamese.network.weights_record import WeightsError, read_record, twin_of

GOOD = {
    "sha256": "0" * 64,
    "twin": dataclasses.asdict(TwinConfig()),
    "trained_on": {"alphabets": ["Greek"], "scripts": ["Greek"]},
    "temperature": 0.5,
    "none_threshold": 0.4,
}


@pytest.fixture
def source(tmp_path):
    return tmp_path / "tiny.json"


def test_a_minimal_record_gets_the_defaults(source):
    source.write_text(json.dumps(GOOD))
    record = read_record(source)
    assert (record["columns"], record["normalised"], record["same_threshold"]) == (1, False, None)
    config, column = twin_of(record, source)
    assert config == column == TwinConfig()


def test_what_is_for_people_is_kept(source):
    source.write_text(json.dumps(GOOD | {"made": {"name": "Class 7b"}, "columns": 4}))
    record = read_record(source)
    assert record["made"] == {"name": "Class 7b"}
    assert twin_of(record, source)[1] == TwinConfig().column(4)


def test_the_earlier_name_of_normalised_is_read(source):
    source.write_text(json.dumps(GOOD | {"framed": True}))
    assert read_record(source)["normalised"] is True


@pytest.mark.parametrize(
    ("change", "says"),
    [
        *(({key: ...}, f"lacks {key}") for key in GOOD),
        ({"sha256": "abc"}, "'abc' as sha256; it must be 64 hexadecimal digits"),
        ({"sha256": None}, "None as sha256"),
        ({"temperature": "hot"}, "'hot' as temperature; it must be a number above 0"),
        ({"temperature": True}, "True as temperature"),
        ({"temperature": 0}, "0 as temperature"),
        ({"temperature": 10**400}, "as temperature"),
        ({"none_threshold": -1}, "-1 as none_threshold; it must be a number of 0 or more"),
        ({"none_threshold": [0.5]}, "as none_threshold"),
        ({"same_threshold": "0.2"}, "'0.2' as same_threshold"),
        ({"signature_threshold": -1}, "-1 as signature_threshold"),
        ({"normalised": "yes"}, "'yes' as normalised; it must be true or false"),
        *(({"columns": value}, "as columns") for value in (0, -1, 65, "two", 2.5, None, [2], True, 10**9)),
        ({"columns": 3}, "does not describe a network: 3 columns do not divide"),
        ({"trained_on": {}}, "as trained_on; it must be lists of the names"),
        ({"trained_on": {"alphabets": "Greek", "scripts": []}}, "as trained_on"),
        ({"trained_on": {"alphabets": [7], "scripts": []}}, "as trained_on"),
        ({"trained_on": {"alphabets": ["a\nb"], "scripts": []}}, "as trained_on"),
        ({"trained_on": {"alphabets": ["a" * 201], "scripts": []}}, "as trained_on"),
        ({"trained_on": []}, "as trained_on"),
        ({"twin": 7}, "as twin; it must be the sizes"),
        ({"twin": {"filters": [4]}}, "as twin"),
        ({"twin": {"filters": [], "kernels": [], "embedding": 8}}, "as twin"),
        ({"twin": {"filters": [4.0], "kernels": [3], "embedding": 8}}, "as twin"),
        ({"twin": {"filters": [10**9], "kernels": [3], "embedding": 8}}, "as twin"),
        ({"twin": {"filters": [4, 4], "kernels": [3], "embedding": 8}}, "does not describe a network: 2 filter counts"),
        ({"twin": {"filters": [4, 4], "kernels": [99, 99], "embedding": 8}}, "too large for a 105 px drawing"),
    ],
)
def test_a_wrong_entry_is_named(source, change, says):
    record = {key: value for key, value in (GOOD | change).items() if value is not ...}
    source.write_text(json.dumps(record))
    with pytest.raises(WeightsError, match=says) as caught:
        twin_of(read_record(source), source)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[1, 2]",
        "null",
        "[" * 100_000,
        '{"a":' * 100_000,
        json.dumps(GOOD | {"temperature": math.inf}),
        json.dumps(GOOD | {"temperature": math.nan}),
        json.dumps(GOOD).replace("0.5", "9" * 5000),
        json.dumps(GOOD).replace("0.5", "1e999"),
    ],
)
def test_what_is_not_a_record_is_refused(source, text):
    source.write_text(text)
    with pytest.raises(WeightsError, match=r"not the record|as temperature") as caught:
        read_record(source)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x80\x04K\x01.", bytes(2_000_000)])
def test_other_bytes_are_refused(source, content):
    source.write_bytes(content)
    with pytest.raises(WeightsError, match=r"not the record|larger than"):
        read_record(source)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_in_place_of_the_record_does_not_block(source):
    os.mkfifo(source)
    with pytest.raises(WeightsError, match="not a regular file"):
        read_record(source)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=9,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from([*GOOD, "columns", "normalised", "same_threshold"]), value=values)
def test_any_value_is_valid_or_refused(source, key, value):
    source.write_text(json.dumps(GOOD | {key: value}))
    try:
        record = read_record(source)
        config, column = twin_of(record, source)
    except WeightsError:
        return
    assert math.isfinite(record["temperature"])
    assert config.embedding == column.embedding * record["columns"]
