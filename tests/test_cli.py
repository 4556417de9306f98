"""The command line as its users run it: arguments in, text and exit code out."""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
from typing import ClassVar

import numpy as np
import pytest

from siamese import cli
from siamese.cli import evaluate, measuring
from siamese.data import builtin, omniglot, splits
from siamese.data.characters import Alphabet, Character
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.features import Features
from siamese.evaluation.verification import sample_pairs, score_pairs
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
    shuffled = json.loads(
        run(capsys, "recognise", pictures["query"], "--ways", 12, "--seed", 3, "--shots", 2, "--json")[1]
    )
    assert {r["character"] for r in shuffled["ranking"]} != {r["character"] for r in result["ranking"]}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["rank", "nowhere.png", "nowhere.png"], "nowhere.png cannot be read"),
        (["recognise", "{query}", "--alphabet", "Elvish"], "no alphabet 'Elvish'"),
        (["recognise", "{query}", "--ways", "1"], "choose from 2 to"),
        (["recognise", "{query}", "--ways", "5000"], "choose from 2 to"),
        (["recognise", "{query}", "--shots", "21"], "choose from 1 to 20"),
        (["recognise", "{query}", "--seed", "-1"], "0 or more"),
        (["recognise", "{junk}"], "junk"),
        (["recognise", "{query}", "--ways", "many"], "many"),
        (["data", "import", "nowhere"], "not a folder"),
        (["evaluate", "lake", "--scorer", "chance"], "data download"),
        (["evaluate", "across", "--scorer", "chance"], "data download"),
        (["evaluate", "curve", "--ways", "61"], "from 2 to 60"),
        (["evaluate", "curve", "--shots", "6"], "from 1 to 5"),
        (["evaluate", "curve", "--to", "."], "give a name"),
        (["evaluate", "lake", "--seed", "-1"], "0 or more"),
        (["evaluate", "sample", "--trials", "0"], "at least 1"),
        (["evaluate", "verification", "--trials", "1"], "at least 2"),
        (["evaluate", "sample", "--seed", "-1"], "0 or more"),
        (["evaluate", "sample", "--alphabets", "all"], "all"),
        (["export", "--to", "network.h5"], "end in .keras"),
        (["export", "--to", "network.keras", "--weights", "nowhere.safetensors"], "nowhere.json"),
        (["export", "--to", "."], "there already"),
        (["export", "--to", "network.keras", "--weights", "."], "is a folder"),
        (["export"], "--to"),
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


def test_lake_prints_the_contract_and_nothing_else(capsys, omniglot, lake_runs, monkeypatch):
    monkeypatch.setattr(evaluate.omniglot, "load_runs", lambda: lake_runs)
    code, out, _ = run(capsys, "evaluate", "lake", "--scorer", "nearest", "--json")
    assert code == 0
    result = json.loads(out)
    assert result["accuracy"] == 0.19
    assert result["trials"] == 400
    assert result["low"] < 0.19 < result["high"]


@pytest.fixture
def small_omniglot(monkeypatch):
    """Omniglot as the commands see it: every alphabet of the real names, 6 characters by 5 drawers, drawn in code."""
    names = [*splits.LAKE_TEN, *splits.VALIDATION_TEN, "Greek", "Latin"]
    characters = [Character(name, f"character{c:02}") for name in names for c in range(6)]
    drawings = {(c, d): drawn.scribble(c, d) for c in range(len(characters)) for d in range(1, 6)}
    whole = drawn.from_drawings("Omniglot", [Alphabet(name) for name in names], characters, drawings)
    monkeypatch.setattr(omniglot, "load", lambda: whole)
    return whole


