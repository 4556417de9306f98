"""What Windows lacks is not needed for a page, a training run or the command line. It was not run on Windows itself:
the names that only POSIX systems have are hidden from this project's code, in every process that it starts."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

from tests import drawn

ROOT = pathlib.Path(__file__).resolve().parent.parent

EVERYTHING = """
import dataclasses, json, sys, time
from streamlit.testing.v1 import AppTest
from siamese import cli, runs
from siamese.runs import files, process
from tests import configs

assert not hasattr(process.os, "getsid") and process.os.name == "nt" and files.RENAME_TIMEOUT_SECONDS > 0
run = runs.create(configs.TINY, "lesson", "builtin", "\\u0c95 on Windows")
runs.start(run.id)
end = time.monotonic() + 240
while runs.status(run.id).state != "finished" and time.monotonic() < end:
    time.sleep(0.2)
    assert runs.status(run.id).state != "failed", runs.status(run.id).problem
app = AppTest.from_file("navigation.py", default_timeout=120).run()
codes = [cli.main(["recognise", sys.argv[1], "--ways", "3", "--json"]), cli.main(["runs", "list"])]
page = {"title": [title.value for title in app.title], "errors": [error.value for error in app.exception]}
print("RESULT", json.dumps({"state": runs.status(run.id).state, "codes": codes, **page}))
"""


@pytest.fixture
def windows(tmp_path) -> dict[str, str]:
    """The environment of processes that see no POSIX names."""
    (tmp_path / "sitecustomize.py").write_text("import tests.without_posix\n")
    python_path = os.pathsep.join([str(tmp_path), str(ROOT)])
    return {**os.environ, "PYTHONPATH": python_path, "SIAMESE_HOME": str(tmp_path / "home"), "OMNIGLOT_DIR": ""}


def python(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=400
    )


def test_a_page_a_training_run_and_commands_need_nothing_of_posix(windows, tmp_path):
    (tmp_path / "drawing.png").write_bytes(drawn.png(drawn.scribble(3, 1)))
    done = python(windows, "-c", EVERYTHING, str(tmp_path / "drawing.png"))
    assert "RESULT" in done.stdout, done.stderr[-3000:]
    result = json.loads(done.stdout.rpartition("RESULT")[2])
    assert result == {"state": "finished", "codes": [0, 0], "title": ["One-shot learning"], "errors": []}


def test_the_names_are_hidden_from_this_project_and_not_from_libraries(windows):
    code = (
        "import os, signal, subprocess; print(hasattr(os, 'nice'), hasattr(signal, 'SIGKILL'), subprocess.os.nice(0))"
    )
    assert python(windows, "-c", code).stdout.split()[:2] == ["False", "False"]
    assert python(windows, "-c", "import resource").returncode == 1
