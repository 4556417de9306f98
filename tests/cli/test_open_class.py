"""python -m siamese class: it runs the app for the local network, and says what is wrong with a port."""

from __future__ import annotations

import subprocess

import pytest

from siamese import cli
from siamese.cli import open_class


@pytest.fixture
def started(monkeypatch):
    """The commands that are started; `started.code` is their exit code."""

    class Started(list):
        code = 0

    commands = Started()

    def call(command, cwd):
        assert (cwd / "app.py").is_file()
        commands.append(command)
        return commands.code

    monkeypatch.setattr(subprocess, "call", call)
    return commands


def test_the_app_is_started_for_every_address(started):
    assert cli.main(["class", "--port", "8600"]) == 0
    ((_, *command),) = started
    assert command == ["-m", "streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=8600"]


@pytest.mark.parametrize("code", [0, *open_class.INTERRUPTED])
def test_a_server_that_was_stopped_ends_well(started, code):
    started.code = code
    assert cli.main(["class"]) == 0


def test_a_server_that_cannot_start_is_one_sentence(started, capsys):
    started.code = 1
    assert cli.main(["class"]) == 2
    assert "The app ended with code 1" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "٣", "9" * 400])
def test_what_is_not_a_port_is_refused(started, capsys, port):
    assert cli.main(["class", f"--port={port}"]) == 2
    assert "is not a port" in capsys.readouterr().err
    assert started == []
