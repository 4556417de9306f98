"""Fonts for names on worksheets: the standard fonts, the one that matplotlib brings, or one of the system."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.classroom import print_fonts

NO_LETTER = "\ue000"  # for private use: no font that people install for reading has it


@pytest.fixture(autouse=True)
def fresh_caches():
    yield
    print_fonts._system_fonts.cache_clear()
    print_fonts._covering.cache_clear()


@pytest.mark.parametrize("name", ["Лунные буквы", "Ελληνικά", "שלום", "اللغة", "ქართული", "Ąę"])
def test_the_font_that_matplotlib_brings_has_these_scripts(name, monkeypatch):
    monkeypatch.setattr(print_fonts, "_system_fonts", pytest.fail)
    assert not print_fonts.standard(name)
    assert print_fonts.printable(name)
    assert print_fonts.further_font(name) is None


def test_a_font_of_the_system_is_found_by_its_letters(tmp_path, monkeypatch):
    damaged, font = tmp_path / "Damaged Sans.ttf", tmp_path / "Other.ttf"
    damaged.write_bytes(b"not a font")
    shutil.copy(print_fonts.base_font("B"), font)
    monkeypatch.setattr(print_fonts, "_system_fonts", lambda: (damaged, font))
    monkeypatch.setattr(print_fonts, "_beyond_base", lambda text: {ord(letter) for letter in text})
    assert print_fonts.further_font("Лунные") == font
    assert print_fonts.further_font(f"Лу{NO_LETTER}") is None
    assert not print_fonts.printable(f"Лу{NO_LETTER}")


@given(st.text(st.characters(max_codepoint=0x17F), min_size=1))
def test_standard_fonts_have_what_latin_1_can_encode(name):
    if print_fonts.standard(name):
        name.encode("latin-1")
        assert print_fonts.printable(name)
    else:
        assert any(ord(letter) > 255 or not letter.isprintable() for letter in name)
