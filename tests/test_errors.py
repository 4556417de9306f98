from __future__ import annotations

import pytest

from siamese.errors import UserError


@pytest.mark.parametrize("text", ["a\nb", "a\x1b[2Jb", "a\u202eb", "a\udcffb", "a\x00b", "\u2028"])
def test_the_text_of_an_error_stays_one_printable_line(text):
    assert str(UserError(text)).isprintable()


def test_ordinary_text_is_unchanged():
    text = "„Ångström“ · 中文 ᚠᚢᚦ: 3 > 2, 50 % — {name!r} <b>"
    assert str(UserError(text)) == text


def test_a_long_text_is_cut():
    assert str(UserError("x" * 10_000)) == "x" * 597 + "..."
