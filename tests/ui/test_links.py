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
        "layout": st.sampled_from(["pca", "tsne"]),
        "search": st.sampled_from(["builtin", "omniglot"]),
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


# A link is kept by teachers for years: a default that changes would change what their links show.
DEFAULTS = {
    "shared": {
        "large": False,
        "hide": [],
        "network": "",
    },
    "home": {
        "step": 1,
        "ways": 5,
        "seed": 1,
        "person": 3,
        "pair": "same",
    },
    "recognise": {
        "data": "builtin",
        "alphabet": "Kannada",
        "ways": 20,
        "which": "first",
        "seed": 1,
        "picked": [],
        "shots": 1,
        "drawer": 1,
        "sorted": False,
        "why": False,
    },
    "verify": {
        "part": "pair",
        "data": "builtin",
        "alphabet": "Kannada",
        "person": 0,
        "why": False,
    },
    "inside": {
        "part": "layers",
        "data": "builtin",
        "alphabet": "Kannada",
        "layout": "pca",
        "search": "builtin",
        "block": "conv1",
        "map": 1,
        "by_hand": False,
        "row": 1,
        "column": 1,
    },
    "explore": {
        "part": "alphabets",
        "data": "builtin",
        "alphabet": "",
        "character": 0,
        "drawer": 1,
        "other": 0,
        "find": "",
        "rotation": 10,
        "shear": 30,
        "scale": 20,
        "shift": 2,
        "bend": 0,
        "pen": 0,
        "drawn": "pairs",
        "seed": 1,
    },
    "teach": {
        "set": "",
    },
    "play": {
        "view": "quiz",
        "data": "builtin",
        "alphabet": "Kannada",
        "ways": 20,
        "alike": False,
        "limit": "30",
        "seed": 0,
        "round": "quiz",
        "minutes": "5",
    },
    "train": {
        "preset": "lesson",
        "data": "omniglot",
        "view": "run",
        "run": "",
    },
    "evaluate": {
        "part": "curve",
        "group": "validation",
        "only": [],
        "across": False,
        "ways": 20,
        "shots": 1,
        "trials": 500,
        "seed": 1,
        "unseen_only": False,
        "compare": "",
        "trial": 1,
        "scorer": "network",
        "lake_run": 0,
        "threshold": 0,
    },
}


def test_the_defaults_stay_what_links_rely_on():
    assert {
        page: {name: choice.default for name, choice in own.items()} for page, own in links.CHOICES.items()
    } == DEFAULTS


@pytest.mark.parametrize(
    ("page", "name", "low", "high"),
    [
        ("home", "step", 1, 6),
        ("home", "ways", 2, 20),
        ("home", "person", 0, 9),
        ("home", "seed", 1, 9999),
        ("recognise", "ways", 2, 99),
        ("recognise", "shots", 1, 5),
        ("recognise", "drawer", 1, 999),
        ("recognise", "seed", 0, 9999),
        ("verify", "person", 0, 39),
        ("inside", "map", 1, 4096),
        ("inside", "row", 1, 96),
        ("inside", "column", 1, 96),
        ("explore", "character", 0, 999),
        ("explore", "drawer", 1, 999),
        ("explore", "other", 0, 999),
        ("explore", "rotation", 0, 45),
        ("explore", "shear", 0, 60),
        ("explore", "scale", 0, 50),
        ("explore", "shift", 0, 20),
        ("explore", "bend", 0, 40),
        ("explore", "pen", 0, 100),
        ("explore", "seed", 0, 9999),
        ("play", "ways", 2, 20),
        ("play", "seed", 0, 9999),
        ("evaluate", "ways", 2, 60),
        ("evaluate", "shots", 1, 5),
        ("evaluate", "trials", 10, 5000),
        ("evaluate", "trial", 1, 5000),
        ("evaluate", "lake_run", 0, 20),
        ("evaluate", "threshold", 0, 99),
        ("evaluate", "seed", 0, 9999),
    ],
)
def test_numbers_just_outside_their_range_are_refused(page, name, low, high):
    read = links.CHOICES[page][name].read
    assert (read(str(low)), read(str(high))) == (low, high)
    for outside in (low - 1, high + 1):
        with pytest.raises(ValueError, match="not a whole number"):
            read(str(outside))


def test_what_can_be_deleted_may_vanish():
    """A visitor whose choice is gone gets the default, and nobody else does."""
    vanishing = {(page, name) for page, own in links.CHOICES.items() for name in own if own[name].may_vanish}
    assert vanishing == {
        ("shared", "network"),
        ("recognise", "data"),
        ("verify", "data"),
        ("inside", "data"),
        ("inside", "search"),
        ("explore", "data"),
        ("teach", "set"),
        ("play", "data"),
        ("train", "run"),
        ("evaluate", "group"),
        ("evaluate", "compare"),
    }


def test_links_of_earlier_versions_are_read():
    old = {(page, name): own[name].old_names for page, own in links.CHOICES.items() for name in own}
    assert {place: names for place, names in old.items() if names} == {
        ("shared", "large"): ("presenter",),
        ("recognise", "ways"): ("n",),
        ("train", "data"): ("source",),
        ("evaluate", "shots"): ("k",),
        ("evaluate", "seed"): ("draw",),
        ("evaluate", "compare"): ("rival",),
        ("evaluate", "trial"): ("opened",),
        ("evaluate", "scorer"): ("solver",),
    }
