from __future__ import annotations

import pytest

from tools.fault_kinds import faults_of

SOURCE = '''"""A module's text."""

import html
import threading

import numpy as np

RATE = 0.5
_lock = threading.Lock()


def shown(name: str, values: np.ndarray, seed: int = 7) -> str:
    """Its documentation."""
    if not name:
        raise ValueError("Give a name.")
    with _lock:
        middle = np.clip(values.mean(axis=0), 0, 1)
    order = np.random.default_rng(seed).permutation(len(values))
    return html.escape(name) + str(np.subtract(middle, order)) + str(1 - RATE)
'''


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("off by a fifth", "RATE = 0.6"),
        ("check dropped", "if False:"),
        ("lock dropped", "with __import__('contextlib').nullcontext():"),
        ("clip dropped", "middle = values.mean(axis=0)"),
        ("axis", "middle = np.clip(values.mean(axis=1), 0, 1)"),
        ("reduction", "middle = np.clip(values.max(axis=0), 0, 1)"),
        ("argument dropped", "middle = np.clip(values.mean(), 0, 1)"),
        ("seed ignored", "order = np.random.default_rng(0).permutation(len(values))"),
        ("seed ignored", "order = np.arange(len(values))"),
        ("escape dropped", "return name + str(np.subtract(middle, order)) + str(1 - RATE)"),
        ("swapped", "return html.escape(name) + str(np.subtract(order, middle)) + str(1 - RATE)"),
        ("complement", "return html.escape(name) + str(np.subtract(middle, order)) + str(RATE)"),
    ],
)
def test_a_fault_of_each_kind(kind, line):
    assert (kind, line) in {(fault.kind, fault.reads) for fault in faults_of("m.py", SOURCE.encode())}


def test_documentation_errors_and_annotations_stay_as_they_are():
    source = SOURCE.encode()
    for fault in faults_of("m.py", source):
        mutated = fault.apply(source).decode()
        assert '"""A module\'s text."""' in mutated
        assert 'ValueError("Give a name.")' in mutated
        assert "(name: str, values: np.ndarray, seed: int = " in mutated
