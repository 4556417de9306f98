"""One upload of a network at a time, and a limit for all uploads that the server holds."""

from __future__ import annotations

import threading
import types

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from siamese.ui import upload_limits
from siamese.ui.upload_limits import Turn, UploadMemory
from tests import threads


def test_a_turn_is_one_visitors_until_it_is_given_up_or_over(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(upload_limits.time, "monotonic", lambda: now)
    turn = Turn()
    assert turn.free()
    assert not turn.held_by("a")
    assert turn.take("a")
    assert turn.held_by("a")
    assert not turn.free()
    assert not turn.take("b")
    turn.end("b")
    assert turn.held_by("a")
    now += upload_limits.MAX_TURN_SECONDS - 1
    assert turn.take("a")  # for longer
    now += upload_limits.MAX_TURN_SECONDS - 1
    assert not turn.take("b")
    now += 2
    assert turn.held_by("a")
    assert turn.free()
    assert turn.take("b")
    assert not turn.held_by("a")
    turn.end("b")
    assert turn.take("c")


@pytest.fixture
def held(monkeypatch) -> MemoryUploadedFileManager:
    """Streamlit's uploads."""
    manager = MemoryUploadedFileManager("/uploads")
    monkeypatch.setattr(upload_limits, "MAX_HELD_BYTES", 1000)
    server = types.SimpleNamespace(uploaded_file_mgr=manager)
    monkeypatch.setattr(upload_limits.runtime, "get_instance", lambda: server)
    return manager


def put(middleware: UploadMemory, length: bytes | None, path: str = "/_stcore/upload_file/session/file") -> int:
    """Status code of an upload; 200 if it was let in."""
    sent = []

    async def send(message: dict) -> None:
        sent.append(message)

    headers = [] if length is None else [(b"content-length", length)]
    scope = {"type": "http", "method": "PUT", "path": path, "headers": headers}
    threads.run(middleware(scope, None, send))
    return sent[0]["status"]


async def let_in(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 200})


def test_uploads_are_refused_while_too_many_bytes_are_held(held):
    middleware = UploadMemory(let_in)
    assert put(middleware, b"1000") == 200
    assert put(middleware, b"1001") == 503
    held.add_file("session", UploadedFileRec("file", "a.h5", "", bytes(600)))
    assert upload_limits.held_bytes() == 600
    assert put(middleware, b"401") == 503
    assert put(middleware, b"400") == 200
    held.remove_session_files("session")
    assert put(middleware, b"1000") == 200


def test_what_is_arriving_counts(held):
    statuses = []

    async def second_meanwhile(scope, receive, send) -> None:
        async def note(message: dict) -> None:
            statuses.append(message["status"]) if "status" in message else None

        if not statuses:
            await middleware({**scope, "headers": [(b"content-length", b"500")]}, receive, note)
        await let_in(scope, receive, send)

    middleware = UploadMemory(second_meanwhile)
    assert put(middleware, b"600") == 200
    assert statuses == [503]
    assert put(middleware, b"1000") == 200


@pytest.mark.parametrize("length", [None, b"", b"-1", b"many"])
def test_an_upload_without_a_length_is_refused(held, length):
    assert put(UploadMemory(let_in), length) == 411
    assert put(UploadMemory(let_in), length, path="/other") == 200


@pytest.mark.parametrize("act", ["take", "end"])
def test_a_turn_is_changed_by_one_thread_at_a_time(act):
    turn = upload_limits.Turn()
    turn.take("me")
    thread = threading.Thread(target=getattr(turn, act), args=("me",))
    with turn._lock:
        thread.start()
        thread.join(0.05)
        assert thread.is_alive()
    thread.join(5)
    assert turn.held_by("me") == (act == "take")
