"""The command line as its users run it: arguments in, text and exit code out."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

from siamese import cli
from siamese.cli import evaluate
from siamese.data import builtin
from tests import drawn

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    try:
        code = cli.main([str(a) for a in arguments])
    except SystemExit as end:
        code = end.code
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def sentence(text: str) -> bool:
    """Whether it is one line that is no traceback."""
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text


@pytest.fixture
def pictures(tmp_path):
    """A query and three support files, the second of which shows the query's character."""
    alphabets = builtin.load()
    members = alphabets.members("Kannada")
    files = {"query": (members[4], 2), "one": (members[1], 3), "two": (members[4], 3), "three": (members[9], 3)}
    for name, (character, drawer) in files.items():
        (tmp_path / f"{name}.png").write_bytes(drawn.png(alphabets.drawings([alphabets.row(character, drawer)])[0]))
    return {name: tmp_path / f"{name}.png" for name in files}


def test_status_without_omniglot_says_how_to_get_it(capsys, home):
    code, out, _ = run(capsys, "data", "status")
    assert code == 0
    assert "Built-in alphabets" in out
    assert "data download" in out
    assert list(json.loads(run(capsys, "data", "status", "--json")[1])) == ["Built-in alphabets"]


def test_rank_puts_the_same_character_first(capsys, home, pictures):
    support = [pictures["one"], pictures["two"], pictures["three"]]
    code, out, _ = run(capsys, "rank", pictures["query"], *support, "--json")
    assert code == 0
    result = json.loads(out)
    assert result["ranking"][0]["file"] == str(pictures["two"])
    similarities = [r["similarity"] for r in result["ranking"]]
    assert similarities == sorted(similarities, reverse=True)
    assert {r["file"] for r in result["ranking"]} == set(map(str, support))
    code, out, _ = run(capsys, "rank", pictures["query"], *support)
    assert str(pictures["two"]) in out.splitlines()[0]


def test_recognise_names_the_character(capsys, home, pictures):
    code, out, _ = run(capsys, "recognise", pictures["query"], "--alphabet", "Kannada", "--ways", 12, "--json")
    assert code == 0
    result = json.loads(out)
    members = builtin.load().members("Kannada")
    assert result["ways"] == len(result["ranking"]) == 12
    assert result["ranking"][0]["character"] == builtin.load().characters[members[4]].name
    assert sum(r["share"] for r in result["ranking"]) == pytest.approx(1, abs=0.01)
    shuffled = json.loads(run(capsys, "recognise", pictures["query"], "--ways", 12, "--seed", 3, "--shots", 2, "--json")[1])
    assert {r["character"] for r in shuffled["ranking"]} != {r["character"] for r in result["ranking"]}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["rank", "nowhere.png", "nowhere.png"], "nowhere.png cannot be read"),
        (["recognise", "{query}", "--alphabet", "Elvish"], "no alphabet 'Elvish'"),
        (["recognise", "{query}", "--ways", "1"], "choose from 2 to"),
        (["recognise", "{query}", "--ways", "5000"], "choose from 2 to"),
        (["recognise", "{query}", "--shots", "21"], "choose from 1 to 20"),
        (["recognise", "{junk}"], "junk"),
        (["recognise", "{query}", "--ways", "many"], "many"),
        (["data", "import", "nowhere"], "not a folder"),
        (["evaluate", "lake", "--scorer", "chance"], "data download"),
        (["train"], "data download"),
        (["train", "--preset", "worst"], "worst"),
        (["conquer"], "conquer"),
        ([], "required"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(capsys, home, pictures, tmp_path, arguments, says):
    (tmp_path / "junk.png").write_bytes(b"junk")
    files = {"query": pictures["query"], "junk": tmp_path / "junk.png"}
    code, out, err = run(capsys, *[a.format(**files) for a in arguments])
    assert code == 2
    assert out == ""
    assert says in err
    assert sentence(err)


def test_a_run_is_not_begun_twice(capsys, home):
    (home / "runs" / "best").mkdir(parents=True)
    code, _, err = run(capsys, "train")
    assert code == 2
    assert "--resume" in err


def test_lake_prints_the_contract_and_nothing_else(capsys, omniglot, lake_runs, monkeypatch):
    monkeypatch.setattr(evaluate.omniglot, "load_runs", lambda: lake_runs)
    code, out, _ = run(capsys, "evaluate", "lake", "--scorer", "nearest", "--json")
    assert code == 0
    result = json.loads(out)
    assert result["accuracy"] == 0.19
    assert result["trials"] == 400
    assert result["low"] < 0.19 < result["high"]


def test_commands_without_the_network_do_not_wait_for_tensorflow(home):
    code = "import sys; from siamese import cli; cli.main(['data', 'status']); assert 'tensorflow' not in sys.modules"
    environment = {**os.environ, "SIAMESE_HOME": str(home)}
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True).returncode == 0


def test_from_the_shell_json_stands_alone_on_stdout(home, pictures):
    command = [sys.executable, "-m", "siamese", "rank", str(pictures["query"]), str(pictures["one"]), "--json"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "SIAMESE_HOME": str(home)}, capture_output=True, text=True, check=True)
    assert 0 <= json.loads(done.stdout)["ranking"][0]["similarity"] <= 1
