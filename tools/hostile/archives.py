"""Zip archives with bytes changed, read as Omniglot: imported or refused in one sentence, within time and memory."""

from __future__ import annotations

import io
import pathlib
import random
import tempfile
import zipfile

from siamese.data import archives, lake_files
from siamese.data.file_tree import FileTree
from siamese.errors import UserError
from tests import drawn
from tests.hostile.archives import SETS, entries, runs
from tools.hostile import mutants
from tools.hostile.measure import cpu_seconds, isolated, print_table

MUTANTS, GROUP = 10_000, 500
MAX_SECONDS, MAX_MEGABYTES = 1.5, 300
DIRECTORY_BYTES = 20_000
PIECES = (b"\xff" * 4, bytes(4), b"PK\x01\x02", b"PK\x06\x06")
"""Sizes and signatures in a zip archive."""


def run(short: bool) -> bool:
    """Print the figure; whether the goal is reached."""
    archives.SETS = SETS
    good = _archives()
    count = GROUP if short else MUTANTS
    longest, most, valid, faults = 0.0, 0.0, 0, []
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        for start in range(0, count, GROUP):
            outcome = isolated(lambda start=start: _mutants(pathlib.Path(name), good, start), 600)
            most = max(most, outcome.megabytes)
            if outcome.error:
                faults.append(f"mutants from {start}: {outcome.error} {outcome.text}")
                continue
            slowest, accepted, wrong = outcome.value
            longest, valid = max(longest, slowest), valid + accepted
            faults += wrong
    print_table([("mutants of archives", count, longest, most, f"{valid} of them valid")])
    print(f"  faults: {len(faults)}", *faults, sep="\n    ")
    return not faults and longest <= MAX_SECONDS and most <= MAX_MEGABYTES


def _archives() -> list[bytes]:
    """Valid archives of three kinds: stored, compressed, and archives inside an archive."""
    files = entries("images_background", "Greek", 2) | entries("images_evaluation", "Kannada", 1)
    compressed = io.BytesIO()
    with zipfile.ZipFile(compressed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    inner = {"python/images_background.zip": drawn.zipped(files), "python/all_runs.zip": drawn.zipped(runs())}
    return [drawn.zipped(files), compressed.getvalue(), drawn.zipped(inner)]


def _mutants(folder: pathlib.Path, good: list[bytes], start: int) -> tuple[float, int, list[str]]:
    """Most processor seconds of one, how many were valid, and faults."""
    file = folder / "mutant.zip"
    longest, valid, faults = 0.0, 0, []
    for seed in range(start, start + GROUP):
        file.write_bytes(mutated(good[seed % len(good)], random.Random(seed)))
        began = cpu_seconds()
        try:
            with FileTree(file) as tree:
                archives.read_drawings(tree)
                lake_files.read_runs(tree)
            valid += 1
        except UserError:
            pass
        except Exception as error:
            faults.append(f"mutant {seed}: {type(error).__name__} {error}")
        longest = max(longest, cpu_seconds() - began)
    return longest, valid, faults


def mutated(content: bytes, rng: random.Random) -> bytes:
    """An archive with bytes changed, most of them in its directory, which is at the end."""
    directory = max(0, content.rfind(b"PK\x05\x06") - DIRECTORY_BYTES)
    return mutants.damaged(content, rng, range(directory, len(content)), PIECES)
