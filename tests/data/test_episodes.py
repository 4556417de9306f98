from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.config import AllPairs, DistortConfig, RandomPairs, TrainConfig
from siamese.data.episodes import BatchSampler, sample_trials
from siamese.presets import PRESETS
from tests import drawn
from tests.configs import TINY, change

STILL = DistortConfig(affine=0, elastic=0, thicker=0, thinner=0)
CHARACTERS = drawn.character_set(alphabets=3, characters=8, drawers=5)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 8), st.integers(1, 4), st.booleans())
def test_trials_are_fair(seed, ways, shots, across):
    trials = sample_trials(CHARACTERS, np.random.default_rng(seed), 5, ways, shots, across)
    assert trials.support.shape == (5, ways, shots)
    for query, support, answer in zip(trials.query, trials.support, trials.answer, strict=True):
        shown = CHARACTERS.character_of[support]
        assert (shown == shown[:, :1]).all()  # the shots of a way are one character
        assert len(set(shown[:, 0])) == ways  # no character twice
        assert CHARACTERS.character_of[query] == shown[answer, 0]
        assert CHARACTERS.drawer_of[query] not in CHARACTERS.drawer_of[support]  # another hand, so another drawing
        if not across:
            assert len({CHARACTERS.characters[c].alphabet for c in shown[:, 0]}) == 1


def test_the_answer_stands_anywhere():
    answers = sample_trials(CHARACTERS, np.random.default_rng(0), 600, 5).answer
    assert np.bincount(answers, minlength=5).min() > 80


def test_across_takes_characters_of_several_alphabets():
    trials = sample_trials(CHARACTERS, np.random.default_rng(0), 20, 8, across=True)
    mixed = [len({CHARACTERS.characters[c].alphabet for c in CHARACTERS.character_of[s[:, 0]]}) for s in trials.support]
    assert max(mixed) == 3


@pytest.mark.parametrize(
    ("options", "says"),
    [({"ways": 9}, "9 characters"), ({"ways": 1}, "at least 2"), ({"shots": 5}, "more than 5 drawers")],
)
def test_impossible_trials_are_refused(options, says):
    with pytest.raises(ValueError, match=says):
        sample_trials(CHARACTERS, np.random.default_rng(0), 3, **{"ways": 4, **options})


def batch_config(**options) -> TrainConfig:
    plain = {"batch": AllPairs(6, 3, composed=0.0, varied=0.0), "distort": STILL, "normalised": False}
    return change(TINY.changed(**plain), **options)


@pytest.mark.parametrize("same_alphabet", [0.0, 1.0])
def test_a_batch_holds_each_character_once_by_several_drawers(same_alphabet):
    sampler = BatchSampler(CHARACTERS, batch_config(same_alphabet=same_alphabet, upright=1.0))
    place = {CHARACTERS.drawings([row])[0].tobytes(): row for row in range(len(CHARACTERS))}
    mixed = set()
    for step in range(20):
        rows = np.array([place[drawing.tobytes()] for drawing in sampler.batch(step)]).reshape(6, 3)
        shown = CHARACTERS.character_of[rows]
        assert (shown == shown[:, :1]).all()
        assert len(set(shown[:, 0])) == 6
        assert all(len(set(drawers)) == 3 for drawers in CHARACTERS.drawer_of[rows])
        mixed.add(len({CHARACTERS.characters[c].alphabet for c in shown[:, 0]}))
    assert mixed == {1, 2} if same_alphabet else mixed <= {2, 3}


def test_few_alphabets_fill_a_batch():
    one = drawn.character_set(alphabets=1, characters=12, drawers=3)
    config = batch_config(same_alphabet=1.0, characters=10)
    sampler = BatchSampler(one, config)
    for step in range(20):
        chosen = sampler._choose(config.batch, np.random.default_rng(step))
        assert len({character for character, _ in chosen}) == len(chosen) == 10
        assert len({orientation for _, orientation in chosen}) == 1  # of an alphabet


def test_a_sampler_goes_when_its_training_does():
    sampler = BatchSampler(CHARACTERS, batch_config(varied=1.0))
    sampler.batch(0)
    gone = weakref.ref(sampler)
    del sampler
    gc.collect()
    assert gone() is None


