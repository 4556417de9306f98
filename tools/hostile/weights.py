"""R8: hostile model files and mutants: no code runs, no other file is opened, each is refused within 2 s."""

from __future__ import annotations

import json
import os
import pathlib
import random
import tempfile
import time
from typing import Any

import numpy as np

from siamese.errors import UserError
from siamese.network import weights
from tests import drawn
from tests.hostile import models
from tools.hostile import mutants
from tools.hostile.audit import Event, unwatch, watch
from tools.hostile.measure import isolated, print_table

MUTANTS = 10_000
BATCH = 500
LIMIT_SECONDS = 2.0
HEADER_BYTES = 1_500
PIECES = (b"9", b"-", b'"', b"[", b"}", b"\0", b"e9")
"""Parts of JSON, of which a header is made."""
VALUES = (None, True, -1, 0, 2**70, 10**400, float("nan"), float("inf"), "x", "\x1b", [], {}, [[[[]]]], {"a": {}})


def run(short: bool) -> bool:
    """Print the figure; whether the goal is reached."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        os.chdir(folder)  # a payload's marker would land here
        rows, faults = [], []
        named = [isolated(lambda name=name: _named(pathlib.Path(folder), name)) for name in models.CASES]
        for name, outcome in zip(models.CASES, named, strict=True):
            if outcome.error or outcome.value != "refused" or outcome.seconds > LIMIT_SECONDS:
                faults.append(f"{name}: {outcome.value or outcome.error} {outcome.text} {outcome.seconds:.1f} s")
        rows.append(
            ("hostile model files", len(named), max(o.seconds for o in named), max(o.megabytes for o in named), "")
        )
        count = MUTANTS // (100 if short else 1)
        seconds, megabytes, accepted = 0.0, 0.0, 0
        for start in range(0, count, BATCH):
            size = min(BATCH, count - start)
            outcome = isolated(lambda start=start, size=size: _mutants(pathlib.Path(folder), start, size), 600)
            if outcome.error:
                faults.append(f"mutants from {start}: {outcome.error} {outcome.text}")
                continue
            longest, valid, wrong = outcome.value
            seconds, megabytes, accepted = max(seconds, longest), max(megabytes, outcome.megabytes), accepted + valid
            faults += wrong
        rows.append(("mutants, in batches of 500", count, seconds, megabytes, f"{accepted:,} still valid"))
        if seconds > LIMIT_SECONDS:
            faults.append(f"a mutant took {seconds:.1f} s")
        if pathlib.Path(models.MARKER).exists():
            faults.append("code from a model file ran")
        os.chdir("/")
    print_table(rows)
    print(f"  faults: {len(faults)}", *faults, sep="\n    ")
    return not faults


def _named(folder: pathlib.Path, name: str) -> str:
    content, record = models.CASES[name]
    file = folder / "hostile.safetensors"
    models.write(file, content(), record)
    return _try(file)


def _mutants(folder: pathlib.Path, start: int, count: int) -> tuple[float, int, list[str]]:
    """Most seconds of one, how many were valid, and faults."""
    file, good = folder / "mutant.safetensors", models.good()
    longest, valid, faults = 0.0, 0, []
    for seed in range(start, start + count):
        rng = random.Random(seed)
        content, record = good, models.record()
        if seed % 2:
            content = mutated(good, rng)
        else:
            record = mutated_record(record, rng)
        models.write(file, content, record)
        began = time.monotonic()
        try:
            valid += _try(file) == "valid"
        except Exception as error:
            faults.append(f"mutant {seed}: {type(error).__name__} {error}")
        longest = max(longest, time.monotonic() - began)
    return longest, valid, faults


def mutated(content: bytes, rng: random.Random) -> bytes:
    """A model file with bytes changed, most of them in its header."""
    return mutants.damaged(content, rng, range(HEADER_BYTES), PIECES)


def mutated_record(record: dict[str, Any], rng: random.Random) -> dict[str, Any] | str:
    """An entry, or a part of one, with another value; or the text with bytes changed."""
    record = json.loads(json.dumps(record))
    place: Any = record
    while True:
        key = rng.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if isinstance(place[key], (dict, list)) and place[key] and rng.random() < 0.6:
            place = place[key]
            continue
        place[key] = rng.choice(VALUES)
        break
    if rng.random() < 0.3:
        return mutated(json.dumps(record).ljust(1500).encode(), rng).decode("utf-8", errors="replace")
    return record


def _try(file: pathlib.Path) -> str:
    """Load a case: "refused", or "valid" when it is a network. Raises AssertionError for what must not happen."""
    events: list[Event] = []
    watch(events, {str(file), str(file.with_suffix(".json"))})
    try:
        loaded = weights.load(file)
    except UserError:
        return "refused"
    finally:
        unwatch()
        if events:
            raise AssertionError(f"reading it caused {events[:3]}")
    shapes = {name: tensor.shape for name, tensor in loaded.joined().items()}
    assert shapes == weights.shapes(drawn.TINY) or len(loaded.columns) > 1 or loaded.config != drawn.TINY
    assert all(np.isfinite(tensor).all() for column in loaded.columns for tensor in column.values())
    return "valid"
