"""The ablation's stored results: those of other trials or another configuration are never used."""

from __future__ import annotations

import json

from tools.ablation import VARIANTS, digest, read_done


def test_there_are_no_results_without_a_file(tmp_path):
    assert read_done(tmp_path / "ablation.jsonl") == {}


def test_results_are_kept_by_configuration_and_number_of_trials(tmp_path):
    records = [
        {"digest": "a", "trials": 4000, "validation": 0.1},
        {"digest": "a", "trials": 100, "validation": 0.2},
        {"digest": "b", "trials": 4000, "validation": 0.3},
    ]
    (tmp_path / "ablation.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    done = read_done(tmp_path / "ablation.jsonl")
    assert {key: record["validation"] for key, record in done.items()} == {
        ("a", 4000): 0.1,
        ("a", 100): 0.2,
        ("b", 4000): 0.3,
    }


def test_no_two_variants_have_the_same_configuration():
    assert len({digest(config) for config in VARIANTS.values()}) == len(VARIANTS)
