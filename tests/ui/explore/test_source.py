"""Licence and citation at the end of Explore."""

from __future__ import annotations

import re

from siamese.ui.explore import origin
from siamese.ui.explore.source import source_ui
from tests.apps import markup, part_of


def test_drawings_licence_and_citation_are_named_where_there_are_any(home, monkeypatch):
    app = part_of(source_ui, "omniglot")
    assert app.expander[0].label == "Licence and citation"
    assert re.findall("<dt>(.*?)</dt>", markup(app)) == ["Drawings", "Licence", "Cite as"]
    assert "Twenty people, found online, drew each alphabet." in markup(app)
    assert re.findall("<dt>(.*?)</dt>", markup(part_of(source_ui, "own-moon"))) == ["Drawings", "Licence"]
    monkeypatch.setattr(origin, "licence", lambda source: ("<b>", "<i>"))
    assert re.findall("<dd>(.*?)</dd>", markup(part_of(source_ui, "x")))[1:] == ["&lt;b&gt;", "&lt;i&gt;"]
