"""Code, pages and documents keep to docs/vocabulary.md: words of its columns "not" that are wrong everywhere."""

from __future__ import annotations

import functools
import io
import pathlib
import re
import tokenize

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
VOCABULARY = ROOT / "docs" / "vocabulary.md"
CODE = [
    *ROOT.glob("*.py"),
    *(file for folder in ("siamese", "pages", "tools") for file in (ROOT / folder).rglob("*.py")),
]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("assets/*.md"), *ROOT.glob("docs/**/*.md")]

WORDS = (
    "awake",
    "waking",
    "framed",
    "heart",
    "last word",
    "nobody trains",
    "who trains",
    "whoever",
    "so many",
    "takes no part",
    "Laid under it",
    "Run on view",
    "Seen at step",
    "Keep still",
)
NAMES = ("found", "said", "told", "whole", "awake", "framed", "heart")
"""Words that are not used as names in code; in texts, some of them are right now and then."""
OLD_NAME = '"framed"'
"""In quotes it is a name in files and links of earlier versions, which are still read."""


@functools.cache
def lines(file: pathlib.Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


@functools.cache
def names(file: pathlib.Path) -> dict[str, int]:
    """The names in a Python file, with the line where each occurs last."""
    tokens = tokenize.generate_tokens(io.StringIO("\n".join(lines(file))).readline)
    return {token.string: token.start[0] for token in tokens if token.type == tokenize.NAME}


def unwanted() -> str:
    """The cells of the columns "not"."""
    return ", ".join(line.strip("| ").split(" | ")[-1] for line in lines(VOCABULARY) if line.startswith("|"))


@pytest.mark.parametrize("word", [*WORDS, *NAMES])
def test_the_vocabulary_lists_the_word(word):
    assert re.search(rf"\b{word}\b", unwanted())


@pytest.mark.parametrize("word", WORDS)
def test_texts_avoid_the_word(word):
    pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
    hits = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in [*CODE, *DOCUMENTS]
        if file != VOCABULARY
        for number, line in enumerate(lines(file), start=1)
        if pattern.search(line.replace(OLD_NAME, ""))
    ]
    assert hits == []


@pytest.mark.parametrize("name", NAMES)
def test_code_avoids_the_name(name):
    assert [f"{file.relative_to(ROOT)}:{names(file)[name]}" for file in CODE if name in names(file)] == []
