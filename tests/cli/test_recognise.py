from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

from siamese.data import builtin

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_rank_puts_the_same_character_first(run, home, pictures):
    support = [pictures["one"], pictures["two"], pictures["three"]]
    code, out, _ = run("rank", pictures["query"], *support, "--json")
    assert code == 0
    result = json.loads(out)
    assert result["ranking"][0]["file"] == str(pictures["two"])
    similarities = [r["similarity"] for r in result["ranking"]]
    assert similarities == sorted(similarities, reverse=True)
    assert {r["file"] for r in result["ranking"]} == set(map(str, support))
    assert str(pictures["two"]) in run("rank", pictures["query"], *support)[1].splitlines()[0]


def test_recognise_names_the_character(run, home, pictures):
    code, out, _ = run("recognise", pictures["query"], "--alphabet", "Kannada", "--ways", 12, "--json")
    assert code == 0
    result = json.loads(out)
    members = builtin.load().members("Kannada")
    assert result["ways"] == len(result["ranking"]) == 12
    assert result["ranking"][0]["character"] == builtin.load().characters[members[4]].name
    assert sum(r["share"] for r in result["ranking"]) == pytest.approx(1, abs=0.01)


def test_a_seed_shuffles_the_characters(run, home, pictures):
    def shown(*seed):
        out = run("recognise", pictures["query"], "--ways", 12, "--shots", 2, *seed, "--json")[1]
        return {r["character"] for r in json.loads(out)["ranking"]}

    assert shown("--seed", 3) == shown("--seed", 3)
    assert len({frozenset(shown(*seed)) for seed in ([], ["--seed", 3], ["--seed", 4])}) == 3


def test_from_the_shell_json_stands_alone_on_stdout(home, pictures):
    command = [sys.executable, "-m", "siamese", "rank", str(pictures["query"]), str(pictures["one"]), "--json"]
    environment = {**os.environ, "SIAMESE_HOME": str(home)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert 0 <= json.loads(done.stdout)["ranking"][0]["similarity"] <= 1


def test_several_pictures_are_a_list_and_each_has_its_file(run, home, pictures):
    files = [pictures["query"], pictures["one"]]
    code, out, _ = run("recognise", *files, "--ways", 12, "--json")
    assert code == 0
    assert [result["file"] for result in json.loads(out)] == list(map(str, files))
    alone = json.loads(run("recognise", files[1], "--ways", 12, "--json")[1])
    assert alone == json.loads(out)[1]
    assert f"{files[1]}:" in run("recognise", *files, "--ways", 12)[1].splitlines()


def test_other_weights_answer(run, home, pictures, tmp_path):
    for command in (["recognise", pictures["query"]], ["rank", pictures["query"], pictures["one"]]):
        assert "nowhere" in run(*command, "--weights", tmp_path / "nowhere.safetensors")[2]
        assert run(*command, "--weights", ROOT / "assets" / "koch.safetensors")[:2] == run(*command)[:2]
