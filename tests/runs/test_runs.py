"""The face of the package."""

from __future__ import annotations

from siamese import runs


def test_every_name_of_the_face_exists():
    assert [name for name in runs.__all__ if not hasattr(runs, name)] == []


def test_every_name_of_the_face_is_listed_once():
    assert sorted(set(runs.__all__)) == sorted(runs.__all__)
