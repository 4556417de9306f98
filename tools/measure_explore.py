"""Measure the views of Explore: processor time for the first visitor and for those after, and what a browser gets.

python tools/measure_explore.py
"""

from __future__ import annotations

import pathlib
import sys
import time
from collections.abc import Callable

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from siamese.data import builtin
from siamese.ui.explore.alphabet import alphabet_view, results_view
from siamese.ui.explore.character import character_view
from siamese.ui.explore.overview import overview
from siamese.ui.explore.view import Chosen, View


def main() -> None:
    """Print a line for each view of the built-in alphabets."""
    characters = builtin.load()
    chosen = Chosen("builtin", characters, 1, 0, None)
    ka = characters.members("Kannada")[14]
    views: dict[str, Callable[[], View]] = {
        "all alphabets": lambda: overview(chosen),
        "an alphabet": lambda: alphabet_view(chosen, "Kannada"),
        "a character": lambda: character_view(chosen, ka),
        "a search": lambda: results_view(chosen, "letter"),
    }
    for name, make in views.items():
        first, after = (_timed(make) for _ in range(2))
        view = make()
        sent = f"pictures {len(view.rules) / 1000:.0f} kB, markup {len(view.markup) / 1000:.0f} kB"
        print(f"{name}: {first:.0f} ms, then {after:.1f} ms; {sent}")


def _timed(make: Callable[[], View]) -> float:
    begin = time.process_time()
    make()
    return 1000 * (time.process_time() - begin)


if __name__ == "__main__":
    main()
