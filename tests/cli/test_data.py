from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_status_without_omniglot_says_how_to_get_it(run, home):
    code, out, _ = run("data", "status")
    assert code == 0
    assert "Built-in alphabets: 61 alphabets" in out
    assert "data download" in out
    assert list(json.loads(run("data", "status", "--json")[1])) == ["Built-in alphabets"]


def test_status_counts_what_is_installed(run, small_omniglot):
    status = json.loads(run("data", "status", "--json")[1])
    assert status["Omniglot"] == {"alphabets": 22, "characters": 132, "drawings": 660}
    assert "data download" not in run("data", "status")[1]


def test_commands_without_the_network_do_not_wait_for_tensorflow(home):
    code = "import sys; from siamese import cli; cli.main(['data', 'status']); assert 'tensorflow' not in sys.modules"
    environment = {**os.environ, "SIAMESE_HOME": str(home)}
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True).returncode == 0
