"""Choices of a visitor: from a link to the session, and from the session to the address bar."""

from __future__ import annotations

import pytest
import streamlit

from siamese import runs
from siamese.presets import PRESETS
from siamese.ui import state


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