def test_curve_writes_every_form_of_the_same_figures(capsys, home, small_omniglot, tmp_path):
    to = tmp_path / "out" / "my.curve"
    options = [
        "--scorer",
        "nearest",
        "chance",
        "--ways",
        6,
        "--shots",
        2,
        "--trials",
        40,
        "--seed",
        3,
        "--to",
        to,
        "--json",
    ]
    code, out, _ = run(capsys, "evaluate", "curve", *options)
    assert code == 0
    result = json.loads(out)
    assert "validation" in result["alphabets"]
    assert [(row["scorer"], row["ways"]) for row in result["curve"]] == [
        (s, n) for s in ("nearest", "chance") for n in range(2, 7)
    ]
    assert all(
        row["trials"] == 40 and row["shots"] == 2 and row["low"] <= row["accuracy"] <= row["high"]
        for row in result["curve"]
    )
    with (tmp_path / "out" / "my.curve.csv").open(newline="") as file:
        assert [float(row["accuracy"]) for row in csv.DictReader(file)] == [row["accuracy"] for row in result["curve"]]
    assert json.loads((tmp_path / "out" / "my.curve.json").read_text())["curve"] == result["curve"]
    assert (tmp_path / "out" / "my.curve.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "out" / "my.curve.svg").read_text()
    assert result["curve"][4]["accuracy"] > 0.6  # scribbles by another hand are near each other
    again = json.loads(run(capsys, "evaluate", "curve", *options)[1])
    assert again["curve"] == result["curve"]


def test_a_curve_beyond_the_alphabets_needs_them_together(capsys, home, small_omniglot, tmp_path):
    options = ["--scorer", "chance", "--ways", 30, "--trials", 10, "--to", tmp_path / "curve"]
    code, _, err = run(capsys, "evaluate", "curve", *options)
    assert code == 2
    assert "30 characters" in err
    assert run(capsys, "evaluate", "curve", *options, "--across")[0] == 0


def test_a_curve_that_cannot_be_written_says_so(capsys, home, small_omniglot, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run(
        capsys,
        "evaluate",
        "curve",
        "--scorer",
        "chance",
        "--trials",
        10,
        "--ways",
        5,
        "--to",
        tmp_path / "file" / "curve",
    )
    assert code == 2
    assert "cannot be written" in err


def test_weights_for_a_scorer_without_any_are_refused(capsys, home, small_omniglot):
    for protocol in ("sample", "verification", "curve"):
        code, _, err = run(capsys, "evaluate", protocol, "--scorer", "chance", "--weights", "some.safetensors")
        assert code == 2
        assert "--weights is for the network" in err


@pytest.mark.parametrize("alphabets", ["validation", "background", "lake", "evaluation"])
def test_across_prints_the_protocol_and_its_interval(capsys, home, small_omniglot, alphabets):
    if alphabets == "background":  # two alphabets of six have no twenty characters
        code, _, err = run(capsys, "evaluate", "across", "--scorer", "chance", "--alphabets", alphabets)
        assert code == 2
        assert "20 characters" in err
        return
    code, out, _ = run(
        capsys, "evaluate", "across", "--scorer", "chance", "--alphabets", alphabets, "--trials", 1000, "--json"
    )
    assert code == 0
    result = json.loads(out)
    assert (result["ways"], result["shots"], result["trials"]) == (20, 1, 1000)
    assert result["low"] < 0.05 < result["high"]
    assert alphabets in result["protocol"]


def test_sample_draws_within_an_alphabet(capsys, home, small_omniglot):
    code, _, err = run(capsys, "evaluate", "sample", "--scorer", "chance", "--trials", 10)
    assert code == 2  # no alphabet has 20 characters
    assert "20 characters" in err


def test_verification_says_where_its_threshold_is_from(capsys, home, small_omniglot):
    code, out, _ = run(capsys, "evaluate", "verification", "--scorer", "nearest", "--trials", 400, "--json")
    assert code == 0
    result = json.loads(out)
    assert "fitted now" in result["threshold_source"]
    assert result["accuracy"] > 0.6
    assert result["roc_area"] > 0.7
    assert "shots" in result
    text = run(capsys, "evaluate", "verification", "--scorer", "nearest", "--trials", 400)[1]
    assert f"{result['accuracy']:.2%}" in text
    assert "400 pairs" in text


def test_the_networks_threshold_comes_from_its_record(capsys, home, small_omniglot, monkeypatch):
    class Recorded(PixelNearest):
        record: ClassVar = {"same_threshold": 1 / (1 + np.exp(30.0))}  # logit -30: 30 px apart

    monkeypatch.setattr(measuring, "load_matcher", lambda weights: Recorded())
    result = json.loads(run(capsys, "evaluate", "verification", "--trials", 400, "--json")[1])
    assert "from the record" in result["threshold_source"]
    pairs = sample_pairs(measuring.load_alphabets("lake"), np.random.default_rng((0, 0)), 400)
    scores = score_pairs(Features(PixelNearest(), measuring.load_alphabets("lake")), pairs)
    assert result["right"] == ((scores >= -30) == pairs.same).sum()


def test_export_writes_the_weights_it_is_given(capsys, home, tmp_path):
    from siamese.network import weights

    rng = np.random.default_rng(0)
    record = {
        "twin": dataclasses.asdict(drawn.TINY),
        "trained_on": {"alphabets": [], "scripts": []},
        "temperature": 1.0,
        "none_threshold": 0.5,
    }
    weights.save(
        tmp_path / "tiny.safetensors",
        {name: rng.normal(0, 0.2, shape) for name, shape in weights.shapes(drawn.TINY).items()},
        record,
    )
    target = tmp_path / "network.tflite"
    options = ["--format", "tflite", "--to", target, "--weights", tmp_path / "tiny.safetensors"]
    code, out, _ = run(capsys, "export", *options, "--json")
    assert code == 0
    result = json.loads(out)
    assert result["bytes"] == target.stat().st_size
    assert result["normalised"] is False
    assert target.read_bytes()[4:8] == b"TFL3"
    code, _, err = run(capsys, "export", *options)
    assert code == 2
    assert "there already" in err


def test_commands_without_the_network_do_not_wait_for_tensorflow(home):
    code = "import sys; from siamese import cli; cli.main(['data', 'status']); assert 'tensorflow' not in sys.modules"
    environment = {**os.environ, "SIAMESE_HOME": str(home)}
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True).returncode == 0


def test_from_the_shell_json_stands_alone_on_stdout(home, pictures):
    command = [sys.executable, "-m", "siamese", "rank", str(pictures["query"]), str(pictures["one"]), "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "SIAMESE_HOME": str(home)}, capture_output=True, text=True, check=True
    )
    assert 0 <= json.loads(done.stdout)["ranking"][0]["similarity"] <= 1
