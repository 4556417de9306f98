"""The description of several machines."""

from __future__ import annotations

import json

import pytest

from siamese.errors import UserError
from siamese.runs import workers

WORKERS = ["a:1", "b:2", "c:3"]


def described(cluster: object, kind: str = "worker", index: object = 0) -> str:
    return json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (described({"worker": WORKERS}), 0),
        (described({"worker": WORKERS}, index=2), 2),
        (described({"worker": WORKERS}, index="2"), 2),
        (described({"chief": ["a:1"], "worker": ["b:2", "c:3"]}, "chief"), 0),
        (described({"chief": ["a:1"], "worker": ["b:2", "c:3"]}, index=1), 2),
    ],
)
def test_tf_config_is_understood_as_tensorflow_does(monkeypatch, text, place):
    monkeypatch.setenv("TF_CONFIG", text)
    found = workers.from_environment()
    assert found == workers.Workers(tuple(WORKERS), place)
    assert found.chief is (place == 0)


def test_a_list_of_addresses_is_handed_to_tensorflow(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", "")
    given = workers.listed("a:1, b:2,c:3", 1)
    assert workers.from_environment() == given == workers.Workers(tuple(WORKERS), 1)
    assert str(given) == "3 workers: a:1 (the chief), b:2, c:3; this one is worker 1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "TF_CONFIG is not set"),
        ("{", "TF_CONFIG cannot be used"),
        ("[]", "TF_CONFIG cannot be used"),
        ('{"cluster": {}}', "TF_CONFIG cannot be used"),
        (described({"worker": WORKERS}, "ps"), "TF_CONFIG cannot be used"),
        (described({"worker": WORKERS, "ps": ["d:4"]}), "only tasks of the types chief and worker train"),
        (described({"worker": WORKERS}, index="first"), "TF_CONFIG cannot be used"),
        (described({"worker": WORKERS}, index=3), "There is no worker 3 among 3"),
        (described({"worker": ["a:1", "b"]}), "'b' is not the address of a worker"),
        (described({"worker": [1, 2]}), "1 is not the address of a worker"),
        (described({"worker": ["a:1", "a:1"]}), "at least two workers, each of them once"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(monkeypatch, text, says):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(UserError, match=says) as raised:
        workers.from_environment()
    assert "\n" not in str(raised.value)
