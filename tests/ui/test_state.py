"""Links: what is read from a URL is what was written, and nothing else is let in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese import runs
from siamese.presets import PRESETS
from siamese.ui import state

SHOTS = st.integers(1, 5)
SEEDS = st.integers(0, 9999)
RUNS = st.just("")  # runs that exist are tried below
VALUES = {
    "shared": {"large": st.booleans(), "network": RUNS},
    "recognise": {
        "data": st.sampled_from(["builtin", "omniglot"]),
        "alphabet": st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=80).filter(str.isprintable),
        "ways": st.integers(2, 99),
        "which": st.sampled_from(["first", "shuffled", "picked"]),
        "seed": SEEDS,
        "picked": st.lists(st.integers(0, 999), min_size=1, max_size=60, unique=True),
        "shots": SHOTS,
        "drawer": st.integers(1, 999),
        "sorted": st.booleans(),
    },
    "train": {
        "preset": st.sampled_from(list(PRESETS)),
        "data": st.sampled_from(["builtin", "omniglot"]),
        "run": RUNS,
    },
    "evaluate": {
        "part": st.sampled_from(["curve", "lake", "trial", "failures", "verification"]),
        "group": st.sampled_from(["validation", "lake", "runs", "builtin"]),
        "only": st.lists(st.integers(0, 60), min_size=1, max_size=60, unique=True),
        "across": st.booleans(),
        "ways": st.integers(2, 60),
        "shots": SHOTS,
        "trials": st.integers(10, 5000),
        "seed": SEEDS,
        "unseen_only": st.booleans(),
        "compare": RUNS,
        "trial": st.integers(1, 5000),
        "scorer": st.sampled_from(["network", "nearest", "normalised", "hausdorff"]),
        "lake_run": st.integers(0, 20),
        "threshold": st.integers(0, 99),
    },
}
EVERY = [(page, name) for page, own in VALUES.items() for name in own]


def test_every_choice_is_tried_here():
    assert {page: set(own) for page, own in VALUES.items()} == {p: set(own) for p, own in state.CHOICES.items()}


@pytest.mark.parametrize(("page", "name"), EVERY)
def test_a_link_reads_back_what_it_wrote(page, name):
    choice = state.CHOICES[page][name]

    @given(VALUES[page][name])
    def reads_back(value):
        assert choice.read(choice.write(value)) == value

    reads_back()


@pytest.mark.parametrize(("page", "name"), EVERY)
def test_any_text_is_an_allowed_value_or_a_value_error(page, name):
    choice = state.CHOICES[page][name]

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
        ("ways", "1"),
        ("ways", "100"),
        ("ways", "٣"),
        ("ways", "+5"),
        ("shots", "6"),
        ("picked", "1-1"),
        ("picked", ""),
        ("sorted", "true"),
    ],
)
def test_what_is_not_allowed_is_refused(name, text):
    with pytest.raises(ValueError, match=r"."):
        state.CHOICES["recognise"][name].read(text)


def test_a_link_may_name_a_run_that_is_there(home):
    run = runs.create(PRESETS["lesson"], "lesson", "builtin")
    assert state.CHOICES["shared"]["network"].read(run.id) == run.id
    runs.delete(run.id)
    for text in (run.id, "../secrets", "lesson", "x" * 300):
        with pytest.raises(ValueError, match="run"):
            state.CHOICES["shared"]["network"].read(text)


def test_an_old_value_of_a_link_is_still_understood():
    assert state.CHOICES["evaluate"]["scorer"].read("framed") == "normalised"


def test_pages_share_names_without_sharing_values():
    assert state.of("recognise").key("ways") == "recognise:ways"
    assert state.of("evaluate").key("ways") == "evaluate:ways"
    assert state.of("shared").key("large") == "large"
    with pytest.raises(AttributeError, match="recognise declares no choice 'moon'"):
        state.of("recognise").key("moon")
