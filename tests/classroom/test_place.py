"""Where the class was brought, as the store keeps it."""

from __future__ import annotations

import json

import pytest

from siamese.classroom.place import SETTING, Place, from_settings

PLACE = Place(3, "verify", {"part": "company", "alphabet": "日本"}, True, "0a1b")


def test_it_is_read_as_it_was_kept(store):
    store.set(**{SETTING: PLACE.to_setting()})
    assert from_settings(store.settings()) == PLACE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        json.dumps({"number": "3"}),
        json.dumps({"number": 3, "unknown": 1}),
        json.dumps({"number": 3, "link": ["part"]}),
        json.dumps({"number": True}),
        json.dumps({"following": 1}),
    ],
)
def test_what_another_version_kept_is_no_place(text):
    assert from_settings({SETTING: text}) == Place()


def test_at_first_there_is_none():
    assert from_settings({}) == Place()
