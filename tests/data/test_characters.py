from __future__ import annotations

import io

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.config import SIDE
from siamese.data.characters import CharacterSet, pack, unpack
from tests import drawn


@given(arrays.arrays(np.bool_, st.tuples(st.integers(0, 3), st.just(SIDE), st.just(SIDE))))
def test_packing_loses_nothing(ink):
    assert np.array_equal(unpack(pack(ink)), ink.astype(np.float32))


def test_rows_are_found_by_character_and_drawer(scribbles):
    row = scribbles.row(9, 4)
    assert np.array_equal(scribbles.drawings([row])[0], drawn.scribble(9, 4))
    assert scribbles.drawers(9) == (1, 2, 3, 4, 5)
    assert list(scribbles.members("Alphabet 1")) == list(range(8, 16))


def test_what_is_not_there_is_said_with_what_is(scribbles):
    with pytest.raises(KeyError, match="Alphabet 0, Alphabet 1"):
        scribbles.members("Elvish")
    with pytest.raises(KeyError, match="Drawer 99"):
        scribbles.row(0, 99)


def test_a_subset_keeps_drawings_and_order(scribbles):
    subset = scribbles.subset(["Alphabet 2", "Alphabet 0"])
    assert [a.name for a in subset.alphabets] == ["Alphabet 0", "Alphabet 2"]
    assert len(subset) == 2 * 8 * 5
    assert np.array_equal(subset.drawings(subset.rows(8)), scribbles.drawings(scribbles.rows(16)))


def test_saving_and_loading_gives_the_same(scribbles, tmp_path):
    scribbles.save(tmp_path / "set.npz")
    loaded = CharacterSet.load(tmp_path / "set.npz")
    assert (loaded.name, loaded.alphabets, loaded.characters) == (
        scribbles.name,
        scribbles.alphabets,
        scribbles.characters,
    )
    assert np.array_equal(loaded.bits, scribbles.bits)
    assert np.array_equal(loaded.drawer_of, scribbles.drawer_of)


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


def test_arrays_cannot_be_changed(scribbles):
    with pytest.raises(ValueError, match="read-only"):
        scribbles.bits[0, 0] = 1
