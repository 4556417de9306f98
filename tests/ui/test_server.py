"""The server: which names it answers to, and what it prepares before its first visitor."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import sys

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from siamese.ui import server
from tests import threads
from tools.classroom.server import serve

MESSAGE_TOO_BIG = 1009
NAMES = frozenset({"localhost", "teacher", "teacher.local", "*.school.example", "class.example"})


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8501",
        "teacher:8501",
        "teacher.local.",
        "class.example",
        "a.school.example:443",
        "127.0.0.1",
        "127.0.0.1:8501",
        "192.168.1.20:8501",
        "[::1]:8501",
        "[fe80::1]",
    ],
)
def test_own_names_and_addresses_are_allowed(host):
    assert server.allowed(host, NAMES)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "evil-school.example",
        "school.example",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "a@localhost",
        "localhost/path",
        "localhost:port",
        "localhost:99999",
        "[::1",
        "2130706433",
        "*",
        "class.example evil.example",
    ],
)
def test_other_names_are_refused(host):
    assert not server.allowed(host, NAMES)


def test_streamlits_options_name_the_server(monkeypatch):
    options = {"browser.serverAddress": "Class.Example", "server.allowedHosts": ["*.school.example"]}
    monkeypatch.setattr(server.st, "get_option", options.get)
    monkeypatch.setattr(server.socket, "gethostname", lambda: "Teacher")
    assert server.own_names() == NAMES


def status(address: str, path: str, host: str) -> int:
    """Status code of a request with this Host."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    connection.request("GET", path, headers={"Host": host})
    code = connection.getresponse().status
    connection.close()
    return code


async def handshake(address: str, host: str) -> int:
    """Status code of a WebSocket handshake with this Host; 101 if it succeeds."""
    try:
        name, port = address.removeprefix("http://").split(":")
        async with connect(f"ws://{host}/_stcore/stream", host=name, port=int(port)):
            return 101
    except InvalidStatus as error:
        return error.response.status_code


async def close_code(address: str, size: int) -> int:
    """The code with which the server closes a session that sends a canvas of this many bytes."""
    async with connect(f"{address.replace('http', 'ws')}/_stcore/stream", origin=address) as socket:
        message = BackMsg()
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id, widget.json_value = "canvas", "x" * size
        with contextlib.suppress(ConnectionClosed):
            await socket.send(message.SerializeToString())
            while True:
                await asyncio.wait_for(socket.recv(), 60)
    return socket.close_code


@pytest.mark.skipif(sys.platform != "linux", reason="the server of the benchmark reads /proc")
def test_the_running_server_refuses_foreign_hosts_and_large_messages_and_hides_its_metrics(tmp_path):
    with serve(tmp_path) as app:
        own = app.address.removeprefix("http://")
        for path in ("/", "/recognise", "/_stcore/health", "/_stcore/host-config"):
            assert status(app.address, path, own) == 200
            assert status(app.address, path, "evil.example") == 421
        for path in ("/_stcore/metrics", "/_stcore/metrics/", "/_stcore/metrics?families=session"):
            assert status(app.address, path, own) == 404
        assert threads.run(handshake(app.address, own)) == 101
        assert threads.run(handshake(app.address, "evil.example")) == 421
        assert threads.run(handshake(app.address, "127.0.0.1.evil.example")) == 421
        assert threads.run(close_code(app.address, 2_100_000)) == MESSAGE_TOO_BIG
        assert threads.run(close_code(app.address, 4_100_000)) == MESSAGE_TOO_BIG
    assert "evil.example" in (tmp_path / "server.log").read_text()


def test_two_hosts_in_one_request_are_refused():
    sent = []

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "headers": [(b"host", b"localhost"), (b"host", b"localhost")]}
    threads.run(server.OwnNames(lambda *_: pytest.fail("it was let in"))(scope, None, send))
    assert sent[0]["status"] == 421


def test_the_network_is_loading_before_the_first_visitor(monkeypatch):
    started = []
    monkeypatch.setattr(server.models, "load_shipped", lambda: started.append("network"))
    monkeypatch.setattr(server.datasets, "loaded", started.append)
    monkeypatch.setattr(server.teacher, "ensure_lock", lambda: "")

    async def start() -> None:
        async with server.lifespan(None):
            assert started == ["builtin", "network"]

    threads.run(start())


def test_a_passphrase_that_was_made_is_printed_for_the_person_at_the_terminal(monkeypatch, capsys, caplog):
    monkeypatch.setattr(server.models, "load_shipped", lambda: None)
    monkeypatch.setattr(server, "prepare", lambda: None)
    monkeypatch.setattr(server.teacher, "ensure_lock", lambda: "passphrase: otter-lemon")

    async def start() -> None:
        async with server.lifespan(None):
            pass

    threads.run(start())
    assert capsys.readouterr().out == "passphrase: otter-lemon\n"
    assert "otter-lemon" not in caplog.text
