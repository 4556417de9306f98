"""Protocols measured on the command line: their figures, and that they are those of the same protocol anywhere."""

from __future__ import annotations

import csv
import json
from typing import ClassVar

import numpy as np
import pytest

from siamese.cli import protocols
from siamese.data import splits
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.features import Features
from siamese.evaluation.verification import sample_pairs, score_pairs
from tests import drawn


def test_lake_prints_its_protocol_and_nothing_else(run, imported, monkeypatch):
    monkeypatch.setattr("siamese.data.omniglot.load_runs", lambda: imported[1])
    code, out, _ = run("evaluate", "lake", "--scorer", "nearest", "--json")
    assert code == 0
    result = json.loads(out)
    assert (result["right"], result["trials"], result["accuracy"]) == (76, 400, 0.19)
    assert result["low"] < 0.19 < result["high"]
    assert (result["ways"], result["shots"], len(result["right_by_run"])) == (20, 1, 20)
    assert 76 < result["joint_right"] < 200


def test_lake_tells_joint_naming_apart(run, home):
    drawn.omniglot_home(home)
    code, out, _ = run("evaluate", "lake", "--scorer", "normalised")
    assert code == 0
    headline, joint = out.splitlines()
    assert headline.startswith("normalised, Lake's runs: 20-way 1-shot within an alphabet: 400 trials, ")
    assert joint.startswith("A different task, a run's 20 queries named together: ")


def test_curve_writes_every_format_of_the_same_figures(run, small_omniglot, tmp_path):
    to = tmp_path / "out" / "my.curve"
    options = ["--scorer", "nearest", "chance", "--ways", 6, "--shots", 2, "--trials", 40, "--seed", 3, "--to", to]
    code, out, _ = run("evaluate", "curve", *options, "--json")
    assert code == 0
    result = json.loads(out)
    assert result["protocol"] == "Omniglot validation: 6-way 2-shot within an alphabet, all drawers"
    keys = [(row["scorer"], row["ways"]) for row in result["curve"]]
    assert keys == [(scorer, n) for scorer in ("nearest", "chance") for n in range(2, 7)]
    for row in result["curve"]:
        assert (row["trials"], row["shots"]) == (40, 2)
        assert row["low"] <= row["accuracy"] <= row["high"]
    with (tmp_path / "out" / "my.curve.csv").open(newline="") as file:
        assert [float(row["accuracy"]) for row in csv.DictReader(file)] == [row["accuracy"] for row in result["curve"]]
    assert json.loads((tmp_path / "out" / "my.curve.json").read_text())["curve"] == result["curve"]
    assert (tmp_path / "out" / "my.curve.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "out" / "my.curve.svg").read_text()
    assert result["curve"][4]["accuracy"] > 0.6  # scribbles by another drawer are close to each other
    assert json.loads(run("evaluate", "curve", *options, "--json")[1])["curve"] == result["curve"]


def test_curve_beyond_the_alphabets_needs_them_together(run, small_omniglot, tmp_path):
    options = ["--scorer", "chance", "--ways", 30, "--trials", 10, "--to", tmp_path / "curve"]
    code, _, err = run("evaluate", "curve", *options)
    assert code == 2
    assert "30 characters" in err
    assert run("evaluate", "curve", *options, "--across")[0] == 0


def test_curve_that_cannot_be_written_is_refused_before_it_is_measured(run, small_omniglot, tmp_path, monkeypatch):
    monkeypatch.setattr("siamese.cli.curve.answer_all", pytest.fail)
    (tmp_path / "file").write_text("")
    code, _, err = run("evaluate", "curve", "--scorer", "chance", "--ways", 5, "--to", tmp_path / "file" / "curve")
    assert code == 2
    assert "cannot be written" in err


def test_weights_for_a_scorer_without_any_are_refused(run, small_omniglot):
    for protocol in ("sample", "verification", "curve"):
        options = ["--weights", "some.safetensors", *(["--ways", 5] if protocol == "curve" else [])]
        command = ["evaluate", protocol, "--scorer", "chance", *options]
        command += ["--alphabets", "builtin"] if protocol == "sample" else []
        code, _, err = run(*command)
        assert code == 2
        assert "--weights is for the network" in err


@pytest.mark.parametrize(
    ("group", "words"),
    [("validation", "Omniglot validation"), ("lake", "Omniglot, Lake's ten"), ("evaluation", "Omniglot evaluation")],
)
def test_across_prints_the_protocol_and_its_interval(run, small_omniglot, group, words):
    options = ["--scorer", "chance", "--alphabets", group, "--trials", 1000]
    code, out, _ = run("evaluate", "across", *options, "--json")
    assert code == 0
    result = json.loads(out)
    assert (result["ways"], result["shots"], result["trials"], result["across"]) == (20, 1, 1000, True)
    assert result["low"] < 0.05 < result["high"]
    assert result["protocol"] == f"{words}: 20-way 1-shot across alphabets, all drawers"


@pytest.mark.parametrize("command", [["sample"], ["across", "--alphabets", "background"]])
def test_twenty_ways_need_twenty_characters(run, small_omniglot, command):
    code, _, err = run("evaluate", *command, "--scorer", "chance", "--trials", 10)
    assert code == 2
    assert "20 characters" in err


def test_sample_needs_no_omniglot_for_the_built_in_alphabets(run, home):
    options = ["--scorer", "chance", "--alphabets", "builtin", "--trials", 20]
    code, out, _ = run("evaluate", "sample", *options)
    assert code == 0
    assert out.startswith("chance, Built-in, unseen: 20-way 1-shot within an alphabet, all drawers: 20 trials, ")


def test_verification_says_where_its_threshold_comes_from(run, small_omniglot):
    options = ["--scorer", "nearest", "--trials", 400]
    code, out, _ = run("evaluate", "verification", *options, "--json")
    assert code == 0
    result = json.loads(out)
    assert result["threshold_source"] == "fitted now on as many pairs of the validation alphabets"
    assert result["accuracy"] > 0.6
    assert result["roc_area"] > 0.7
    assert result["threshold"] < -1  # minus a distance, not a similarity
    text = run("evaluate", "verification", *options)[1]
    assert f"400 pairs, {result['accuracy']:.2%}" in text


def test_the_networks_threshold_comes_from_its_record(run, small_omniglot, monkeypatch):
    class Recorded(PixelNearest):
        record: ClassVar = {"same_threshold": 1 / (1 + np.exp(30.0))}  # logit -30: 30 px apart

    monkeypatch.setattr(protocols, "load_matcher", lambda weights: Recorded())
    result = json.loads(run("evaluate", "verification", "--trials", 400, "--json")[1])
    assert result["threshold_source"] == "from the weights' record, fitted on validation"
    characters = splits.subset("lake", small_omniglot)
    pairs = sample_pairs(characters, np.random.default_rng((0, 0)), 400)
    scores = score_pairs(Features(PixelNearest(), characters), pairs)
    assert result["right"] == ((scores >= -30) == pairs.same).sum()
