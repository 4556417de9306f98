"""What there is to look up on the Start page."""

from __future__ import annotations

from siamese.ui.home import look_up
from tests.apps import app_of, markup


def page() -> None:
    from siamese.ui.home.look_up import look_up_ui

    look_up_ui()


def test_three_sections_have_the_network_the_words_and_the_references(monkeypatch):
    monkeypatch.setattr(look_up, "WORDS", {"<Query>": "A <drawing>."})
    app = app_of(page)
    assert [section.label for section in app.expander] == [
        "About the network, for students of machine learning",
        "Words",
        "References",
    ]
    about, words, references = app.expander
    assert about.code[0].value == look_up.example()
    assert about.code[0].language == "python"
    assert "four independent" in about.markdown[0].value
    assert markup(app) == '<dl class="status words"><dt>&lt;Query&gt;</dt><dd>A &lt;drawing&gt;.</dd></dl>'
    assert len(words.get("html")) == 1
    assert "oneshot1.pdf" in references.markdown[0].value


def test_the_example_is_the_code_without_its_fence():
    assert look_up.example().startswith("from ")
    assert "```" not in look_up.example()
