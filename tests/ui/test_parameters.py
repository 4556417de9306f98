"""Readers of URL parameters: what they let in, and what they refuse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.ui import parameters


@given(st.integers(-50, 50), st.integers(2, 9), st.integers(10, 20))
def test_a_whole_number_lies_within_its_bounds(number, low, high):
    read = parameters.integer(low, high)
    if low <= number <= high:
        assert read(str(number)) == number
    else:
        with pytest.raises(ValueError, match="not a whole number"):
            read(str(number))


@pytest.mark.parametrize("text", ["", "1.0", " 1", "+1", "1e0", "１", "0" * 10 + "1", "one"])
def test_anything_but_digits_is_no_whole_number(text):
    with pytest.raises(ValueError, match="not a whole number"):
        parameters.integer(0, 10**9)(text)


def test_words_of_earlier_versions_are_read_as_todays():
    read = parameters.one_of("network", "normalised", old_values={"framed": "normalised"})
    assert [read(text) for text in ("network", "framed")] == ["network", "normalised"]
    with pytest.raises(ValueError, match="not one of network, normalised"):
        read("pixels")


def test_positions_are_written_as_they_are_read_and_none_occurs_twice():
    choice = parameters.positions()
    assert choice.initial() == []
    assert choice.initial() is not choice.initial()
    assert choice.read(choice.write([4, 0, 17])) == [4, 0, 17]
    for text in ("3-3", "1-2-1", "", "-", "1-", "1000"):
        with pytest.raises(ValueError, match=r"twice|whole number"):
            choice.read(text)


def test_a_switch_is_0_or_1():
    choice = parameters.switch()
    assert (choice.default, choice.read("1"), choice.read("0")) == (False, True, False)
    assert (choice.write(True), choice.write(False)) == ("1", "0")
    with pytest.raises(ValueError, match="not one of 0, 1"):
        choice.read("yes")


@pytest.mark.parametrize("text", ["", "x" * 81, "a\nb", "\x00"])
def test_a_name_of_an_alphabet_is_short_and_printable(text):
    with pytest.raises(ValueError, match="1 to 80 printable characters"):
        parameters.alphabet_name(text)
    assert parameters.alphabet_name("x" * 80) == "x" * 80


def test_a_run_that_does_not_exist_is_refused(home):
    assert parameters.run_id("") == parameters.network_id("") == ""
    for read in (parameters.run_id, parameters.network_id):
        with pytest.raises(ValueError, match="no run"):
            read("lesson-1")


def test_some_names_are_read_in_their_order_and_none_occurs_twice():
    read = parameters.some_of("network", "samples", "pages")
    assert read("samples-network") == ["samples", "network"]
    for text in ("pages-pages", "samples-network-samples", "", "network-"):
        with pytest.raises(ValueError, match=r"twice|not one of"):
            read(text)
