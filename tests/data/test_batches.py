from __future__ import annotations

import dataclasses
import gc
import weakref

import numpy as np
import pytest

from siamese.config import AllPairs, DistortConfig, RandomPairs, TrainConfig
from siamese.data.batches import BatchSampler
from siamese.data.characters import Alphabet, Character
from siamese.data.compose import compose, turn
from siamese.data.distort import distort, orient
from siamese.data.normalise import normalise
from siamese.data.strokes import PEN_PX, render, trace
from siamese.data.vary import Cut, vary
from siamese.presets import PRESETS
from tests import drawn
from tests.configs import TINY, change

STILL = DistortConfig(affine=0, elastic=0, thicker=0, thinner=0)
CHARACTERS = drawn.character_set(alphabets=3, characters=8, drawers=5)
STILL = DistortConfig(affine=0, elastic=0, thicker=0, thinner=0)


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
        ("best", [12.28032, 12.1388, 5.84947, 12.03702, 11.26433, 4.92478, 4.7426, 6.08735]),
        ("lesson", [3.61525, 4.43437, 5.58104, 4.20325, 4.06416, 3.60439, 3.43523, 6.3788]),
        ("best of 0.1", [13.38725, 11.83186, 5.61979, 11.47153, 12.66185, 4.48264, 5.03372, 6.99164]),
        ("paper", [7.26401, 7.23599, 7.28124, 7.54995, 7.221, 7.12023, 7.05652, 7.14994]),
        ("walkthrough", [1.85283, 1.86964, 1.93775, 1.76995, 1.81189, 1.83619, 1.75325, 1.81226]),
    ],
)
def test_the_batches_of_a_preset_never_change(preset, expected):
    """A resumed run continues on the batches of its beginning. Recorded: the mean ink of the drawings of each of the
    first eight batches, weighted by their place; all but `best` with version 0.1."""
    name, _, earlier = preset.partition(" of ")
    config = PRESETS[name].changed(batch={"same_drawers": False}) if earlier else PRESETS[name]
    sampler = BatchSampler(drawn.character_set(alphabets=3, characters=24, drawers=20), config)
    ink = [sampler.batch(step).mean(axis=(1, 2)) for step in range(8)]
    assert [(i * np.arange(1, len(i) + 1)).mean() for i in ink] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("kind", ["plain", "composed", "varied"])
def test_a_support_set_is_by_one_drawer(kind, monkeypatch):
    """The first drawings of all characters are by one drawer, the second ones by another, and so on."""
    shares = {"composed": 0.0, "varied": 0.0, "upright": 1.0} | ({} if kind == "plain" else {kind: 1.0})
    config = TINY.changed(batch={"characters": 6, "drawers": 3, **shares})
    sampler = BatchSampler(CHARACTERS, config)
    shown = []
    monkeypatch.setattr(sampler, "_compose", lambda first, *_: shown.append(first) or np.zeros((105, 105)))
    monkeypatch.setattr(sampler, "_vary", lambda row, *_: shown.append(row) or np.zeros((105, 105)))
    rows_by_drawers = sampler._rows_by_drawers

    def watched(batch, rng):
        rows_of = rows_by_drawers(batch, rng)
        return lambda character: shown.extend(rows := rows_of(character)) or rows

    if kind == "plain":
        monkeypatch.setattr(sampler, "_rows_by_drawers", watched)
    orders = set()
    for step in range(20):
        shown.clear()
        sampler.batch(step)
        drawers = CHARACTERS.drawer_of[np.array(shown)].reshape(6, 3)
        assert (drawers == drawers[0]).all()
        assert len(set(drawers[0])) == 3
        orders.add(tuple(drawers[0]))
    assert len(orders) > 5


