from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.classroom import nicknames
from siamese.classroom.nicknames import MAX_KEY_CHARACTERS, MAX_NICKNAME_CHARACTERS, NicknameError


@pytest.mark.parametrize(
    ("text", "kept"), [("  Ada ", "Ada"), ("A\u0301da", "Áda"), ("李 雷", "李 雷"), ("<b>", "<b>")]
)
def test_a_nickname_is_kept_as_it_is_read(text, kept):
    assert nicknames.checked(text) == kept


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\u200b", "\u0301", "a\nb", "a\x00", "\u202eAda", "a" * 25, "Ada\u2028B", "\ud800", "\ufdfa" * 5],
)
def test_what_cannot_be_shown_is_refused(text):
    with pytest.raises(NicknameError, match=r"^[^.]+\.$"):
        nicknames.checked(text)


@given(st.text())
def test_a_checked_nickname_is_short_printable_and_stays_as_it_is(text):
    try:
        kept = nicknames.checked(text)
    except NicknameError:
        return
    assert 0 < len(kept) <= MAX_NICKNAME_CHARACTERS
    assert kept.isprintable()
    assert nicknames.checked(kept) == kept
    assert len(nicknames.key(kept)) <= MAX_KEY_CHARACTERS


@pytest.mark.parametrize(("one", "other"), [("Ada", "ADA"), ("straße", "STRASSE"), ("Ａｄａ", "ada"), ("ﬁn", "fin")])
def test_names_that_look_the_same_count_as_the_same(one, other):
    assert nicknames.key(one) == nicknames.key(other)
