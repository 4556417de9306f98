"""Visitors are woken once, when they are due and their browser is there, on the page where they are."""

from __future__ import annotations

import math
import threading
import types

import pytest
from streamlit.proto.ClientState_pb2 import ContextInfo

from siamese.ui import wake


class Server:
    """Stands for Streamlit's runtime: `here` are the sessions with a browser, `woken` those that it was to run."""

    def __init__(self):
        self.here, self.woken = set(), []

    def is_active_session(self, session: str) -> bool:
        return session in self.here

    def handle_backmsg(self, session: str, message) -> None:
        assert message.WhichOneof("type") == "rerun_script"
        self.woken.append((session, message.rerun_script))


@pytest.fixture
def server(monkeypatch) -> Server:
    server = Server()
    monkeypatch.setattr(wake.runtime, "get_instance", lambda: server)
    monkeypatch.setattr(wake, "_visitors", {})
    return server


@pytest.fixture
def visit(server, monkeypatch):
    """A function: from now on, this visitor's page runs."""

    def run(session: str) -> None:
        info = ContextInfo(timezone="UTC")
        context = types.SimpleNamespace(
            session_id=session, query_string="ways=7", page_script_hash=f"page of {session}", context_info=info
        )
        monkeypatch.setattr(wake, "get_script_run_ctx", lambda: context)
        server.here.add(session)
        wake.begin()

    return run


def woken(server: Server, now: float = 0.0) -> list[str]:
    """The sessions that are woken by the next look."""
    server.woken.clear()
    wake._wake(now)
    return sorted(session for session, _ in server.woken)


def test_everyone_else_is_woken_once_on_the_page_where_they_are(server, visit):
    for session in ("ada", "bob", "teacher"):
        visit(session)
    wake.everyone_else()
    assert woken(server) == ["ada", "bob"]
    (client,) = (client for session, client in server.woken if session == "ada")
    assert client.page_script_hash == "page of ada"
    assert (client.query_string, client.context_info.timezone) == ("ways=7", "UTC")
    assert woken(server) == []


def test_a_visitor_whose_browser_is_away_is_woken_when_it_is_back(server, visit):
    visit("ada")
    visit("teacher")
    server.here.remove("ada")
    wake.everyone_else()
    assert woken(server) == []
    server.here.add("ada")
    assert woken(server) == ["ada"]


def test_a_visitor_who_does_not_come_back_is_forgotten(server, visit, monkeypatch):
    monkeypatch.setattr(wake.time, "monotonic", lambda: 1000.0)
    visit("ada")
    server.here.remove("ada")
    assert woken(server, 1000 + wake.FORGET_SECONDS) == []
    assert "ada" in wake._visitors
    assert woken(server, 1001 + wake.FORGET_SECONDS) == []
    assert "ada" not in wake._visitors


def test_a_page_is_run_at_the_moment_that_it_has_set(server, visit):
    visit("ada")
    wake.at("question", 20.0)
    assert woken(server, 19.9) == []
    assert woken(server, 20.1) == ["ada"]
    assert woken(server, 20.6) == []


def test_the_next_run_of_a_page_and_never_cancel_the_moment(server, visit):
    visit("ada")
    wake.at("question", 20.0)
    visit("ada")
    assert woken(server, 21.0) == []
    wake.at("question", 22.0)
    wake.at("question", math.inf)
    assert woken(server, 23.0) == []


def test_a_page_has_a_moment_for_each_purpose(server, visit):
    visit("ada")
    wake.at("question", 20.0)
    wake.at("round", 30.0)
    wake.at("question", 40.0)
    assert woken(server, 25.0) == []
    assert woken(server, 31.0) == ["ada"]


@pytest.mark.parametrize("act", [lambda: wake.at("round", 1.0), wake.everyone_else], ids=["at", "everyone else"])
def test_visitors_are_changed_by_one_thread_at_a_time(server, visit, act):
    visit("Ada")
    with wake._lock:
        thread = threading.Thread(target=act)
        thread.start()
        thread.join(0.05)
        assert thread.is_alive()
    thread.join(10)
    assert not thread.is_alive()
