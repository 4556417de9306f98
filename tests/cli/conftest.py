"""What the tests of commands share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from siamese import cli
from siamese.data import builtin, omniglot, splits
from siamese.data.characters import Alphabet, Character, CharacterSet
from tests import drawn

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys) -> Run:
    """Run a command with these arguments: exit code, stdout, stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = cli.main([str(a) for a in arguments])
        except SystemExit as end:
            code = end.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def pictures(tmp_path):
    """Picture files: a query and three others, of which "two" shows the query's character by another drawer."""
    alphabets = builtin.load()
    members = alphabets.members("Kannada")
    files = {"query": (members[4], 2), "one": (members[1], 3), "two": (members[4], 3), "three": (members[9], 3)}
    for name, (character, drawer) in files.items():
        (tmp_path / f"{name}.png").write_bytes(drawn.png(alphabets.drawings([alphabets.row(character, drawer)])[0]))
    return {name: tmp_path / f"{name}.png" for name in files}


@pytest.fixture
def small_omniglot(home, monkeypatch) -> CharacterSet:
    """Omniglot as the commands see it: 22 alphabets of its names, 6 characters by 5 drawers, drawn in code."""
    names = [*splits.LAKE_TEN, *splits.VALIDATION_TEN, "Greek", "Latin"]
    characters = [Character(name, f"character{c:02}") for name in names for c in range(6)]
    drawings = {(c, d): drawn.scribble(c, d) for c in range(len(characters)) for d in range(1, 6)}
    everything = drawn.from_drawings("Omniglot", [Alphabet(name) for name in names], characters, drawings)
    omniglot.packed_file().parent.mkdir(parents=True)
    everything.save(omniglot.packed_file())
    return everything