def test_another_drawer_stands_in_for_one_who_did_not_draw_a_character():
    whole = drawn.character_set(alphabets=1, characters=4, drawers=4)
    kept = (whole.character_of != 2) | (whole.drawer_of != 1)
    some = dataclasses.replace(
        whole, bits=whole.bits[kept], character_of=whole.character_of[kept], drawer_of=whole.drawer_of[kept]
    )
    config = TINY.changed(batch={"characters": 4, "drawers": 3})
    for step in range(20):
        rows = BatchSampler(some, config)._rows_by_drawers(config.batch, np.random.default_rng(step))(2)
        assert sorted(some.drawer_of[rows]) == [2, 3, 4]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"characters": 25}, "scribbles has 24 characters; a batch needs 25"),
        ({"drawers": 6}, "A character of scribbles has 5 drawers; a batch needs 6"),
        ({"from_drawers": 2}, "has 2 drawers; a batch needs 3"),
        ({"batch": RandomPairs(2), "from_drawers": 1}, "has 1 drawers; a batch needs 2"),
    ],
)
def test_batches_larger_than_the_set_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        BatchSampler(CHARACTERS, batch_config(**options))


def test_the_character_with_the_fewest_drawers_counts():
    drawings = {(c, d): drawn.scribble(c, d) for c in range(6) for d in range(1, 3 if c == 4 else 6)}
    classes = [Character("A", str(number)) for number in range(6)]
    uneven = drawn.from_drawings("uneven", [Alphabet("A")], classes, drawings)
    with pytest.raises(ValueError, match="A character of uneven has 2 drawers; a batch needs 3"):
        BatchSampler(uneven, batch_config())
    assert BatchSampler(uneven, batch_config(drawers=2)).batch(0).shape == (12, 105, 105)


def test_a_batch_may_be_as_large_as_the_set():
    assert BatchSampler(CHARACTERS, batch_config(characters=24, drawers=5)).batch(0).shape == (120, 105, 105)
    two = drawn.character_set(alphabets=1, characters=2, drawers=2)
    assert BatchSampler(two, batch_config(batch=RandomPairs(2))).batch(0).shape == (4, 105, 105)
    with pytest.raises(ValueError, match="1 characters; a batch needs 2"):
        BatchSampler(drawn.character_set(1, 1, 2), batch_config(batch=RandomPairs(2)))


def orientations(sampler: BatchSampler, steps: int) -> list[list[tuple[int, int]]]:
    """(character, orientation) of the three drawings of each of the six characters of some batches."""
    known = {
        orient(CHARACTERS.drawings([row]), orientation)[0].tobytes(): (int(CHARACTERS.character_of[row]), orientation)
        for row in range(len(CHARACTERS))
        for orientation in range(8)
    }
    batches = [[known[drawing.tobytes()] for drawing in sampler.batch(step)] for step in range(steps)]
    for batch in batches:
        assert batch[::3] == batch[1::3] == batch[2::3]
    return [batch[::3] for batch in batches]


@pytest.mark.parametrize("upright", [0.0, 0.4, 1.0])
def test_characters_from_all_alphabets_are_each_turned_on_their_own(upright):
    batches = orientations(BatchSampler(CHARACTERS, batch_config(same_alphabet=0.0, upright=upright)), 60)
    counts = np.bincount([turned for batch in batches for _, turned in batch], minlength=8) / 360
    assert counts[0] == pytest.approx(upright, abs=0.08)
    assert counts[1:] == pytest.approx([(1 - upright) / 7] * 7, abs=0.06)
    if upright == 0.4:
        assert np.mean([len({turned for _, turned in batch}) for batch in batches]) > 3
    assert np.bincount([character for batch in batches for character, _ in batch]).min() > 0


