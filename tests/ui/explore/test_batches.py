"""Pairs, batches and trials as the samplers draw them, shown with what the network should answer."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from siamese.config import AllPairs, RandomPairs
from siamese.data.batches import BatchSampler
from siamese.data.characters import pack, unpack
from siamese.data.episodes import sample_trials
from siamese.presets import PRESETS
from siamese.ui import cards, datasets
from siamese.ui.explore import batches
from tests import drawn
from tests.apps import beside, markup, part_of


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


def urls(markup: str) -> list[str]:
    return re.findall(r"background-image:url\((.*?)\)", markup)


def test_pairs_are_those_of_the_papers_sampler(scribbles):
    config = PRESETS["paper"].changed(batch=RandomPairs(8), seed=5)
    drawings = unpack(pack(BatchSampler(scribbles, config).batch(0)))
    _, shown = batches._pairs("builtin", scribbles, 5)
    expected = [cards.picture_url(drawings[place + half]) for place in range(8) for half in (0, 8)]
    assert urls(shown) == expected
    assert 'aria-label="Pair 1, same character: first drawing"' in shown
    assert 'aria-label="Pair 8, different characters: second drawing"' in shown
    assert shown.count(">Same character<") == shown.count(">Different characters<") == 4


def test_a_batch_is_that_of_this_programs_sampler(scribbles):
    config = PRESETS["best"].changed(batch=AllPairs(8, 4), seed=5)
    drawings = unpack(pack(BatchSampler(scribbles, config).batch(0)))
    words, shown = batches._all_pairs("builtin", scribbles, 5)
    assert urls(shown) == [cards.picture_url(drawing) for drawing in drawings]
    assert 'aria-label="Character 1, drawing 1"' in shown
    assert 'aria-label="Character 8, drawing 4"' in shown
    assert re.findall('class="name">(.*?)<', shown) == [f"Character {number}" for number in range(1, 9)]
    assert words.startswith("8 characters by 4 people each.")


def test_a_trial_is_that_of_its_seed(scribbles):
    trials = sample_trials(scribbles, np.random.default_rng(9), 1, 8)
    words, shown = batches._trial("builtin", scribbles, 9)
    rows = [trials.query[0], *trials.support[0, :, 0]]
    assert urls(shown) == [cards.picture_url(drawing) for drawing in scribbles.drawings(rows)]
    tiles = shown.split('<figure class="tile ')[1:]
    assert [tile.startswith("right") for tile in tiles].index(True) == trials.answer[0]
    query, example = (int(scribbles.drawer_of[row]) for row in rows[:2])
    assert f"a query drawn by person {query}, and one example of each of 8 characters of Alphabet" in words
    assert f", drawn by person {example}. The network" in words


def test_a_trial_has_at_most_twenty_characters():
    large = drawn.character_set(1, 23, 2)
    assert batches._trial("x", large, 1)[0].startswith("A 20-way 1-shot trial")
    uneven = [(0, 3), (1, 5)]
    alphabets = list(drawn.character_set(2, 1, 1).alphabets)
    characters = [
        dataclasses.replace(large.characters[number], alphabet=alphabets[a].name)
        for a, count in uneven
        for number in range(count)
    ]
    drawings = {(c, d): drawn.scribble(c, d) for c in range(8) for d in (1, 2)}
    some = drawn.from_drawings("x", alphabets, characters, drawings)
    assert batches._trial("x", some, 1)[0].startswith("A 5-way 1-shot trial")


@pytest.mark.parametrize(("kind", "words"), [("pairs", "8 pairs"), ("batch", "8 characters"), ("trial", "A 8-way")])
def test_the_part_shows_what_was_chosen(kind, words, scribbles, home):
    app = part_of(batches.batches_ui, scribbles, explore__drawn=kind, explore__seed=4)
    assert f'<p class="note">{words}' in markup(app)
    control = app.segmented_control(key="explore:drawn")
    assert control.options == ["Pairs, as in the paper", "A batch of this program", "A trial"]
    assert control.proto.required
    assert app.number_input(key="explore:seed").max == 9999
    assert ["Drawn", "Seed"] in beside(app)
    expected = {"seed": "4"} | ({} if kind == "pairs" else {"drawn": kind})
    assert app.query_params == expected


def test_the_part_explains_what_is_too_small(monkeypatch, home):
    small = drawn.character_set(1, 2, 2)
    monkeypatch.setattr(datasets, "loaded", lambda key: small)
    app = part_of(batches.batches_ui, small, explore__drawn="batch")
    assert "a batch needs 8" in app.info[0].value
    assert app.get("html") == []
