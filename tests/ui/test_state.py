"""Links: what is read from a URL is what was written, and nothing else is let in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.data import sources
from siamese.presets import PRESETS
from siamese.runs import control
from siamese.ui import state

VALUES = {
    "data": st.sampled_from(state.DATA),
    "alphabet": st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=80).filter(str.isprintable),
    "n": st.integers(2, 99),
    "which": st.sampled_from(state.WHICH),
    "seed": st.integers(0, 9999),
    "picked": st.lists(st.integers(0, 999), min_size=1, max_size=60, unique=True),
    "shots": st.integers(1, state.MOST_SHOTS),
    "drawer": st.integers(1, 999),
    "sorted": st.booleans(),
    "presenter": st.booleans(),
    "network": st.just(""),  # and runs that are there: below
    "preset": st.sampled_from(list(PRESETS)),
    "source": st.sampled_from(list(sources.SOURCES)),
    "run": st.just(""),
    "part": st.sampled_from(state.PARTS),
    "group": st.sampled_from(state.GROUPS),
    "only": st.lists(st.integers(0, 60), min_size=1, max_size=60, unique=True),
    "across": st.booleans(),
    "ways": st.integers(2, 60),
    "k": st.integers(1, state.MOST_SHOTS),
    "trials": st.integers(10, state.MOST_TRIALS),
    "draw": st.integers(0, 9999),
    "unseen_only": st.booleans(),
    "rival": st.just(""),
    "opened": st.integers(1, state.MOST_TRIALS),
    "solver": st.sampled_from(state.SOLVERS),
    "lake_run": st.integers(0, 20),
    "threshold": st.integers(0, 99),
}


def test_every_choice_is_tried_here():
    assert set(VALUES) == set(state.CHOICES)


@pytest.mark.parametrize("name", VALUES)
def test_a_link_reads_back_what_it_wrote(name):
    choice = state.CHOICES[name]

    @given(VALUES[name])
    def reads_back(value):
        assert choice.read(choice.write(value)) == value

    reads_back()


@pytest.mark.parametrize("name", VALUES)
def test_any_text_is_an_allowed_value_or_a_value_error(name):
    choice = state.CHOICES[name]

    @given(st.text(max_size=100))
    def allowed_or_refused(text):
        try:
            value = choice.read(text)
        except ValueError:
            return
        assert choice.read(choice.write(value)) == value

    allowed_or_refused()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("n", "1"),
        ("n", "100"),
        ("n", "٣"),
        ("n", "+5"),
        ("shots", "6"),
        ("picked", "1-1"),
        ("picked", ""),
        ("sorted", "true"),
    ],
)
def test_what_is_not_allowed_is_refused(name, text):
    with pytest.raises(ValueError, match=r"."):
        state.CHOICES[name].read(text)


def test_a_link_may_name_a_run_that_is_there(home):
    run = control.create(PRESETS["lesson"], "lesson", "builtin")
    assert state.CHOICES["network"].read(run.id) == run.id
    control.delete(run.id)
    for text in (run.id, "../secrets", "lesson", "x" * 300):
        with pytest.raises(ValueError, match="run"):
            state.CHOICES["network"].read(text)
