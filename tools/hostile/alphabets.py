"""Own alphabets with bytes changed, as JSON and as zips of pictures: read or refused in one sentence, within limits.

What is read is drawn too. JSON that is as large as the limits allow is measured besides.
"""

from __future__ import annotations

import json
import pathlib
import random
import tempfile
from collections.abc import Callable

from siamese.data import own
from siamese.data.own import file_format
from siamese.data.own.importing import import_path
from siamese.errors import UserError
from tests import drawn
from tests.data.own.test_own import moon
from tools.hostile import archives
from tools.hostile.measure import cpu_seconds, isolated, print_table

MUTANTS, GROUP = 10_000, 250
MAX_SECONDS, MAX_MEGABYTES = 1.5, 300
TOKENS = (
    b"NaN",
    b"1e999",
    b"-" + b"9" * 5000,
    b"[" * 5000,
    b"{}",
    b"null",
    b'"\\ud800"',
    b"[[[]]]",
    b"true",
    b'"',
    b",",
)

Mutate = Callable[[random.Random], bytes]


def run(short: bool) -> bool:
    """Print the figure; whether the goal is reached."""
    archive, text = _archive(), _json()
    kinds: dict[str, tuple[str, Mutate]] = {
        "mutants of JSON": ("m.json", lambda rng: mutated(text, rng)),
        "mutants of zips of pictures": ("m.zip", lambda rng: archives.mutated(archive, rng)),
    }
    import_path_once(archive)  # load the libraries before the processes fork
    rows, faults = [], []
    for title, (name, make) in kinds.items():
        row, wrong = _measure(title, name, make, GROUP if short else MUTANTS)
        rows.append(row)
        faults += wrong
    for title, content in LARGEST.items():
        outcome = isolated(lambda content=content: _try("m.json", content()), 60)
        rows.append((title, 1, outcome.cpu_seconds, outcome.megabytes, outcome.value or outcome.text))
        faults += [f"{title}: {outcome.error} {outcome.text}"] if outcome.error else []
    print_table(rows)
    print(f"  faults: {len(faults)}", *faults, sep="\n    ")
    return not faults and all(row[2] <= MAX_SECONDS and row[3] <= MAX_MEGABYTES for row in rows)


def import_path_once(archive: bytes) -> None:
    """Read a valid archive."""
    assert _try("m.zip", archive) == "read"


def _archive() -> bytes:
    pictures = {f"Moon/sign {c}/{d}.png": drawn.png(drawn.scribble(c, d)) for c in range(2) for d in (1, 2)}
    return drawn.zipped(pictures)


def _json() -> bytes:
    character = file_format.OwnCharacter(
        "ka", (file_format.OwnDrawing(1, bits=file_format.packed(drawn.scribble(1, 1))),)
    )
    alphabets = (*moon().alphabets, file_format.OwnAlphabet("Sun", (character,)))
    return file_format.write(file_format.OwnSet("Class", alphabets))


def _strokes(drawings: int, points: int, step: float) -> bytes:
    """A valid file of this many drawings, each a zigzag of this many points."""
    line = [[i * step % 100, 50 + 40 * (i % 2) * min(1, step)] for i in range(points)]
    made = [{"drawer": n + 1, "strokes": [line]} for n in range(drawings)]
    alphabet = {"name": "Moon", "characters": [{"name": "ka", "drawings": made}]}
    value = {"format": file_format.FORMAT, "version": 1, "name": "Moon", "alphabets": [alphabet]}
    return json.dumps(value, separators=(",", ":")).encode()


LARGEST = {
    "most drawings": lambda: _strokes(2_000, 5, 5),
    "most points": lambda: _strokes(40, 5_000, 0.01),
    "longest strokes": lambda: _strokes(60, 390, 1),
    "one drawing too many": lambda: _strokes(2_001, 5, 5),
    "a million values": lambda: b"[" + b"0," * 999_990 + b"0]",
    "nested lists": lambda: b"[" * 999_999,
    "a number of 8 MB": lambda: b"9" * 7_999_999,
}
"""Files that cost as much as the limits allow."""


def _measure(title: str, name: str, make: Mutate, count: int) -> tuple[tuple[str, int, float, float, str], list[str]]:
    """A row of the table, and faults, of `count` mutants."""
    longest, most, valid, faults = 0.0, 0.0, 0, []
    for start in range(0, count, GROUP):
        outcome = isolated(lambda start=start: _mutants(name, make, start), 600)
        most = max(most, outcome.megabytes)
        if outcome.error:
            faults.append(f"{title} from {start}: {outcome.error} {outcome.text}")
            continue
        slowest, read, wrong = outcome.value
        longest, valid = max(longest, slowest), valid + read
        faults += wrong
    return (title, count, longest, most, f"{valid} of them valid"), faults


def _mutants(name: str, make: Mutate, start: int) -> tuple[float, int, list[str]]:
    """Most processor seconds of one, how many were valid, and faults."""
    longest, valid, faults = 0.0, 0, []
    for seed in range(start, start + GROUP):
        content = make(random.Random(seed))
        began = cpu_seconds()
        try:
            valid += _try(name, content) == "read"
        except Exception as error:
            faults.append(f"mutant {seed}: {type(error).__name__} {error}")
        longest = max(longest, cpu_seconds() - began)
    return longest, valid, faults


def _try(name: str, content: bytes) -> str:
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        file = pathlib.Path(folder) / name
        file.write_bytes(content)
        try:
            own.character_set(import_path(file).own)
        except UserError:
            return "refused"
    return "read"


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Bytes changed, or tokens of JSON put in the place of others, repeated or removed."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        place = rng.randrange(len(changed))
        kind = rng.randrange(4)
        if kind == 0:
            changed[place] = rng.randrange(256)
        elif kind == 1:
            token = rng.choice(TOKENS)
            changed[place : place + rng.choice((0, 1, len(token)))] = token
        elif kind == 2:
            del changed[place : place + rng.choice((1, 8, 200))]
        else:
            changed[place:place] = changed[place : place + rng.choice((8, 200))]
    return bytes(changed)
