"""Links: what is read from a URL is what was written, and nothing else is let in."""

from __future__ import annotations

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st

from siamese import runs
from siamese.presets import PRESETS
from siamese.ui import state

SHOTS = st.integers(1, 5)
SEEDS = st.integers(0, 9999)
ALPHABETS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=80).filter(str.isprintable)
RUNS = st.just("")  # runs that exist are tried below
VALUES = {
    "shared": {
        "large": st.booleans(),
        "hide": st.lists(st.sampled_from(state.HIDEABLE), min_size=1, unique=True),
        "network": RUNS,
    },
    "home": {},
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
    },
    "verify": {
        "part": st.sampled_from(["pair", "company"]),
        "data": st.sampled_from(["builtin", "omniglot"]),
        "alphabet": ALPHABETS,
        "person": st.integers(0, 39),
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


class Link(dict):
    """The parameters of a link, in place of Streamlit's; `written` counts the changes."""

    written = 0

    def to_dict(self) -> dict[str, str]:
        return dict(self)

    def from_dict(self, parameters: dict[str, str]) -> None:
        self.clear()
        self.update(parameters)
        self.written += 1


@pytest.fixture
def session(home, monkeypatch):
    """A visitor who comes by a link: called with its parameters, gives the link and the session."""

    def arrive(**parameters: str) -> tuple[Link, dict]:
        link, session = Link(parameters), {}
        monkeypatch.setattr(streamlit, "query_params", link)
        monkeypatch.setattr(streamlit, "session_state", session)
        state.begin()
        return link, session

    return arrive


def test_without_a_link_every_choice_has_its_default(session):
    _, choices = session()
    assert {key: choices[key] for key in ("recognise:alphabet", "recognise:ways", "evaluate:trials", "large")} == {
        "recognise:alphabet": "Kannada",
        "recognise:ways": 20,
        "evaluate:trials": 500,
        "large": False,
    }
    choices["recognise:picked"].append(3)
    assert session()[1]["recognise:picked"] == []  # lists are not shared between visitors


def test_a_link_sets_choices_and_what_is_not_allowed_is_ignored(session):
    _, choices = session(ways="7", shots="9", sorted="1", presenter="1", k="3")
    assert (choices["recognise:ways"], choices["evaluate:ways"]) == (7, 7)
    assert choices["recognise:shots"] == 1
    assert choices["evaluate:shots"] == 1  # the present name comes before the earlier one, allowed or not
    assert choices["recognise:sorted"] is True
    assert choices["large"] is True
    assert session(k="3")[1]["evaluate:shots"] == 3


def test_a_link_counts_for_a_new_session_only(session):
    link, choices = session(ways="7")
    choices["recognise:ways"] = 9
    link["ways"] = "5"
    state.begin()
    assert choices["recognise:ways"] == 9


def test_the_address_holds_the_choices_that_differ_from_their_defaults(session):
    link, choices = session(seed="3", moon="1")
    state.of("recognise").ways = 7
    state.of("recognise").picked = [0, 4, 17]
    state.of("shared").large = True
    state.share("recognise", "ways", "picked", "shots")
    assert link == {"ways": "7", "picked": "0-4-17", "large": "1"}
    state.share("recognise", "ways", "picked", "shots")
    assert link.written == 1  # an equal address is left alone, since a change runs the page again
    choices["recognise:ways"] = 20
    choices["large"] = False
    state.share("recognise", "ways")
    assert link == {}


def test_a_choice_of_a_run_that_was_deleted_is_reset(session):
    run = runs.create(PRESETS["lesson"], "lesson", "builtin")
    _, choices = session(network=run.id, run=run.id)
    assert choices["network"] == choices["train:run"] == run.id
    runs.delete(run.id)
    state.begin()
    assert choices["network"] == choices["train:run"] == ""


def test_defaults_of_lists_are_copies():
    state.default("recognise", "picked").append(1)
    assert state.default("recognise", "picked") == []
    assert state.default("recognise", "alphabet") == "Kannada"
