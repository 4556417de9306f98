from __future__ import annotations

import dataclasses
import io
import zipfile

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.config import SIDE
from siamese.data.characters import Alphabet, Character, CharacterSet, _shared, pack, unpack
from tests import drawn


@given(arrays.arrays(np.bool_, st.tuples(st.integers(0, 3), st.just(105), st.just(105))))
def test_packing_loses_nothing(ink):
    assert pack(ink).shape == (len(ink), 1379)
    unpacked = unpack(pack(ink))
    assert unpacked.dtype == np.float32
    assert np.array_equal(unpacked, ink.astype(np.float32))


def test_ink_counts_from_one_half_on():
    drawing = np.zeros((1, 105, 105))
    drawing[0, 3, :3] = 0.49, 0.5, 0.51
    assert unpack(pack(drawing))[0, 3, :3].tolist() == [0, 1, 1]


def test_rows_are_given_by_character_and_drawer(scribbles):
    row = scribbles.row(9, 4)
    assert np.array_equal(scribbles.drawings([row])[0], drawn.scribble(9, 4))
    assert scribbles.drawers(9) == (1, 2, 3, 4, 5)
    assert list(scribbles.members("Alphabet 1")) == list(range(8, 16))
    assert scribbles.alphabet("Alphabet 1") == Alphabet("Alphabet 1", "Script 1")


def test_rows_are_sorted_by_drawer_in_whatever_order_the_drawings_are(scribbles):
    order = np.random.default_rng(0).permutation(len(scribbles))
    mixed = dataclasses.replace(
        scribbles,
        bits=scribbles.bits[order],
        character_of=scribbles.character_of[order],
        drawer_of=scribbles.drawer_of[order],
    )
    for character in range(24):
        assert mixed.drawers(character) == (1, 2, 3, 4, 5)
        assert (mixed.character_of[mixed.rows(character)] == character).all()
    assert mixed.drawings(mixed.rows(3)).tobytes() == scribbles.drawings(scribbles.rows(3)).tobytes()


def test_all_drawings_and_some(scribbles):
    assert scribbles.drawings().shape == (120, 105, 105)
    assert np.array_equal(scribbles.drawings([7, 3]), scribbles.drawings()[[7, 3]])
    assert scribbles.drawings([]).shape == (0, 105, 105)


def test_an_unknown_name_or_drawer_is_refused_with_the_known_ones(scribbles):
    with pytest.raises(
        KeyError, match="no alphabet 'Elvish' in scribbles: choose one of Alphabet 0, Alphabet 1, Alphabet 2"
    ):
        scribbles.members("Elvish")
    with pytest.raises(KeyError, match="Drawer 99 has not drawn character01 of Alphabet 0"):
        scribbles.row(0, 99)


def test_a_subset_keeps_drawings_and_order(scribbles):
    subset = scribbles.subset(["Alphabet 2", "Alphabet 0"])
    assert subset.name == "scribbles"
    assert [a.name for a in subset.alphabets] == ["Alphabet 0", "Alphabet 2"]
    assert subset.characters == scribbles.characters[:8] + scribbles.characters[16:]
    assert len(subset) == 2 * 8 * 5
    assert subset.drawers(8) == (1, 2, 3, 4, 5)
    for character, same in ((0, 0), (7, 7), (8, 16), (15, 23)):
        assert np.array_equal(subset.drawings(subset.rows(character)), scribbles.drawings(scribbles.rows(same)))


def test_a_subset_can_have_a_name_of_its_own_and_knows_its_alphabets(scribbles):
    assert scribbles.subset(["Alphabet 1"], "some").name == "some"
    with pytest.raises(KeyError, match="Elvish"):
        scribbles.subset(["Alphabet 1", "Elvish"])


def test_saving_and_loading_gives_the_same(scribbles, tmp_path):
    named = dataclasses.replace(
        scribbles,
        characters=(Character("Alphabet 0", "U+0915", "क", "DEVANAGARI LETTER KA"), *scribbles.characters[1:]),
    )
    named.save(tmp_path / "set.npz")
    loaded = CharacterSet.load(tmp_path / "set.npz")
    assert (loaded.name, loaded.alphabets, loaded.characters) == (named.name, named.alphabets, named.characters)
    assert type(loaded.characters[0].symbol) is str
    for array in ("bits", "character_of", "drawer_of"):
        assert np.array_equal(getattr(loaded, array), getattr(named, array))
    assert (tmp_path / "set.npz").stat().st_size < 0.8 * named.bits.nbytes


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\x93NUMPY"])
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "set.npz").write_bytes(content)
    with pytest.raises(ValueError, match="not a character set"):
        CharacterSet.load(tmp_path / "set.npz")


