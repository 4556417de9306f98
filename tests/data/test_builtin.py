"""The built-in alphabets as shipped: their number, their names in Unicode, no equal drawings, Omniglot's sizes."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from scipy import ndimage

from siamese import paths
from siamese.data import builtin
from siamese.data.builtin import PRINT
from siamese.data.characters import CharacterSet
from siamese.data.omniglot import SCRIPTS
from siamese.errors import UserError


@pytest.fixture(scope="module")
def built_in() -> CharacterSet:
    return builtin.load()


def test_there_are_at_least_40_scripts_and_1200_characters(built_in: CharacterSet) -> None:
    assert built_in.name == "Built-in alphabets"
    assert len({alphabet.script for alphabet in built_in.alphabets}) >= 40
    assert len(built_in.characters) >= 1200
    assert all(len(built_in.members(alphabet.name)) >= 10 for alphabet in built_in.alphabets)
    assert builtin.file().stat().st_size <= 5_000_000


def test_every_character_has_twenty_drawers(built_in: CharacterSet) -> None:
    assert all(built_in.drawers(c) == tuple(range(1, 21)) for c in range(len(built_in.characters)))


def test_every_script_of_omniglot_is_built_in_under_the_same_name(built_in: CharacterSet) -> None:
    assert set(SCRIPTS.values()) <= {alphabet.script for alphabet in built_in.alphabets}


def test_characters_are_named_by_unicode(built_in: CharacterSet) -> None:
    known = 0
    for character in built_in.characters:
        assert character.name == f"U+{ord(character.symbol):04X}"
        name = unicodedata.name(character.symbol, "")  # an older Python may not know the newest
        if name:
            assert character.caption == name
            known += 1
    assert known >= 1200


def test_no_symbol_twice_and_no_drawing_twice_in_an_alphabet(built_in: CharacterSet) -> None:
    for alphabet in built_in.alphabets:
        members = built_in.members(alphabet.name)
        assert len({built_in.characters[c].symbol for c in members}) == len(members)
        rows = np.concatenate([built_in.rows(c) for c in members])
        drawn = rows if alphabet.script != "Braille" else [built_in.row(c, PRINT) for c in members]
        assert len({bits.tobytes() for bits in built_in.bits[drawn]}) == len(drawn), alphabet.name


def test_any_two_prints_of_an_alphabet_differ_visibly(built_in: CharacterSet) -> None:
    """Some ink of one of the two is at least 3 px from all ink of the other."""
    for alphabet in built_in.alphabets:
        prints = built_in.drawings([built_in.row(c, PRINT) for c in built_in.members(alphabet.name)]) > 0
        far = np.stack([ndimage.distance_transform_edt(~p) for p in prints])
        reach = np.array([far[:, p].max(axis=1) for p in prints])
        apart = np.maximum(reach, reach.T) + 99 * np.eye(len(prints))
        assert apart.min() >= 3, alphabet.name


def test_ink_is_in_omniglots_range(built_in: CharacterSet) -> None:
    """Omniglot's background drawings: 0.2 to 22 % of the pixels are ink, half of them 7.7 % or more."""
    share = np.unpackbits(built_in.bits, axis=1).sum(axis=1) / (105 * 105)
    assert share.min() > 0.001
    assert share.max() < 0.25
    assert 0.05 < np.median(share) < 0.10


def test_sizes_are_in_omniglots_range(built_in: CharacterSet) -> None:
    """Omniglot's background drawings: the longest side is 68.5 px in the median, 44 to 88 px for nine of ten."""
    ink = built_in.drawings(np.arange(0, len(built_in), 11)) > 0
    side = np.maximum(
        *(105 - np.argmax(a, axis=1) - np.argmax(a[:, ::-1], axis=1) for a in (ink.any(axis=1), ink.any(axis=2)))
    )
    assert 60 < np.median(side) < 76
    assert np.mean((side >= 40) & (side <= 95)) > 0.9


def test_no_ink_touches_the_edge(built_in: CharacterSet) -> None:
    ink = built_in.drawings(np.arange(0, len(built_in), 7)) > 0
    edge = ink[:, [0, -1], :].any(axis=(1, 2)) | ink[:, :, [0, -1]].any(axis=(1, 2))
    assert not edge.any()


def test_a_missing_file_is_refused_in_one_sentence(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "ASSETS", tmp_path)
    with pytest.raises(UserError, match="is missing"):
        builtin.load()


@pytest.mark.parametrize("kept", [0, 100, 0.5, 0.999])
def test_a_truncated_file_is_refused_in_one_sentence(tmp_path, monkeypatch: pytest.MonkeyPatch, kept: float) -> None:
    content = builtin.file().read_bytes()
    (tmp_path / "alphabets.npz").write_bytes(content[: int(kept if kept > 1 else kept * len(content))])
    monkeypatch.setattr(paths, "ASSETS", tmp_path)
    with pytest.raises(UserError, match="damaged"):
        builtin.load()


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_file_with_one_wrong_byte_is_refused_in_one_sentence(
    tmp_path, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    content = bytearray(builtin.file().read_bytes())
    content[int(share * len(content))] ^= 0xFF
    (tmp_path / "alphabets.npz").write_bytes(content)
    monkeypatch.setattr(paths, "ASSETS", tmp_path)
    with pytest.raises(UserError, match="damaged"):
        builtin.load()


def test_the_first_drawer_is_print(built_in: CharacterSet) -> None:
    assert (built_in.origin([1]), built_in.origin([2])) == ("printed", "drawn by person 2")
