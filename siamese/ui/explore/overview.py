"""All alphabets of a data source, each as a strip of its first characters, by the sets that they belong to."""

from __future__ import annotations

import html

from siamese.ui import cards
from siamese.ui.explore import origin
from siamese.ui.explore.origin import Part
from siamese.ui.explore.sheet import Sheet, sheet
from siamese.ui.explore.view import Chosen, View, to_alphabet

STRIP = 5
"""Characters of an alphabet that are shown."""


def overview(chosen: Chosen) -> View:
    """The view of all alphabets."""
    names = [alphabet.name for alphabet in chosen.characters.alphabets]
    strips = sheet(chosen.characters, [row for name in names for row in _rows(chosen, name)], STRIP)
    place = {name: number for number, name in enumerate(names)}
    sections = "".join(_section(chosen, part, strips, place) for part in origin.parts(chosen.source, chosen.characters))
    count = len(chosen.characters.characters)
    drawings = f"{len(chosen.characters):,} drawings of {count:,} character{'s' * (count > 1)}"
    note = f'<p class="note">{drawings}. {html.escape(origin.drawers(chosen.source))}</p>'
    return View(note + sections, strips.strip_rule("strip5"), "all")


def _section(chosen: Chosen, part: Part, strips: Sheet, place: dict[str, int]) -> str:
    head = f'<h2>{html.escape(part.title)}</h2><p class="note">{html.escape(part.on_all)}</p>' if part.title else ""
    entries = "".join(_entry(chosen, name, strips.strip("strip5", place[name], _alt(name))) for name in part.alphabets)
    return f'<section>{head}<div class="alphabets">{entries}</div></section>'


def _entry(chosen: Chosen, name: str, strip: str) -> str:
    count = len(chosen.characters.members(name))
    return (
        f'<button type="button" class="alphabet" data-choice="{to_alphabet(name)}">{strip}'
        f'<span class="about"><b>{html.escape(cards.alphabet_name(name))}</b>'
        f"<span>{count} character{'s' * (count > 1)}</span>{chosen.badge(name)}</span></button>"
    )


def _alt(name: str) -> str:
    return f"The first characters of {cards.alphabet_name(name)}"


def _rows(chosen: Chosen, name: str) -> list[int]:
    shown = chosen.characters.members(name)[:STRIP]
    return [*(int(chosen.characters.rows(member)[0]) for member in shown), *[-1] * (STRIP - len(shown))]
