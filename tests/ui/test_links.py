"""Links: what is read from a URL is what was written, and nothing else is let in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese import runs
from siamese.presets import PRESETS
from siamese.ui import links

SHOTS = st.integers(1, 5)
SEEDS = st.integers(0, 9999)
ALPHABETS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=80).filter(str.isprintable)
RUNS = st.just("")  # runs that exist are tried below
VALUES = {
    "shared": {
        "large": st.booleans(),
        "hide": st.lists(st.sampled_from(links.HIDEABLE), min_size=1, unique=True),
        "network": RUNS,
    },
    "home": {
        "step": st.integers(1, 6),
        "ways": st.integers(2, 20),
        "seed": st.integers(1, 9999),
        "person": st.integers(0, 9),
        "pair": st.sampled_from(["same", "alike", "different"]),
    },
    "recognise": {
        "data": st.sampled_from(["builtin", "omniglot"]),
        "alphabet": ALPHABETS,
        "ways": st.integers(2, 99),
        "which": st.sampled_from(["first", "shuffled", "picked"]),
        "seed": SEEDS,
        "picked": st.lists(st.integers(0, 999), min_size=1, max_size=60, unique=True),
        "shots": SHOTS,
        "drawer": st.integers(1, 999),
        "sorted": st.booleans(),
        "why": st.booleans(),
    },
    "verify": {
        "part": st.sampled_from(["pair", "company"]),
        "data": st.sampled_from(["builtin", "omniglot"]),
        "alphabet": ALPHABETS,
        "person": st.integers(0, 39),
        "why": st.booleans(),
    },
    "inside": {
        "part": st.sampled_from(["layers", "pair", "map", "nearest"]),
        "data": st.sampled_from(["builtin", "omniglot"]),
        "alphabet": ALPHABETS,
        "block": st.sampled_from(links.BLOCKS),
        "map": st.integers(1, 4096),
        "by_hand": st.booleans(),
        "row": st.integers(1, 96),
        "column": st.integers(1, 96),
    },
    "explore": {
        "part": st.sampled_from(["alphabets", "distortions", "batches"]),
        "data": st.sampled_from(["builtin", "omniglot"]),
        "alphabet": ALPHABETS,
        "character": st.integers(0, 999),
        "drawer": st.integers(1, 999),
        "other": st.integers(0, 999),
        "find": ALPHABETS,
        "rotation": st.integers(0, 45),
        "shear": st.integers(0, 60),
        "scale": st.integers(0, 50),
        "shift": st.integers(0, 20),
        "bend": st.integers(0, 40),
        "pen": st.integers(0, 100),
        "drawn": st.sampled_from(["pairs", "batch", "trial"]),
        "seed": SEEDS,
    },
    "teach": {"set": st.just("")},  # sets that are kept are tried in tests of the form
    "play": {
        "view": st.sampled_from(["quiz", "telephone", "break", "name", "board"]),
        "data": st.sampled_from(["builtin", "omniglot"]),
        "alphabet": ALPHABETS,
        "ways": st.integers(2, 20),
        "alike": st.booleans(),
        "limit": st.sampled_from(["0", "10", "20", "30"]),
        "seed": SEEDS,
        "round": st.sampled_from(["quiz", "telephone", "break"]),
        "minutes": st.sampled_from(["2", "3", "5", "10"]),
    },
    "train": {
        "preset": st.sampled_from(list(PRESETS)),
        "view": st.sampled_from(["run", "new", "all"]),
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
    assert {page: set(own) for page, own in VALUES.items()} == {p: set(own) for p, own in links.CHOICES.items()}


@pytest.mark.parametrize(("page", "name"), EVERY)
def test_a_link_reads_back_what_it_wrote(page, name):
    choice = links.CHOICES[page][name]

    @given(VALUES[page][name])
    def reads_back(value):
        assert choice.read(choice.write(value)) == value

    reads_back()


@pytest.mark.parametrize(("page", "name"), EVERY)
def test_any_text_is_an_allowed_value_or_a_value_error(page, name):
    choice = links.CHOICES[page][name]

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
        links.CHOICES["recognise"][name].read(text)


def test_a_link_may_name_a_run_that_is_there(home):
    run = runs.create(PRESETS["lesson"], "lesson", "builtin")
    assert links.CHOICES["shared"]["network"].read(run.id) == run.id
    runs.delete(run.id)
    for text in (run.id, "../secrets", "lesson", "x" * 300):
        with pytest.raises(ValueError, match="run"):
            links.CHOICES["shared"]["network"].read(text)


def test_an_old_value_of_a_link_is_still_understood():
    assert links.CHOICES["evaluate"]["scorer"].read("framed") == "normalised"
