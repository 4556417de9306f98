"""Messages: marks in a user's text are shown, and nothing else reaches st.error and its like."""

from __future__ import annotations

import ast
import pathlib

import pytest

from siamese.ui import messages

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = sorted([*ROOT.glob("siamese/ui/**/*.py"), *ROOT.glob("pages/*.py")])


def test_marks_in_a_text_are_shown():
    text = messages.escape("![x](http://evil) **our** :red[run] $x$ `a` <b> koch.safetensors")
    assert text == r"\!\[x\]\(http\://evil\) \*\*our\*\* \:red\[run\] \$x\$ \`a\` \<b\> koch.safetensors"


@pytest.mark.parametrize("kind", ["error", "warning", "info"])
def test_no_message_brings_markup(kind, monkeypatch):
    shown = []
    monkeypatch.setattr(messages.st, kind, shown.append)
    getattr(messages, kind)("a **b** [c](http://d)")
    assert shown == [r"a \*\*b\*\* \[c\]\(http\://d\)"]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(ROOT).as_posix())
def test_pages_show_messages_only_through_this_module(module):
    if module.name == "messages.py":
        return
    calls = [node for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    names = {ast.unparse(call.func) for call in calls}
    assert not names & {
        f"st.{name}" for name in ("error", "warning", "info", "success", "exception", "toast", "markdown")
    }


def test_a_document_is_shown_as_markdown(monkeypatch):
    shown = []
    monkeypatch.setattr(messages.st, "markdown", shown.append)
    messages.document("**Predict.** Which one?")
    assert shown == ["**Predict.** Which one?"]
