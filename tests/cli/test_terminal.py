"""How a command ends when its output, its input or its user stops it: one line at most, and an exit code."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys

import pytest

from siamese import cli
from siamese.cli import data

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATUS = [sys.executable, "-m", "siamese", "data", "status"]
WAITING = """
import sys, time
from siamese import cli
from siamese.cli import data

def show_status(arguments):
    print("ready", flush=True)
    time.sleep(60)

data.show_status = show_status
sys.exit(cli.main(["data", "status"]))
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes and signals of POSIX")


def start(command: list[str], home: pathlib.Path, **options) -> subprocess.Popen:
    environment = {**os.environ, "SIAMESE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, **options)


def test_a_pipe_whose_reader_has_gone_ends_in_silence(home):
    reader, writer = os.pipe()
    os.close(reader)
    process = start(STATUS, home, stdout=writer)
    os.close(writer)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no full device")
def test_a_full_device_is_one_line(home):
    with open("/dev/full", "w") as full:
        process = start(STATUS, home, stdout=full)
        assert process.communicate(timeout=60)[1] == ("The command could not be completed: No space left on device.\n")
    assert process.returncode == 1


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_ends_in_silence(home, presses):
    process = start([sys.executable, "-c", WAITING], home, stdout=subprocess.PIPE)
    assert process.stdout.readline() == "ready\n"
    for _ in range(presses):
        process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 130


def test_ctrl_c_while_modules_are_imported_ends_in_silence(home, tmp_path):
    (tmp_path / "siamese").mkdir()
    (tmp_path / "siamese" / "__init__.py").touch()
    (tmp_path / "siamese" / "cli.py").write_text("print('importing', flush=True)\nimport time\ntime.sleep(60)\n")
    (tmp_path / "siamese" / "__main__.py").write_bytes((ROOT / "siamese" / "__main__.py").read_bytes())
    process = subprocess.Popen(
        [sys.executable, "-m", "siamese"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "importing\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 130


def test_a_name_that_is_no_text_is_printed_in_escapes(home):
    process = start([sys.executable, "-m", "siamese", "rank", os.fsdecode(b"a\xff.png"), "b"], home)
    assert (
        process.communicate(timeout=60)[1]
        == "a\N{REPLACEMENT CHARACTER}.png cannot be read: No such file or directory.\n"
    )
    assert process.returncode == 2


@pytest.mark.parametrize(
    ("error", "says", "code"),
    [
        (ValueError("deep inside"), "Internal error, ValueError: please report what SIAMESE_LOG=DEBUG shows.", 1),
        (
            PermissionError(13, "Permission denied", "/x"),
            "The command could not be completed: /x: Permission denied.",
            1,
        ),
    ],
)
def test_an_unexpected_error_is_one_line_and_its_traceback_goes_to_the_log(run, home, monkeypatch, error, says, code):
    def fail(arguments):
        raise error

    monkeypatch.setattr(data, "show_status", fail)
    monkeypatch.setenv("SIAMESE_LOG", "DEBUG")
    ended, out, err = run("data", "status")
    assert (ended, out) == (code, "")
    assert err.splitlines()[-1] == says
    assert "Traceback" in err
    monkeypatch.setenv("SIAMESE_LOG", "WARNING")
    assert run("data", "status") == (code, "", says + "\n")


@pytest.mark.parametrize(("name", "says"), [("pipe", "not a regular file"), ("large", "larger than 15,000,000 bytes")])
def test_files_that_are_no_pictures_are_not_read(run, home, tmp_path, name, says):
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(3_000_000_000)
    code, _, err = run("recognise", tmp_path / name)
    assert code == 2
    assert says in err


def test_help_is_no_error(run):
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    assert "recognise" in out
    assert cli.EXIT_BAD_INPUT == run("conquer")[0] == 2
