"""The README's example runs, its commands are commands, and the files that documents link to exist."""

from __future__ import annotations

import ast
import pathlib
import re
import shlex

import pytest

from siamese import cli

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("assets/*.md")])
COMMANDS = [
    command
    for row in re.findall(r"^\| (`.*`) \|", README.split("### Command line")[1].split("\n## ")[0], re.MULTILINE)
    for command in re.findall(r"`([^`]+)`", row)
]


def test_the_example_has_five_lines_and_names_the_character(capsys):
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    statements = [line for line in ast.parse(example).body if not isinstance(line, ast.ImportFrom)]
    assert len(statements) == 5
    exec(compile(example, "README.md", "exec"), {})
    name, similarity = capsys.readouterr().out.rsplit(maxsplit=1)
    assert name == "KANNADA LETTER I"
    assert 0.5 < float(similarity) <= 1


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_understood(command):
    assert callable(cli.parser().parse_args(shlex.split(command.replace("...", ""))).call)


def test_the_table_of_commands_is_complete():
    listed = re.findall(r"^ {4}(\w+)", cli.parser().format_help(), re.MULTILINE)
    assert listed
    assert {command.split()[0] for command in COMMANDS} == set(listed)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_linked_files_exist(document):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []
