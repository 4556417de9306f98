"""Pairs, batches and trials as the samplers draw them, shown with what the network should answer."""

from __future__ import annotations

import re

import numpy as np
import pytest

from siamese.data.characters import unpack
from siamese.ui import datasets
from siamese.ui.explore import batches
from tests import drawn


@pytest.fixture(autouse=True)
def _scribbles(scribbles, monkeypatch):
    monkeypatch.setattr(datasets, "loaded", lambda key: scribbles)
    batches._batch.cache_clear()
    yield
    batches._batch.cache_clear()


def test_half_of_the_pairs_show_the_same_character(scribbles):
    words, shown = batches._pairs("builtin", scribbles, 1)
    assert words.startswith("8 pairs")
    assert re.findall(r'class="name (right|wrong)"', shown) == ["right"] * 4 + ["wrong"] * 4
    assert shown.count('class="card') == 16


def test_a_batch_counts_its_pairs(scribbles):
    words, shown = batches._all_pairs("builtin", scribbles, 1)
    assert "48 of the 496 pairs show the same character" in words
    assert shown.count('class="card') == 32


def test_a_trial_marks_its_answer(scribbles):
    words, shown = batches._trial("builtin", scribbles, 3)
    assert words.startswith("A 8-way 1-shot trial")
    assert shown.count("tile right") == 1
    assert shown.count('class="card') == 9
    assert batches._trial("builtin", scribbles, 3) == (words, shown)
    assert batches._trial("builtin", scribbles, 4)[1] != shown


def test_a_seed_fixes_what_is_drawn(scribbles):
    for kind in ("pairs", "batch"):
        first, again, other = (
            batches._batch("builtin", version, kind, seed) for version, seed in ((1, 1), (2, 1), (1, 2))
        )
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)
        assert unpack(first).any(axis=(1, 2)).all()


def test_alphabets_that_are_too_small_say_so(monkeypatch):
    small = drawn.character_set(1, 2, 2)
    monkeypatch.setattr(datasets, "loaded", lambda key: small)
    with pytest.raises(ValueError, match="a batch needs 8"):
        batches._all_pairs("own-a", small, 1)
