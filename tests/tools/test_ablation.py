"""The ablation's kept records: figures of other trials or another configuration are never taken for those asked for."""

from __future__ import annotations

import json

from tools.ablation import VARIANTS, read_done


def test_nothing_is_done_at_first(tmp_path):
    assert read_done(tmp_path / "ablation.jsonl") == {}


def test_records_are_of_a_configuration_and_a_number_of_trials(tmp_path):
    records = [
        {"digest": "a", "validation": 0.1},
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


def test_no_two_variants_are_one_configuration():
    assert len({config.digest() for config in VARIANTS.values()}) == len(VARIANTS)
