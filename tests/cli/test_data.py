from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

from siamese.data import own
from siamese.data.own import shelf
from tests import drawn

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


@pytest.fixture
def pictures(tmp_path) -> pathlib.Path:
    """A folder of two characters with two pictures each, and one that is no picture."""
    for character, drawer in ((0, 1), (0, 2), (1, 1), (1, 2)):
        place = tmp_path / "Moon" / f"sign {character}" / f"{drawer}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(drawn.png(drawn.scribble(character, drawer)))
    (tmp_path / "Moon" / "broken").mkdir()
    (tmp_path / "Moon" / "broken" / "1.png").write_bytes(b"no picture")
    return tmp_path / "Moon"


def test_own_alphabets_are_imported_listed_exported_and_deleted(run, home, pictures, tmp_path):
    code, out, err = run("data", "import", pictures)
    assert (code, err) == (0, "")
    assert "Imported as own-moon. Moon: 1 alphabet, 2 characters, 4 drawings." in out
    assert "no picture of it can be read: Moon/broken." in out
    assert json.loads(run("data", "list", "--json")[1]) == {
        "own-moon": {"name": "Moon", "alphabets": 1, "characters": 2, "drawings": 4}
    }
    assert run("data", "list")[1] == "own-moon  Moon: 1 alphabet, 2 characters, 4 drawings\n"
    file = tmp_path / "moon.json"
    assert run("data", "export", "own-moon", file)[0] == 0
    code, _, err = run("data", "import", file)
    assert (code, err.count("\n")) == (2, 1)
    assert "There are alphabets called Moon already" in err
    assert "own-luna" in run("data", "import", file, "--name", "Luna")[1]
    assert run("data", "delete", "own-moon")[:2] == (0, "own-moon is deleted.\n")
    assert list(json.loads(run("data", "list", "--json")[1])) == ["own-luna"]


def test_own_alphabets_of_servers_that_share_a_database_are_in_it(run, home, pictures, tmp_path, monkeypatch):
    monkeypatch.setattr(own, "_shelf", own._shelf)  # to have it back afterwards
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/shared.sqlite3")
    assert "Imported as own-moon" in run("data", "import", pictures)[1]
    assert list(json.loads(run("data", "list", "--json")[1])) == ["own-moon"]
    assert not shelf.folder().exists()
    monkeypatch.setenv("DATABASE_URL", "oracle://nowhere")
    code, out, err = run("data", "list")
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_own_alphabets_that_cannot_be_used_are_one_line(run, home, tmp_path):
    assert "There are none" in run("data", "list")[1]
    for arguments in (("delete", "own-moon"), ("export", "own-moon", tmp_path / "a.json"), ("import", tmp_path / "no")):
        code, out, err = run("data", *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)


def test_a_damaged_own_set_is_listed_with_its_reason(run, home, pictures, tmp_path):
    run("data", "import", pictures)
    shelf.file("own-moon").write_text("{}")
    assert "has no alphabets that can be read" in run("data", "list")[1]
    code, _, err = run("data", "export", "own-moon", tmp_path)
    assert (code, err.count("\n")) == (2, 1)


def test_omniglot_is_still_told_from_own_alphabets(run, home, tmp_path):
    (tmp_path / "images_background").mkdir()
    code, _, err = run("data", "import", tmp_path)
    assert (code, err.count("\n")) == (2, 1)
    assert "images_background" in err
