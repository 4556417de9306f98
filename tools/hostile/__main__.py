"""Print figures of hostile input: python -m tools.hostile NAME ... [--short]. The exit code is 1 if one fails."""

from __future__ import annotations

import argparse
import importlib
import sys

FIGURES = {
    "weights": "R8: hostile model files and mutants",
    "foreign": "Mutants of weights files of Keras and PyTorch",
    "pictures": "R9: hostile and generated pictures",
    "archives": "Mutants of zip archives read as Omniglot",
    "alphabets": "Mutants of own alphabets, as JSON and as zips of pictures",
    "downloads": "R10: download faults, kills, starters at once",
    "paths": "R11: path traversal, foreign Origin and Host, on the running server",
    "scripts": "R12: script payloads in every text, in Chromium",
    "properties": "R13: the tests' properties with 1,000 cases each",
}


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tools.hostile", description=__doc__)
    arguments.add_argument("figures", nargs="+", choices=FIGURES)
    arguments.add_argument("--short", action="store_true", help="a hundredth of the generated cases")
    chosen = arguments.parse_args()
    passed = True
    for name in chosen.figures:
        print(FIGURES[name], flush=True)
        passed &= importlib.import_module(f"tools.hostile.{name}").run(chosen.short)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