def test_characters_from_few_alphabets_are_turned_together():
    batches = orientations(BatchSampler(CHARACTERS, batch_config(same_alphabet=1.0, upright=0.4)), 80)
    alone = 0
    for batch in batches:
        turned = {}
        for character, orientation in batch:
            turned.setdefault(character // 8, set()).add(orientation)
        assert all(len(orientations_of_one) == 1 for orientations_of_one in turned.values())
        sizes = sorted(np.bincount([character // 8 for character, _ in batch]).tolist(), reverse=True)
        assert [size for size in sizes if size] in ([6], [3, 3])
        alone += len(turned) == 1
    assert alone / 80 == pytest.approx(0.5, abs=0.15)
    assert np.mean([batch[0][1] == 0 for batch in batches]) == pytest.approx(0.4, abs=0.15)
    assert {batch[0][0] // 8 for batch in batches} == {0, 1, 2}


def test_the_share_of_batches_from_few_alphabets():
    sampler = BatchSampler(CHARACTERS, batch_config(same_alphabet=0.3, upright=1.0))
    few = [len({character // 8 for character, _ in batch}) for batch in orientations(sampler, 100)]
    alone = 0.5 * 0.3
    assert np.mean([count == 1 for count in few]) == pytest.approx(alone, abs=0.1)
    assert np.mean([count == 3 for count in few]) > 0.4


def test_every_drawing_of_a_batch_is_distorted_and_then_normalised():
    options = {"distort": DistortConfig(), "upright": 1.0, "same_alphabet": 0.0}
    plain, distorted, both = (
        BatchSampler(CHARACTERS, batch_config(**changes)).batch(3)
        for changes in ({"upright": 1.0, "same_alphabet": 0.0}, options, {**options, "normalised": True})
    )
    assert (np.abs(plain - distorted).sum(axis=(1, 2)) > 1).all()
    assert np.array_equal(both, normalise(distorted))
    undistorted = batch_config(upright=1.0, same_alphabet=0.0, distort=None)
    assert np.array_equal(BatchSampler(CHARACTERS, undistorted).batch(3), plain)


def test_distortions_continue_the_generator_of_their_batch():
    """Random pairs, since their drawings are known: the generator draws the pairs first and then each distortion."""
    config = batch_config(batch=RandomPairs(4), distort=DistortConfig(), seed=5)
    sampler, rng = BatchSampler(CHARACTERS, config), np.random.default_rng((5, 7))
    rows = sampler._random_pairs(4, rng)
    expected = [distort(drawing, DistortConfig(), rng) for drawing in CHARACTERS.drawings(rows)]
    assert np.array_equal(sampler.batch(7), np.stack(expected))


def test_random_pairs_are_half_of_one_character_by_two_drawers():
    sampler = BatchSampler(CHARACTERS, batch_config(batch=RandomPairs(40), distort=None, from_drawers=4))
    place = {CHARACTERS.drawings([row])[0].tobytes(): row for row in range(len(CHARACTERS))}
    rows = np.array([place[drawing.tobytes()] for drawing in sampler.batch(0)]).reshape(2, 40)
    same = CHARACTERS.character_of[rows[0]] == CHARACTERS.character_of[rows[1]]
    assert same.tolist() == [True] * 20 + [False] * 20
    assert (CHARACTERS.drawer_of[rows[0, :20]] != CHARACTERS.drawer_of[rows[1, :20]]).all()
    assert set(CHARACTERS.drawer_of[rows].ravel()) == {1, 2, 3, 4}


def test_different_pairs_are_of_two_characters_by_any_drawers():
    sampler = BatchSampler(CHARACTERS, batch_config(batch=RandomPairs(400), from_drawers=4))
    rows = sampler._random_pairs(400, np.random.default_rng(0)).reshape(2, 400)
    characters, drawers = CHARACTERS.character_of[rows], CHARACTERS.drawer_of[rows]
    assert np.bincount(characters[0, :200], minlength=24).min() > 0
    assert np.bincount(characters[:, 200:].ravel(), minlength=24).min() > 0
    assert np.mean(drawers[0, 200:] == drawers[1, 200:]) == pytest.approx(0.25, abs=0.1)


def composed_batches(characters=CHARACTERS, wanted: int = 12, **changes):
    """(rows (wanted, drawers, 5), ...) of many composed batches: row, orientation, row, orientation, layout."""
    config = batch_config(composed=1.0, characters=wanted, **changes)
    sampler = BatchSampler(characters, config)
    chosen = [sampler._choose_composed(config.batch, np.random.default_rng(step)) for step in range(150)]
    return [np.array(some).reshape(wanted, -1, 5) for some in chosen if some]


def test_composed_characters_differ_and_drawings_of_one_belong_together():
    batches = composed_batches()
    assert len(batches) == 150  # of two alphabets of 8 characters: 56 or more
    for rows in batches:
        first, second = (CHARACTERS.character_of[rows[..., i]] for i in (0, 2))
        assert (first == first[:, :1]).all()
        assert (second == second[:, :1]).all()
        assert (first != second).all()
        assert (rows[..., [1, 3, 4]] == rows[:, :1, [1, 3, 4]]).all()
        assert len(set(zip(first[:, 0], second[:, 0], rows[:, 0, 4], strict=True))) == 12
        drawers = CHARACTERS.drawer_of[rows[..., 0]]
        assert (drawers == CHARACTERS.drawer_of[rows[..., 2]]).all()
        assert all(len(set(some)) == 3 for some in drawers)


def test_composed_characters_are_of_one_or_two_alphabets_and_one_or_two_layouts():
    batches = composed_batches()
    alphabets = [CHARACTERS.character_of[rows[0, 0, [0, 2]]] // 8 for rows in batches]
    assert np.mean([first == second for first, second in alphabets]) == pytest.approx(1 / 2 + 1 / 6, abs=0.12)
    assert {tuple(pair) for pair in alphabets} == {(one, two) for one in range(3) for two in range(3)}
    layouts = [set(rows[:, 0, 4]) for rows in batches]
    assert np.mean([len(some) == 1 for some in layouts]) == pytest.approx(0.6, abs=0.12)
    assert set.union(*layouts) == set(range(9))
    turns = np.array([rows[0, 0, [1, 3]] for rows in batches])
    assert np.mean(~turns.any(axis=1)) == pytest.approx(0.5 + 0.5 / 64, abs=0.12)
    assert set(turns[:, 0]) == set(turns[:, 1]) == set(range(8))
    assert np.mean(turns[:, 0] == turns[:, 1]) < 0.75


def test_composed_characters_share_8_parts_at_most():
    many = drawn.character_set(alphabets=1, characters=20, drawers=3)
    parts = [
        len(set(many.character_of[rows[..., column]].ravel()))
        for rows in composed_batches(many, wanted=20)
        for column in (0, 2)
    ]
    assert max(parts) == 8


def test_alphabets_too_small_for_a_composed_batch_give_a_plain_one():
    few = drawn.character_set(alphabets=1, characters=3, drawers=3)
    config = batch_config(composed=1.0, characters=3, upright=1.0)
    sampler = BatchSampler(few, config)
    assert len(sampler._choose_composed(config.batch, np.random.default_rng(0))) == 9
    large = batch_config(composed=1.0, characters=13)
    assert (
        BatchSampler(few.subset(["Alphabet 0"]), config)._choose_composed(large.batch, np.random.default_rng(0)) == []
    )


def test_a_part_that_its_drawer_did_not_draw_is_by_another():
    drawings = {(c, d): drawn.scribble(c, d) for c in range(4) for d in ((1, 2) if c < 2 else (3, 4))}
    classes = [Character("A", str(number)) for number in range(4)]
    uneven = drawn.from_drawings("uneven", [Alphabet("A")], classes, drawings)
    rows = np.concatenate([some.reshape(-1, 5) for some in composed_batches(uneven, wanted=4, drawers=2)])
    drawers = uneven.drawer_of[rows[:, [0, 2]]]
    other = (uneven.character_of[rows[:, 0]] < 2) != (uneven.character_of[rows[:, 2]] < 2)
    assert (drawers[~other, 0] == drawers[~other, 1]).all()
    assert len({tuple(pair) for pair in drawers[other]}) == 8  # any of the two drawers, either way


def test_composed_drawings_are_of_the_chosen_parts():
    config = batch_config(composed=1.0, characters=12, seed=3)
    sampler, rng = BatchSampler(CHARACTERS, config), np.random.default_rng((3, 4))
    rng.random()  # which kind of batch
    expected = []
    chosen = sampler._choose_composed(config.batch, rng)
    for first, turned, second, turned_too, layout in chosen:
        parts = [trace(drawing) for drawing in CHARACTERS.drawings([first, second])]
        lines = compose(turn(parts[0], turned), turn(parts[1], turned_too), layout, rng)
        expected.append(render(lines, PEN_PX))
    assert np.array_equal(sampler.batch(4), np.stack(expected))


def varied_batches(characters=CHARACTERS, wanted: int = 12):
    """[(row, orientation, edit), ...] of many batches of near misses."""
    config = batch_config(varied=1.0, characters=wanted)
    sampler = BatchSampler(characters, config)
    return [sampler._choose_varied(config.batch, np.random.default_rng(step)) for step in range(60)]


def test_a_batch_of_near_misses_is_of_2_4_or_8_characters_of_an_alphabet():
    bases = []
    for chosen in varied_batches():
        rows = np.array([row for row, _, _ in chosen]).reshape(12, 3)
        characters = CHARACTERS.character_of[rows]
        assert (characters == characters[:, :1]).all()
        assert len(set(characters[:, 0] // 8)) == 1
        bases.append(len(set(characters[:, 0])))
        assert np.bincount(characters[:, 0]).max() <= -(-12 // bases[-1])
        assert all(len(set(CHARACTERS.drawer_of[drawn_by])) == 3 for drawn_by in rows)
        edits = [edit for _, _, edit in chosen]
        assert all(edits[i] == edits[i + 1] == edits[i + 2] for i in range(0, 36, 3))
        assert len(set(zip(characters[:, 0], edits[::3], strict=True))) == 12
        assert sum(edit is None for edit in edits[::3]) == bases[-1]  # each character itself too
        assert len({orientation for _, orientation, _ in chosen}) == 1
    assert set(bases) == {2, 4, 6}  # of eight characters with two edits each, six fill a batch of twelve


def test_near_misses_are_of_any_alphabet_in_any_orientation():
    batches = varied_batches()
    assert {int(CHARACTERS.character_of[chosen[0][0]]) // 8 for chosen in batches} == {0, 1, 2}
    turned = [chosen[0][1] for chosen in batches]
    assert np.mean([orientation == 0 for orientation in turned]) == pytest.approx(0.5 + 0.5 / 8, abs=0.15)
    assert len(set(turned)) >= 7
    assert max(turned) == 7


def test_small_alphabets_and_batches_have_near_misses_too():
    few = drawn.character_set(alphabets=1, characters=3, drawers=3)
    for chosen in varied_batches(few, wanted=3):
        assert len(chosen) == 9
        assert len({few.character_of[row] for row, _, _ in chosen}) in (2, 3)


def test_near_misses_are_drawn_by_their_edits():
    config = batch_config(varied=1.0, characters=12, seed=3)
    sampler, rng = BatchSampler(CHARACTERS, config), np.random.default_rng((3, 4))
    rng.random()  # which kind of batch
    chosen = sampler._choose_varied(config.batch, rng)
    lines = [turn(trace(CHARACTERS.drawings([row])[0]), orientation) for row, orientation, _ in chosen]
    expected = [render(vary(some, edit, rng), PEN_PX) for some, (_, _, edit) in zip(lines, chosen, strict=True)]
    assert np.array_equal(sampler.batch(4), np.stack(expected))


def test_cuts_fit_the_first_drawing_of_a_character_as_it_is_turned():
    for chosen in varied_batches():
        for row, orientation, edit in chosen:
            if isinstance(edit, Cut):
                first = CHARACTERS.rows(int(CHARACTERS.character_of[row]))[0]
                points = turn(trace(CHARACTERS.drawings([first])[0]), orientation).points
                places = (points - points.min(axis=0)) / np.ptp(points, axis=0)
                assert 0.1 < (np.abs(places - edit.place) < edit.half).all(axis=1).mean() < 0.45


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


@pytest.mark.parametrize(
    "batch",
    [
        AllPairs(6, 4, composed=0.0, varied=0.0),
        AllPairs(6, 4, composed=1.0),
        AllPairs(6, 4, composed=0.0, varied=1.0),
        RandomPairs(12),
    ],
    ids=["plain", "composed", "near misses", "random pairs"],
)
@pytest.mark.parametrize("distort", [None, DistortConfig()], ids=["still", "distorted"])
@pytest.mark.parametrize("parts", [2, 4])
def test_the_parts_of_several_devices_are_one_batch(batch, distort, parts):
    config = change(TINY.changed(batch=batch, distort=distort, normalised=True))
    whole = BatchSampler(CHARACTERS, config).batch(3)
    each = len(whole) // parts
    divided = [BatchSampler(CHARACTERS, config).batch(3, slice(i * each, (i + 1) * each)) for i in range(parts)]
    assert np.array_equal(whole, np.concatenate(divided))
