"""The benchmark of all pages leaves none out."""

from __future__ import annotations

import pathlib

from siamese.ui.links import CHOICES
from siamese.ui.page import PAGES
from tools.bench_pages import ADDRESSES


def test_every_page_is_opened():
    opened = {address.partition("?")[0] for address in ADDRESSES}
    assert opened == {"", "lesson", *(pathlib.Path(script).stem for script, _ in PAGES[1:])}


def test_every_choice_in_an_address_is_one_of_its_page():
    for address in ADDRESSES:
        page, _, query = address.partition("?")
        own = CHOICES[page or "home"] if query else {}
        for choice in filter(None, query.split("&")):
            name, value = choice.split("=")
            own[name].read(value)