def test_a_batch_depends_on_seed_and_step_alone():
    one, two = BatchSampler(CHARACTERS, batch_config()), BatchSampler(CHARACTERS, batch_config())
    one.batch(0)
    assert np.array_equal(one.batch(5), two.batch(5))
    assert not np.array_equal(one.batch(5), one.batch(6))
    assert not np.array_equal(one.batch(5), BatchSampler(CHARACTERS, batch_config(seed=1)).batch(5))


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("best", [13.38725, 11.83186, 5.61979, 11.47153, 12.66185, 4.48264, 5.03372, 6.99164]),
        ("lesson", [3.61525, 4.43437, 5.58104, 4.20325, 4.06416, 3.60439, 3.43523, 6.3788]),
        ("paper", [7.26401, 7.23599, 7.28124, 7.54995, 7.221, 7.12023, 7.05652, 7.14994]),
        ("walkthrough", [1.85283, 1.86964, 1.93775, 1.76995, 1.81189, 1.83619, 1.75325, 1.81226]),
    ],
)
def test_the_batches_of_a_preset_never_change(preset, expected):
    """A resumed run continues on the batches of its beginning. Recorded with version 0.1: the mean ink of the drawings
    of each of the first eight batches, weighted by their place."""
    sampler = BatchSampler(drawn.character_set(alphabets=3, characters=24, drawers=20), PRESETS[preset])
    ink = [sampler.batch(step).mean(axis=(1, 2)) for step in range(8)]
    assert [(i * np.arange(1, len(i) + 1)).mean() for i in ink] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(("options", "says"), [({"characters": 25}, "24 characters"), ({"drawers": 6}, "5 drawers")])
def test_batches_larger_than_the_set_are_refused(options, says):
    with pytest.raises(ValueError, match=says):
        BatchSampler(CHARACTERS, batch_config(**options))


def test_random_pairs_are_half_of_one_character_by_two_drawers():
    sampler = BatchSampler(CHARACTERS, batch_config(batch=RandomPairs(40), distort=None, from_drawers=4))
    place = {CHARACTERS.drawings([row])[0].tobytes(): row for row in range(len(CHARACTERS))}
    rows = np.array([place[drawing.tobytes()] for drawing in sampler.batch(0)]).reshape(2, 40)
    same = CHARACTERS.character_of[rows[0]] == CHARACTERS.character_of[rows[1]]
    assert same.tolist() == [True] * 20 + [False] * 20
    assert (CHARACTERS.drawer_of[rows[0, :20]] != CHARACTERS.drawer_of[rows[1, :20]]).all()
    assert set(CHARACTERS.drawer_of[rows].ravel()) == {1, 2, 3, 4}


def test_composed_characters_differ_and_drawings_of_one_belong_together():
    config = batch_config(composed=1.0, characters=12)
    sampler = BatchSampler(CHARACTERS, config)
    seen = 0
    for step in range(10):
        chosen = sampler._choose_composed(config.batch, np.random.default_rng(step))
        if not chosen:
            continue
        seen += 1
        rows = np.array(chosen).reshape(12, 3, 5)
        first, second = (CHARACTERS.character_of[rows[..., i]] for i in (0, 2))
        assert (first == first[:, :1]).all()
        assert (second == second[:, :1]).all()
        assert (
            len({(f, s, layout) for f, s, layout in zip(first[:, 0], second[:, 0], rows[:, 0, 4], strict=True)}) == 12
        )
        assert (CHARACTERS.drawer_of[rows[..., 0]] == CHARACTERS.drawer_of[rows[..., 2]]).all()
        assert sampler.batch(step).shape == (36, 105, 105)
    assert seen


def test_a_batch_of_near_misses_is_of_few_characters():
    config = batch_config(varied=1.0, characters=12)
    sampler = BatchSampler(CHARACTERS, config)
    for step in range(10):
        chosen = sampler._choose_varied(config.batch, np.random.default_rng(step))
        rows = np.array([row for row, _, _ in chosen]).reshape(12, 3)
        characters = CHARACTERS.character_of[rows]
        assert (characters == characters[:, :1]).all()
        assert 2 <= len(set(characters[:, 0])) <= 8
        assert all(len(set(CHARACTERS.drawer_of[drawn_by])) == 3 for drawn_by in rows)
        edits = [edit for _, _, edit in chosen]
        assert all(edits[i] == edits[i + 1] == edits[i + 2] for i in range(0, 36, 3))
        assert len({(c, e) for c, e in zip(characters[:, 0], edits[::3], strict=True)}) == 12
        assert sampler.batch(step).shape == (36, 105, 105)


def test_kinds_of_batches_come_in_their_shares():
    sampler = BatchSampler(CHARACTERS, batch_config(composed=0.3, varied=0.3, characters=4, drawers=2))
    made = {"_choose_composed": 0, "_choose_varied": 0, "_choose": 0}

    def counted(name):
        real = getattr(sampler, name)

        def call(batch, rng):
            made[name] += 1
            return real(batch, rng)

        return call

    for name in made:
        setattr(sampler, name, counted(name))
    for step in range(200):
        sampler.batch(step)
    assert sum(made.values()) == 200
    assert all(30 <= count <= 110 for count in made.values())