def test_an_npz_with_other_arrays_is_refused(tmp_path):
    buffer = io.BytesIO()
    np.savez(buffer, name=np.array("x"))
    (tmp_path / "set.npz").write_bytes(buffer.getvalue())
    with pytest.raises(ValueError, match="not a character set"):
        CharacterSet.load(tmp_path / "set.npz")


def test_pickles_are_refused(scribbles, tmp_path):
    scribbles.save(tmp_path / "set.npz")
    buffer = io.BytesIO()
    np.save(buffer, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(tmp_path / "set.npz") as original, zipfile.ZipFile(tmp_path / "bad.npz", "w") as bad:
        for entry in original.namelist():
            bad.writestr(entry, buffer.getvalue() if entry == "bits.npy" else original.read(entry))
    with pytest.raises(ValueError, match="not a character set"):
        CharacterSet.load(tmp_path / "bad.npz")


@pytest.mark.parametrize("array", ["bits", "character_of", "drawer_of"])
def test_arrays_cannot_be_changed(scribbles, array):
    with pytest.raises(ValueError, match="read-only"):
        getattr(scribbles, array)[0] = 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"bits": np.zeros((120, 1380), np.uint8)}, "do not fit together"),
        ({"character_of": np.zeros(119, np.int32)}, "do not fit together"),
        ({"drawer_of": np.ones((120, 1), np.int32)}, "do not fit together"),
        ({"character_of": np.full(120, 24, np.int32)}, "beyond the 24 of the set"),
        ({"character_of": np.full(120, -1, np.int32)}, "beyond the 24 of the set"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(scribbles, changes, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(scribbles, **changes)


def test_a_set_may_be_empty():
    empty = drawn.character_set(1, 2, 1).subset([])
    assert len(empty) == 0
    assert empty.drawings().shape == (0, 105, 105)


def test_the_same_rows_give_one_read_only_array_of_their_shape(scribbles):
    rows = np.array([[3, 1], [0, 2]])
    shared = scribbles.shared_drawings(rows)
    assert np.array_equal(shared.reshape(4, SIDE, SIDE), scribbles.drawings(rows))
    assert shared.shape == (2, 2, SIDE, SIDE)
    assert scribbles.shared_drawings(rows.astype(np.int32)) is shared
    assert scribbles.shared_drawings(rows.reshape(1, 4)).shape == (1, 4, SIDE, SIDE)
    with pytest.raises(ValueError, match="read-only"):
        shared[0] = 0
    assert scribbles.subset([scribbles.alphabets[1].name]).shared_drawings(rows) is not shared


def test_all_character_sets_together_share_100_mb(scribbles):
    """A class that plays has another support set for every question."""
    assert _shared.cache.maxsize == 100_000_000
    first = scribbles.shared_drawings(np.zeros(2000, int))
    assert first.nbytes > 88_000_000
    assert scribbles.shared_drawings(np.zeros(2000, int)) is first
    scribbles.subset([scribbles.alphabets[0].name]).shared_drawings(np.zeros(1000, int))
    assert scribbles.shared_drawings(np.zeros(2000, int)) is not first


@pytest.mark.parametrize(
    ("drawers", "words"),
    [
        ([3], "drawn by person 3"),
        ([4, 5, 2], "drawn by persons 4, 5, 2"),
        ([1], "printed"),
        ([1, 2], "printed and drawn by person 2"),
        ([2, 1, 3], "printed and drawn by persons 2, 3"),
    ],
)
def test_print_is_not_called_a_person(scribbles, drawers, words):
    mixed = dataclasses.replace(scribbles, print_drawer=1)
    assert mixed.origin(drawers) == words
    assert mixed.subset([scribbles.alphabets[0].name]).origin(drawers) == words
    assert scribbles.origin([1]) == "drawn by person 1"
