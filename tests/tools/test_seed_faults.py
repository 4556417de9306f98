from __future__ import annotations

import random

import pytest

from tests.tools.test_fault_kinds import SOURCE
from tools import seed_faults
from tools.fault_kinds import faults_of


def test_drawn_faults_are_of_all_kinds_and_on_different_lines():
    faults = faults_of("m.py", SOURCE.encode())
    drawn = seed_faults.draw(faults, 6, random.Random(1))
    assert len(drawn) == len({fault.line for fault in drawn}) == len({fault.kind for fault in drawn}) == 6
    assert drawn == seed_faults.draw(faults, 6, random.Random(1))
    assert drawn != seed_faults.draw(faults, 6, random.Random(2))


def test_faults_are_shared_evenly_among_the_packages():
    faults = seed_faults.seeded(["data", "network"], [], 11, seed=1)
    assert [sum(fault.module.split("/")[1] == package for fault in faults) for package in ("data", "network")] == [6, 5]
    assert {fault.module for fault in seed_faults.seeded([], ["siamese/data/vary.py"], 5, 1)} == {
        "siamese/data/vary.py"
    }


def test_faults_that_change_no_behaviour_are_not_seeded(monkeypatch, tmp_path):
    module = "siamese/data/support.py"
    every = seed_faults.seeded([], [module], 10_000, 1)
    monkeypatch.setattr(seed_faults, "EQUIVALENT", tmp_path / "equivalent.txt")
    seed_faults.EQUIVALENT.write_text(f"{module}\n{every[0].reads}\nfor the test\n")
    assert every[0].reads not in {fault.reads for fault in seed_faults.seeded([], [module], 10_000, 1)}


@pytest.mark.parametrize(
    ("module", "tests"),
    [
        ("siamese/data/vary.py", ["tests/data/test_vary.py", "tests/data/test_batches.py"]),
        ("siamese/ui/draw/canvas.py", ["tests/ui/draw/test_canvas.py"]),
    ],
)
def test_the_mirroring_tests_of_a_module_come_first(module, tests):
    assert seed_faults.tests_of(module, seed_faults.ROOT)[: len(tests)] == tests
